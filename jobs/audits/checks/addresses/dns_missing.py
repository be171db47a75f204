"""IPAM-ADDRESS-009: no DNS name."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Device
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._addresses import INTERFACES, assignments, interface_names, with_interfaces

_KINDS = ("primary", "assigned")


class DnsNameMissing(Check):
    """Addresses that nobody can call by a name."""

    id = "IPAM-ADDRESS-009"
    title = "No DNS name"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The address has no DNS name, and is of the kind that needs one: primary addresses of devices and virtual "
        "machines, or all that are assigned to interfaces. Not asked unless a kind is named. Logs and traces show "
        "names only for addresses that have one."
    )
    remedy = "Enter the DNS name, and let DNS be made from Nautobot."
    tags = ("address", "dns", "policy")
    parameters = {
        "needed_by": Parameter(None, 'Addresses that need a DNS name: "primary" or "assigned"; None for no policy.'),
        "statuses": Parameter(("Active",), "Names of the statuses of addresses that need one."),
    }
    since = "0.1.0"
    bad = "10.16.10.11/24, the primary address of ams01-acc-01, has no DNS name."
    good = "10.16.10.12/24 has the DNS name ams01-acc-03.mgmt.example.net; 10.16.10.200/24 is assigned to nothing."
    policy = {"needed_by": "primary"}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["needed_by"] else "No policy says which addresses need a DNS name."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses of that kind without a DNS name."""
        if (needed_by := self.values["needed_by"]) not in _KINDS:
            raise ValueError(f"{needed_by} is not one of {', '.join(_KINDS)}.")
        if needed_by == "primary":
            needed = Q(pk__in=[])
            for model in (Device, VirtualMachine):
                for field in ("primary_ip4", "primary_ip6"):
                    needed |= Q(Exists(model._default_manager.filter(**{field: OuterRef("pk")}).order_by()))
        else:
            needed = Q(Exists(assignments()))
        addresses = objects.filter(needed, dns_name="", status__name__in=self.values["statuses"])
        for row in self.rows(with_interfaces(addresses, context.user), *INTERFACES):
            yield self.finding(
                row, context, "The address has no DNS name.", details={"interfaces": interface_names(row)}
            )
