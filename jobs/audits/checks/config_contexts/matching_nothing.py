"""EXTRAS-CONTEXT-007: config context applies to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._matching import Matching


class ContextMatchingNothing(Check):
    """Config contexts that reach no object."""

    id = "EXTRAS-CONTEXT-007"
    title = "Config context applies to nothing"
    severity = Severity.LOW
    model = "extras.configcontext"
    description = (
        "The config context is active, but no device and no virtual machine, whatever its status, has all that the "
        "context asks for (locations with those above, roles, types, platforms, tenants, clusters, tags). Either it is "
        "left over, or it was meant for something that it does not reach."
    )
    remedy = "Correct what the context asks for, or delete it."
    tags = ("config-context", "unused")
    since = "0.1.0"
    bad = '"Wireless controllers" asks for the role Wireless Controller, which no device has.'
    good = '"Base services" asks for nothing, and so applies to everything.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active contexts without any object."""
        # Five queries: contexts, trees, devices, virtual machines, rows. See `_matching`.
        matching = Matching()
        idle = {applied.pk for applied in matching.contexts}
        for applying, _ in matching.counted():
            idle -= {applied.pk for applied in applying}
        if not idle:
            return
        for row in self.rows(objects.filter(pk__in=idle)):
            yield self.finding(row, context, "The config context applies to no device and no virtual machine.")
