"""DCIM-CABLE-012: cable without type or length."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, names, with_names

_MISSING = {"type": Q(type=""), "length": Q(length=None), "label": Q(label=""), "color": Q(color="")}


class CableIncomplete(Check):
    """Cables that the policy wants to know more about."""

    id = "DCIM-CABLE-012"
    title = "Cable without type or length"
    severity = Severity.LOW
    model = "dcim.cable"
    description = (
        "The cable lacks one of the fields that the policy wants filled. Without a policy no cable is judged. Whoever "
        "replaces the cable has to go and look."
    )
    remedy = "Fill the fields."
    tags = ("cabling", "policy")
    parameters = {
        "required": Parameter(
            (), f"Names of the fields that cables need: any of {', '.join(_MISSING)}; none by default."
        ),
        "statuses": Parameter(("Connected",), "Names of the statuses of cables that need them."),
    }
    since = "0.1.0"
    bad = "The policy wants a type, and the cable AMS01-0042 has none."
    good = "The policy wants a type, and the cable AMS01-0043 has one, but no length."
    policy = {"required": ["type", "length"]}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["required"] else "No policy says which fields of a cable are needed."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables without one of the fields."""
        required = self.values["required"]
        condition = Q(pk__in=[])
        for field in required:
            condition |= _MISSING[field]
        cables = objects.filter(condition, status__name__in=self.values["statuses"])
        for row in self.rows(with_names(cables, context.user), *COLUMNS, *_MISSING):
            missing = ", ".join(field for field in required if row[field] in ("", None))
            yield self.finding(row, context, f"The cable has no {missing}.", details={"missing": missing, **names(row)})
