"""IPAM-ADDRESS-006: host in several namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.ipam.models import IPAddress, Namespace

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._addresses import DEPRECATED, INTERFACES, SHARED_ROLES, interface_names, some, with_interfaces

# Anyone may use these, or nobody: private, shared, local, for documentation and tests, multicast, reserved.
_NOT_UNIQUE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "2001:db8::/32",
    "3fff::/20",
)


def _within(text: str) -> Q:
    network = ip_network(text)
    return Q(
        ip_version=network.version,
        host__gte=str(network.network_address),
        host__lte=str(network.broadcast_address),
    )


def _is_public() -> Q:
    public = Q(ip_version=4) | _within("2000::/3")
    for network in _NOT_UNIQUE:
        public &= ~_within(network)
    return public


class AddressInNamespaces(Check):
    """Hosts that several namespaces claim, although there is one of each in the world."""

    id = "IPAM-ADDRESS-006"
    title = "Host in several namespaces"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        "Another namespace has an address with the same host, and either the host is public, so that it can be in one "
        "place only, or both namespaces are in one of the groups that must not overlap. Namespaces exist so that private "
        "addresses can be used again; other private addresses are left alone. So are addresses with one of the roles, "
        "and those with one of the statuses, on both sides. Nobody can tell which of the two a route leads to."
    )
    remedy = (
        "Delete or deprecate the address that is not in use, or give it the role Anycast if it is meant to be shared."
    )
    tags = ("address", "duplicate", "namespace")
    parameters = {
        "distinct": Parameter(
            (), 'Groups of names of namespaces in which each host may be once: (("Global", "Data centre"),).'
        ),
        "public": Parameter(True, "Report public addresses, whatever namespaces they are in."),
        "roles": Parameter(SHARED_ROLES, "Names of the roles of addresses that may be in several namespaces."),
        "statuses": DEPRECATED,
    }
    since = "0.1.0"
    bad = "8.8.4.1/24 is in the namespace Global and in the namespace Internet."
    good = "10.16.104.1/24 is in the namespace Global and in the namespace Guest, which reuses private addresses."
    policy = {"distinct": [["Global", "Data centre"]]}

    def idle(self) -> str:
        """See `Check.idle`."""
        if self.values["public"] or self.values["distinct"]:
            return ""
        return "Public addresses are not asked for, and no namespaces are named that must not overlap."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with another of the same host in a namespace that must not have it."""
        left_alone = Q(role__name__in=self.values["roles"]) | Q(status__name__in=self.values["statuses"])
        elsewhere = (
            IPAddress.objects.filter(~left_alone, host=OuterRef("host"))
            .exclude(parent__namespace=OuterRef("parent__namespace"))
            .order_by()
        )
        condition = Q(pk__in=[])
        if self.values["public"]:
            condition |= _is_public() & Q(Exists(elsewhere))
        for group in self.values["distinct"]:
            names = tuple(group)
            both = elsewhere.filter(parent__namespace__name__in=names)
            condition |= Q(parent__namespace__name__in=names) & Q(Exists(both))
        visible = elsewhere.filter(
            pk__in=IPAddress.objects.restrict(context.user, "view").order_by().values("pk"),
            parent__namespace__in=Namespace.objects.restrict(context.user, "view").order_by().values("pk"),
        )
        addresses = with_interfaces(objects.filter(condition, ~left_alone), context.user)
        addresses = addresses.annotate(elsewhere=collect(visible, "parent__namespace__name"))
        for row in self.rows(addresses, "elsewhere", *INTERFACES):
            yield self.finding(
                row,
                context,
                "Another namespace has the same host.",
                details={"namespaces": some(set(row["elsewhere"] or ())), "interfaces": interface_names(row)},
            )
