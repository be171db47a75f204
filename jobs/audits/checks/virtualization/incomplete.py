"""VIRTUALIZATION-VM-005: incomplete virtual machine."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity

_FIELDS = ("role", "platform", "tenant")


class MachineIncomplete(Check):
    """Virtual machines of which nobody knows what they are for."""

    id = "VIRTUALIZATION-VM-005"
    title = "Incomplete virtual machine"
    severity = Severity.LOW
    model = "virtualization.virtualmachine"
    description = (
        "The virtual machine lacks one of the fields that the policy requires: role, platform or tenant. Not asked unless "
        "fields are named. Automation selects virtual machines by these."
    )
    remedy = "Enter what is missing."
    tags = ("virtualization", "policy")
    parameters = {
        "required": Parameter(
            None, f"The fields that a virtual machine needs, of {', '.join(_FIELDS)}; None for no policy."
        )
    }
    since = "0.1.0"
    bad = "Platforms are required, and ams01-vm-new-01 has none."
    good = "Platforms are required, and ams01-vm-dns-01 has Debian GNU/Linux; its role does not matter."
    policy = {"required": ["role", "platform"]}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["required"] else "No policy says which fields a virtual machine needs."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines without one of the fields."""
        required = self.values["required"]
        if unknown := sorted(set(required) - set(_FIELDS)):
            raise ValueError(f"Unknown: {', '.join(unknown)}; possible are {', '.join(_FIELDS)}.")
        condition = Q(pk__in=[])
        for field in required:
            condition |= Q(**{field: None})
        for row in self.rows(objects.filter(condition), *(f"{field}_id" for field in required)):
            missing = [field for field in _FIELDS if field in required and row[f"{field}_id"] is None]
            yield self.finding(row, context, f"The virtual machine has no {', no '.join(missing)}.")
