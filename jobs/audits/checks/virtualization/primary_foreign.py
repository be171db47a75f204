"""VIRTUALIZATION-VM-004: primary address not its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth, visible_value
from ._machines import FIELDS, candidate_names, with_candidates


class MachinePrimaryForeign(Check):
    """Virtual machines that are reached at an address they do not have."""

    id = "VIRTUALIZATION-VM-004"
    title = "Primary address not the virtual machine's own"
    severity = Severity.HIGH
    model = "virtualization.virtualmachine"
    description = (
        "A primary address of the virtual machine is on none of its interfaces, nor is the inside address of NAT behind "
        "it. Nautobot does not allow this to be set, but it remains when an assignment is removed by import or by code. "
        "Automation that means this virtual machine reaches another one, or none."
    )
    remedy = "Set one of the candidates as primary, or assign the address to the interface that has it."
    tags = ("virtualization", "address")
    since = "0.1.0"
    bad = "The primary address of ams01-vm-dns-01, 10.16.20.12/24, is on eth0 of ams01-vm-ntp-01."
    good = "The primary address of ams01-vm-app-01, 198.51.100.20, is the outside address of 10.16.20.15 on its eth0."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines with a primary address that is not on their interfaces."""
        machines = objects
        for field in FIELDS:
            own = IPAddressToInterface.objects.filter(
                Q(ip_address=OuterRef(field)) | Q(ip_address=OuterRef(f"{field}__nat_inside")),
                vm_interface__virtual_machine=OuterRef("pk"),
            ).order_by()
            machines = machines.annotate(
                **{
                    f"{field}_not_own": truth(Q(**{f"{field}__isnull": False}) & ~Q(Exists(own))),
                    f"{field}_name": visible_value(IPAddress, context.user, field, "host"),
                    f"{field}_mask": visible_value(IPAddress, context.user, field, "mask_length"),
                }
            )
        machines = machines.filter(Q(primary_ip4_not_own=True) | Q(primary_ip6_not_own=True))
        columns = [f"{field}_{part}" for field in FIELDS for part in ("not_own", "name", "mask")]
        for row in self.rows(with_candidates(machines, context.user), "candidates", *columns):
            for field, label in FIELDS.items():
                if row[f"{field}_not_own"]:
                    host = row[f"{field}_name"]
                    yield self.finding(
                        row,
                        context,
                        f"The {label} is on no interface of the virtual machine.",
                        key=field,
                        details={
                            "address": f"{host}/{row[f'{field}_mask']}" if host else "",
                            "candidates": candidate_names(row),
                        },
                    )
