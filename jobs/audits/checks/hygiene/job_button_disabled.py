"""EXTRAS-JOBBUTTON-001: disabled job button."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class DisabledJobButton(Check):
    """Job buttons that somebody switched off."""

    id = "EXTRAS-JOBBUTTON-001"
    title = "Disabled job button"
    severity = Severity.INFO
    model = "extras.jobbutton"
    description = (
        "The job button is disabled: it is on no page. Fine for a while; left like that, nobody remembers whether it is "
        "to come back."
    )
    remedy = "Enable it, or delete it."
    tags = ("automation", "unused")
    since = "0.1.0"
    bad = '"Bounce port" was disabled after an incident.'
    good = '"Check device" is enabled.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Job buttons that are not enabled."""
        for row in self.rows(objects.filter(enabled=False)):
            yield self.finding(row, context, "The job button is disabled.")
