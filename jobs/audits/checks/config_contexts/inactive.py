"""EXTRAS-CONTEXT-008: inactive config context."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class InactiveContext(Check):
    """Config contexts that somebody switched off."""

    id = "EXTRAS-CONTEXT-008"
    title = "Inactive config context"
    severity = Severity.INFO
    model = "extras.configcontext"
    description = (
        "The config context is not active, so it applies to nothing. Fine for a while; left like that, nobody remembers "
        "whether it is to come back."
    )
    remedy = "Activate it, or delete it."
    tags = ("config-context", "unused")
    since = "0.1.0"
    bad = '"LON01 maintenance" was switched off after the maintenance.'
    good = '"EMEA services" is active.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Contexts that are not active."""
        for row in self.rows(objects.filter(is_active=False)):
            yield self.finding(row, context, "The config context is not active.")
