"""IPAM-SERVICE-001: service on another's address."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import in_stack, on_device
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import SHARED_ROLES
from ....toolkit.queries import Hex, collect


class ServiceAddress(Check):
    """Services that listen where they cannot."""

    id = "IPAM-SERVICE-001"
    title = "Service on the address of another device"
    severity = Severity.MEDIUM
    model = "ipam.service"
    description = (
        "The service has an address that is assigned to interfaces of other devices or virtual machines, and to none of "
        "its own. Interfaces of modules and of the members of the virtual chassis are its own, and so is the outside "
        "address of NAT for one of its own. Addresses with one of the roles, and those assigned to nothing, are left "
        "alone. Firewall rules made from services open the wrong host."
    )
    remedy = "Select addresses of the device or virtual machine that the service runs on."
    tags = ("service", "address")
    parameters = {"roles": Parameter(SHARED_ROLES, "Names of the roles of addresses that several devices share.")}
    since = "0.1.0"
    bad = "The service dns of ams01-vm-dns-01 listens on 10.16.20.12/24, the address of ams01-vm-ntp-01."
    good = "The service dns of ams01-vm-dns-01 listens on 10.16.20.11/24, its own, and on the VIP 10.16.20.53/24."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Services with an address that is assigned, but not to what they run on."""
        assigned = IPAddressToInterface.objects.filter(
            Q(ip_address=OuterRef("pk")) | Q(ip_address=OuterRef("nat_inside"))
        ).order_by()
        own = assigned.filter(
            on_device(OuterRef("device"), "interface__")
            | in_stack(OuterRef("device__virtual_chassis"), "interface__")
            | Q(vm_interface__virtual_machine=OuterRef(OuterRef("virtual_machine")))
        )
        foreign = (
            IPAddress.objects.filter(services=OuterRef("pk"))
            .filter(~Q(role__name__in=self.values["roles"]), Exists(assigned), ~Exists(own))
            .order_by()
        )
        visible = foreign.restrict(context.user, "view")
        services = objects.filter(Exists(foreign)).annotate(
            foreign=collect(visible, JSONObject(host=Hex("host"), mask="mask_length"))
        )
        for row in self.rows(services, "foreign"):
            hosts = sorted(
                (len(each["host"]), ip_address(bytes.fromhex(each["host"])), each["mask"])
                for each in row["foreign"] or ()
            )
            yield self.finding(
                row,
                context,
                "The service listens on an address of another device.",
                details={"addresses": ", ".join(f"{host}/{mask}" for _, host, mask in hosts)},
            )
