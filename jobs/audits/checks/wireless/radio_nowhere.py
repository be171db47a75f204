"""WIRELESS-RADIO-001: unused radio profile."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class RadioProfileNowhere(Check):
    """Radio profiles that no access point has."""

    id = "WIRELESS-RADIO-001"
    title = "Unused radio profile"
    severity = Severity.LOW
    model = "wireless.radioprofile"
    description = "The radio profile is assigned to no controller managed device group, and nothing else refers to it."
    remedy = "Assign it, or delete it."
    tags = ("unused", "wireless")
    since = "0.1.0"
    bad = '"Warehouse 5 GHz" was never assigned.'
    good = '"Office 5 GHz" is assigned to one group.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Profiles that nothing refers to."""
        for row in self.rows(objects.filter(unused(objects.model))):
            yield self.finding(row, context, "Nothing uses the radio profile.")
