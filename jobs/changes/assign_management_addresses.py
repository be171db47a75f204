"""Management addresses for devices that have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Any

from django.db.models import F, Q, QuerySet
from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job, MultiObjectVar, ObjectVar, StringVar
from nautobot.dcim.models import Interface
from nautobot.extras.models import Role, Status, Tag
from nautobot.ipam.models import VRF, IPAddress, IPAddressToInterface, Prefix

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.compat import device_value
from ..toolkit.defaults import default_status
from ..toolkit.plan import Plan
from ..toolkit.primary_addresses import DEPRECATED, VERSIONS
from ..toolkit.queries import stands_for_itself
from ..toolkit.scope import DeviceScopeMixin, Scope
from ..toolkit.templates import UserTemplate
from .management_prefixes import PrefixesByLocation
from .primary_choice import SHARED, patterns_of, rank_of

name = "Changes"

_CHUNK = 1000
FAMILIES = {"4": "IPv4", "6": "IPv6", "both": "IPv4 and IPv6"}
TYPES = {"virtual": "Virtual", "1000base-t": "1000BASE-T (1GE)", "other": "Other"}
_OF_PREFIXES = {"content_types": "ipam.prefix"}


class AssignManagementAddresses(RowsMixin, DeviceScopeMixin, Job):
    """Gives devices without a primary address the next free one of their location, on their management interface.

    A device that has a primary address of the family already is left as it is, and so are members of a virtual chassis
    other than its master, which is what stands for all of them.

    **Interface:** the first whose name matches a pattern, the best pattern first, such as `mgmt*, Management1,
    Vlan900`; without patterns, the first that is management-only. Interfaces of modules count. If there is none, it is
    created, if you give a name for it; otherwise the device is left alone, and a remark tells how many were.

    **Address:** if the interface has one address of the family, that becomes primary. Otherwise the next free address of
    a prefix of type network or pool, at the device's location or the nearest one above it that has a prefix with one of the
    roles and one of the tags selected, and in the VRF; where there are several, of the lowest that has room. What is in
    child prefixes and ranges is not free, nor are network and broadcast addresses. The prefixes are locked: two runs at
    the same time never give out the same address.

    **Changes:** new IP addresses, assigned to interfaces; primary addresses of devices; with a name for it, new
    interfaces.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.view_interface`, `ipam.view_prefix`,
    `ipam.view_ipaddress`, `ipam.add_ipaddress`, `ipam.add_ipaddresstointerface`; to create interfaces, also to add
    interfaces.
    """

    families = ChoiceVar(choices=tuple(FAMILIES.items()), default="4", required=False, description="What is assigned.")
    interface_names = StringVar(
        label="Names of interfaces",
        required=False,
        default="",
        description="Patterns with * and ?, the best first, with commas between. If empty: the first management-only "
        "interface.",
    )
    create_interface = StringVar(
        label="Create the interface",
        required=False,
        default="",
        description="Name of the interface that a device without one gets. If empty: none is created.",
    )
    interface_type = ChoiceVar(
        label="Type of a new interface",
        choices=tuple(TYPES.items()),
        default="virtual",
        required=False,
        description="The type of interfaces that are created.",
    )
    prefix_roles = MultiObjectVar(
        label="Roles of the prefix",
        model=Role,
        required=False,
        query_params=_OF_PREFIXES,
        description="Out of prefixes with one of these roles.",
    )
    prefix_tags = MultiObjectVar(
        label="Tags of the prefix",
        model=Tag,
        required=False,
        query_params=_OF_PREFIXES,
        description="Out of prefixes with one of these tags.",
    )
    vrf = ObjectVar(label="VRF", model=VRF, required=False, description="Out of prefixes in this VRF.")
    leave_first = IntegerVar(
        label="Leave the first",
        default=0,
        max_value=65536,
        required=False,
        description="So many addresses at the beginning of each prefix are left alone, for gateways.",
    )
    dns_name = StringVar(
        label="DNS name",
        required=False,
        default="",
        description="For new addresses, in Jinja: {{ device|lower }}.mgmt.example.com. There are device, interface, "
        "location and role.",
    )
    address_status = ObjectVar(
        label="Status of the address",
        model=Status,
        required=False,
        query_params={"content_types": "ipam.ipaddress"},
        description="Status of new addresses. If none is selected: Active.",
    )

    class Meta:
        name = "Assign management addresses"
        description = "Give devices the next free address of their location, on their management interface."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        families="4",
        interface_names="",
        create_interface="",
        interface_type="virtual",
        prefix_roles=None,
        prefix_tags=None,
        vrf=None,
        leave_first=0,
        dns_name="",
        address_status=None,
        keep_good=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan the addresses, and execute the plan."""
        needs = {
            "dcim.device": ("view", "change"),
            "dcim.interface": ("view",),
            "ipam.prefix": ("view",),
            "ipam.ipaddress": ("view", "add"),
            "ipam.ipaddresstointerface": ("add",),
        }
        scope = Scope(self.user, offered=self._get_vars(), **selection)

        def planner(plan: Plan) -> None:
            if (leave_first or 0) < 0:  # a form's min_value of 0 is passed over by Nautobot
                raise RefusalError("Leave the first: enter 0 or more.")
            assign = _Assign(
                plan, (create_interface or "").strip(), interface_type or "virtual", dns_name or "", address_status
            )
            prefixes = _prefixes(self.user, prefix_roles, prefix_tags, vrf)
            named = bool(prefix_roles or prefix_tags or vrf)
            patterns = patterns_of("Names of interfaces", interface_names)
            fields = [field for field, version in VERSIONS.items() if (families or "4") in (str(version), "both")]
            devices = list(_without_primary(scope.queryset(), fields))
            interfaces = _interfaces(self.user, devices, patterns)
            if not assign.create:
                _remark_without(plan, [device for device in devices if device.pk not in interfaces])
                devices = [device for device in devices if device.pk in interfaces]
            addresses = _addresses(self.user, interfaces.values())
            places = {device.location_id for device in devices}
            space = PrefixesByLocation(plan, prefixes, places, named=named, leave_first=leave_first or 0)
            for device in devices:
                with plan.row(str(device)):
                    assign.to(device, fields, interfaces.get(device.pk), addresses, space)

        return Changes(self, needs=needs).run(
            planner,
            request=f"{FAMILIES[families or '4']}; {scope.describe()}",
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


class _Assign:
    """Plans the address of one device after the other."""

    def __init__(self, plan: Plan, create: str, interface_type: str, dns_name: str, status: Status | None) -> None:
        self.plan = plan
        self.create = create
        self._type = interface_type
        self._status = status or default_status(IPAddress, "Active")
        self._interface_status = default_status(Interface, "Active", "") if create else None
        self._dns_name = UserTemplate("DNS name", dns_name) if dns_name.strip() else None

    def to(
        self,
        device: Any,
        fields: Sequence[str],
        interface: Any,
        addresses: dict[tuple[Any, int], list[Any]],
        space: PrefixesByLocation,
    ) -> None:
        """Plan the addresses of a device."""
        if interface is None:
            interface = self.plan.create(
                Interface(
                    device=device, name=self.create, type=self._type, mgmt_only=True, status=self._interface_status
                ),
                reason="no management interface",
            )
        values: dict[str, Any] = {}
        for field in fields:
            if getattr(device, f"{field}_id"):
                self.plan.keep()
                continue
            there = addresses.get((interface.pk, VERSIONS[field]), [])
            if len(there) > 1:
                named = ", ".join(str(address.address) for address in there[:5])
                raise RefusalError(f"{interface.name} has {len(there)} addresses: {named}. Set one as primary by hand.")
            values[field] = there[0] if there else self._new(device, interface, VERSIONS[field], space)
        self.plan.update(device, reason="no primary address", verb="set primary", **values)

    def _new(self, device: Any, interface: Any, version: int, space: PrefixesByLocation) -> IPAddress:
        text, prefix = space.next_free(device.location_id, version)
        dns_name = ""
        if self._dns_name:
            dns_name = self._dns_name.render(
                str(device),
                device=device.name or "",
                interface=interface.name,
                location=device.location.name,
                role=device.role.name,
            )
        address = IPAddress(address=text, namespace=prefix.namespace, status=self._status, dns_name=dns_name)
        self.plan.create(address, reason=f"next free in {prefix.prefix}")
        self.plan.create(
            IPAddressToInterface(ip_address=address, interface=interface), reason="management interface", verb="assign"
        )
        return address


def _without_primary(devices: QuerySet, fields: Sequence[str]) -> QuerySet:
    missing = Q()
    for field in fields:
        missing |= Q(**{f"{field}__isnull": True})
    chosen = devices.filter(missing, stands_for_itself()).select_related("location", "role")
    return chosen.order_by("location__name", "_name", "pk")


def _interfaces(user: Any, devices: Sequence[Any], patterns: Sequence[str]) -> dict[Any, Any]:
    """By device, the interface for the address. A query a thousand devices."""
    best: dict[Any, tuple[int, Any]] = {}
    interfaces = visible(user, Interface).annotate(holder=device_value("pk"))
    if not patterns:
        interfaces = interfaces.filter(mgmt_only=True)
    keys = [device.pk for device in devices]
    for start in range(0, len(keys), _CHUNK):
        part = interfaces.filter(holder__in=keys[start : start + _CHUNK])
        for interface in part.order_by("_name", "pk"):
            rank = rank_of(interface.name, patterns) if patterns else 0
            if rank is not None and (interface.holder not in best or rank < best[interface.holder][0]):
                best[interface.holder] = (rank, interface)
    return {holder: interface for holder, (_, interface) in best.items()}


def _addresses(user: Any, interfaces: Iterable[Any]) -> dict[tuple[Any, int], list[Any]]:
    """Addresses that the interfaces have, by interface and IP version. A query a thousand."""
    found: defaultdict[tuple[Any, int], list[Any]] = defaultdict(list)
    keys = [interface.pk for interface in interfaces]
    rows = (
        IPAddressToInterface.objects.filter(ip_address__in=visible(user, IPAddress).order_by().values("pk"))
        .exclude(ip_address__status__name=DEPRECATED)
        .annotate(role=F("ip_address__role__name"))
        .select_related("ip_address")
        .order_by("ip_address__host", "pk")
    )
    for start in range(0, len(keys), _CHUNK):
        for row in rows.filter(interface__in=keys[start : start + _CHUNK]):
            if row.role not in SHARED and not ip_address(row.ip_address.host).is_link_local:
                found[row.interface_id, row.ip_address.ip_version].append(row.ip_address)
    return found


def _prefixes(user: Any, roles: Any, tags: Any, vrf: Any) -> QuerySet:
    prefixes = visible(user, Prefix).filter(type__in=("network", "pool")).exclude(status__name=DEPRECATED)
    if roles:
        prefixes = prefixes.filter(role__in=list(roles))
    if tags:
        prefixes = prefixes.filter(tags__in=list(tags))
    if vrf:
        prefixes = prefixes.filter(vrfs=vrf)
    return prefixes


def _remark_without(plan: Plan, devices: Sequence[Any]) -> None:
    if devices:
        named = ", ".join(str(device) for device in devices[:5])
        more = f" and {len(devices) - 5} more" if len(devices) > 5 else ""
        plan.remark(f"{len(devices)} devices have no such interface and were left alone: {named}{more}.")
