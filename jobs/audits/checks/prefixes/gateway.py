"""IPAM-PREFIX-008: no gateway."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import SHARED_ROLES
from ....toolkit.queries import count
from ._prefixes import POINT_TO_POINT, Number, addresses

_PLACES = ("first", "last", "either")


class PrefixGateway(Check):
    """Networks that nobody can leave."""

    id = "IPAM-PREFIX-008"
    title = "No gateway"
    severity = Severity.LOW
    model = "ipam.prefix"
    description = (
        "The prefix is an IPv4 network with a VLAN and with addresses, has one of the statuses, and neither the address "
        "where gateways are by the policy (the first or the last that a host can have, or either) nor an address with "
        "one of the roles. Links (/30 and longer) have no gateway. Not asked unless a place is named. Configuration of "
        "hosts and DHCP servers needs the gateway."
    )
    remedy = "Record the address of the gateway, assigned to the interface of the router."
    tags = ("prefix", "policy")
    parameters = {
        "place": Parameter(None, f"Where gateways are: {', '.join(_PLACES)}; None for no policy."),
        "roles": Parameter(SHARED_ROLES, "Names of the roles of addresses that gateways have."),
        "statuses": Parameter(("Active",), "Names of the statuses of prefixes that need a gateway."),
    }
    since = "0.1.0"
    bad = "Gateways have the first address; 10.16.101.0/24, VLAN 101, has hosts, but no 10.16.101.1."
    good = "Gateways have the first address; 10.16.102.0/24 has 10.16.102.254 with the role HSRP."
    policy = {"place": "first"}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["place"] else "No policy says where in a network the gateway is."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Networks in use without an address where the gateway should be."""
        if (place := self.values["place"]) not in _PLACES:
            raise ValueError(f"{place} is not one of {', '.join(_PLACES)}.")
        gateway = Q(role__name__in=self.values["roles"])
        if place != "last":
            gateway |= Q(number=Number(OuterRef("network")) + 1)
        if place != "first":
            gateway |= Q(number=Number(OuterRef("broadcast")) - 1)
        gateways = addresses().filter(ip_version=4).annotate(number=Number(F("host"))).filter(gateway)
        prefixes = objects.filter(
            ~POINT_TO_POINT,
            Exists(addresses()),
            ~Exists(gateways),
            ip_version=4,
            type="network",
            vlan__isnull=False,
            status__name__in=self.values["statuses"],
        ).annotate(hosts=count(addresses()))
        for row in self.rows(prefixes, "hosts", "description"):
            yield self.finding(
                row,
                context,
                f"The prefix has addresses ({row['hosts']}), but no gateway.",
                details={"description": row["description"]},
            )
