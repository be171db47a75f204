"""CIRCUITS-CIRCUIT-003: circuit past its end."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._circuits import ACTIVE


class CircuitPastEnd(Check):
    """Circuits that should be gone and are still in use."""

    id = "CIRCUITS-CIRCUIT-003"
    title = "Circuit past its end"
    severity = Severity.HIGH
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, and the date in the named custom field, when it ends, is "
        "past. Nautobot has no such date of its own: not asked unless a custom field is named. The provider may switch "
        "the circuit off any day, or go on charging for it."
    )
    remedy = "Move what uses the circuit and set it to Decommissioned; or enter the new date after an extension."
    tags = ("circuit", "lifecycle")
    parameters = {
        "end_field": Parameter(None, "Key of the custom field, of type date, with the end of the circuit."),
        "statuses": ACTIVE,
    }
    since = "0.1.0"
    bad = "NTT-AMS01-INET is Active, and its custom field contract_end says 2025-06-30, which is past."
    good = "LUM-AMS01-INET is Active, and its custom field contract_end is empty."
    policy = {"end_field": "contract_end"}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["end_field"] else "No custom field is named that says when a circuit ends."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits with a date in the past."""
        # Dates are kept as text, 2025-06-30, which sorts as the dates do.
        end = Cast(KeyTextTransform(self.values["end_field"], "_custom_field_data"), CharField(max_length=255))
        circuits = objects.annotate(end=end).filter(
            end__gte="1", end__lt=timezone.localdate().isoformat(), status__name__in=self.values["statuses"]
        )
        for row in self.rows(circuits, "end", "status__name"):
            yield self.finding(
                row, context, f"The circuit is {row['status__name']}, but ended.", details={"end": row["end"]}
            )
