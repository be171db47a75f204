"""IPAM-PREFIX-003: incomplete prefix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.ipam.models import PrefixLocationAssignment

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth
from ._prefixes import POINT_TO_POINT

_FIELDS = ("location", "role", "tenant", "vlan")


class PrefixIncomplete(Check):
    """Networks of which nobody knows what they are for."""

    id = "IPAM-PREFIX-003"
    title = "Incomplete prefix"
    severity = Severity.LOW
    model = "ipam.prefix"
    description = (
        "The prefix lacks one of the fields that the policy requires: location, role, tenant or vlan. Not asked unless "
        "fields are named. Links (/30 and longer, /126 and longer) need no VLAN. Without these, nobody can tell whose "
        "network it is when it appears in a log or in a routing table."
    )
    remedy = "Enter what is missing."
    tags = ("prefix", "policy")
    parameters = {
        "required": Parameter(None, f"The fields that a prefix needs, of {', '.join(_FIELDS)}; None for no policy."),
        "types": Parameter(("network",), "Types of prefixes that need them."),
        "statuses": Parameter(("Active",), "Names of the statuses of prefixes that need them."),
    }
    since = "0.1.0"
    bad = "Locations are required, and 10.16.20.0/24 has none."
    good = "VLANs are required, and 10.16.1.2/31, a link between routers, has none."
    policy = {"required": ["location", "role"]}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["required"] else "No policy says which fields a prefix needs."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes without one of the fields."""
        required = self.values["required"]
        if unknown := sorted(set(required) - set(_FIELDS)):
            raise ValueError(f"Prefixes have no field {', '.join(unknown)}; possible are {', '.join(_FIELDS)}.")
        located = PrefixLocationAssignment.objects.filter(prefix=OuterRef("pk")).order_by()
        lacking = {
            "location": ~Q(Exists(located)),
            "role": Q(role=None),
            "tenant": Q(tenant=None),
            "vlan": Q(vlan=None) & ~POINT_TO_POINT,
        }
        condition = Q(pk__in=[])
        for field in required:
            condition |= lacking[field]
        columns = {f"lacks_{field}": truth(lacking[field]) for field in required}
        prefixes = objects.filter(
            condition, type__in=self.values["types"], status__name__in=self.values["statuses"]
        ).annotate(**columns)
        for row in self.rows(prefixes, *columns, "description"):
            missing = [field for field in _FIELDS if row.get(f"lacks_{field}")]
            yield self.finding(
                row,
                context,
                f"The prefix has no {', no '.join(missing)}.",
                details={"description": row["description"]},
            )
