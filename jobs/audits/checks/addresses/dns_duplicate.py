"""IPAM-ADDRESS-010: DNS name of several devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce, Lower
from nautobot.ipam.models import IPAddressToInterface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import several_times
from ._addresses import DEPRECATED, INTERFACES, SHARED_ROLES, interface_names, with_interfaces


class DnsNameDuplicate(Check):
    """Names that lead to one of several devices."""

    id = "IPAM-ADDRESS-010"
    title = "DNS name of several devices"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The address is assigned to an interface, and its DNS name, in upper or lower case, is also that of another "
        "address, of another device or virtual machine. The members of a virtual chassis are one device. Addresses with "
        "one of the roles may share a name, and those with one of the statuses do not count. Who connects by the name "
        "reaches whichever DNS gives first."
    )
    remedy = "Correct the DNS name that was copied; keep names that are meant for several hosts to shared addresses."
    tags = ("address", "dns", "duplicate")
    parameters = {
        "roles": Parameter(SHARED_ROLES, "Names of the roles of addresses that may share a DNS name."),
        "statuses": DEPRECATED,
    }
    since = "0.1.0"
    bad = "10.16.10.11/24 of ams01-acc-01 and 10.16.10.12/24 of ams01-acc-03 both have acc.ams01.example.net."
    good = "10.16.0.1/32 and 2001:db8:16::1/128, both of ams01-wan-01, have the DNS name ams01-wan-01.example.net."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Assigned addresses whose DNS name several devices have."""
        roles, statuses = self.values["roles"], self.values["statuses"]
        holder = Coalesce(
            device_value("virtual_chassis_id", "interface__"),
            device_value("pk", "interface__"),
            F("vm_interface__virtual_machine_id"),
            output_field=UUIDField(),
        )
        named = (
            IPAddressToInterface.objects.exclude(ip_address__dns_name="")
            .filter(~Q(ip_address__role__name__in=roles), ~Q(ip_address__status__name__in=statuses))
            .annotate(folded=Lower("ip_address__dns_name"), holder=holder)
        )
        # One address on several devices is another matter (IPAM-ADDRESS-007).
        shared = {
            "folded__in": several_times(named, "folded", of="holder"),
            "named__in": several_times(named, "folded", of="ip_address_id"),
        }
        addresses = objects.exclude(dns_name="").filter(~Q(role__name__in=roles), ~Q(status__name__in=statuses))
        addresses = addresses.annotate(folded=Lower("dns_name"), named=Lower("dns_name")).filter(
            interface_assignments__isnull=False, **shared
        )
        # An address on several interfaces is one finding.
        addresses = objects.filter(pk__in=addresses.order_by().values("pk"))
        for row in self.rows(with_interfaces(addresses, context.user), "dns_name", *INTERFACES):
            yield self.finding(
                row,
                context,
                "Another device has an address with the same DNS name.",
                details={"DNS name": row["dns_name"], "interfaces": interface_names(row)},
            )
