"""Allocate prefixes out of containers, with their VLANs and gateways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job, MultiObjectVar, ObjectVar, StringVar
from nautobot.dcim.models import Location
from nautobot.extras.models import Role, Status
from nautobot.ipam.choices import PrefixTypeChoices
from nautobot.ipam.models import VLAN, IPAddress, Prefix, VLANGroup
from nautobot.tenancy.models import Tenant

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.defaults import default_status
from ..toolkit.free_space import FreeSpace, free_prefixes, hosts
from ..toolkit.plan import Plan
from .allocate_places import FreeVids, Lineage, locked, serving
from .allocate_prefixes_wanted import Texts, Wanted, wanted_of

name = "Changes"

NONE, FIRST, LAST = "none", "first", "last"
_MOST = 2000
_CHUNK = 1000


class AllocatePrefixes(RowsMixin, Job):
    """Takes the next free prefixes out of containers: one, or several, for each location, role or VLAN.

    For each combination of the chosen locations (or VLANs) and roles as many prefixes are made as you say, of a length for
    IPv4, for IPv6, or both. Each is the lowest free one. Child prefixes, ranges and addresses right in the container keep
    their place. A container that is assigned to locations serves these and all below them, the nearest first; one that is
    assigned to none serves all. While it runs, no other allocation takes from the same containers.

    With VLAN groups, each combination gets a VLAN too: the one of that name, or a new one with the lowest free VLAN ID in
    a group that serves the location. With a gateway, the first or last address for hosts is made along.

    A prefix of that length, description, location, role and VLAN that the containers have already counts: a second run
    makes none. Templates may name `location`, `role`, `tenant` and `number` (1, 2 and so on for each combination); that of
    the description also `vlan` and `vid`.

    **Changes:** prefixes; as you choose, VLANs and addresses.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `ipam.view_namespace`, `ipam.view_prefix`, `ipam.add_prefix`, `dcim.view_location`; with
    gateways also to add IP addresses; with VLAN groups to view these, to view and add VLANs; to view whatever else is
    chosen.
    """

    containers = MultiObjectVar(model=Prefix, description="Prefixes to take from.")
    length = IntegerVar(
        label="IPv4 length", required=False, min_value=1, max_value=32, description="24 makes a /24. Empty for no IPv4."
    )
    length_ipv6 = IntegerVar(
        label="IPv6 length",
        required=False,
        min_value=1,
        max_value=128,
        description="64 makes a /64. Empty for no IPv6.",
    )
    locations = MultiObjectVar(model=Location, required=False, description="Prefixes for each of these locations.")
    vlans = MultiObjectVar(
        model=VLAN, required=False, label="VLANs", description="Prefixes for each of these VLANs, instead of locations."
    )
    roles = MultiObjectVar(
        model=Role,
        required=False,
        query_params={"content_types": "ipam.prefix"},
        description="Prefixes for each of these roles.",
    )
    number = IntegerVar(
        default=1,
        required=False,
        min_value=1,
        max_value=_MOST,
        description="How many prefixes each location, VLAN or role gets.",
    )
    kind = ChoiceVar(
        label="Type",
        choices=PrefixTypeChoices.CHOICES,
        default=PrefixTypeChoices.TYPE_NETWORK,
        required=False,
        description="Type of the new prefixes.",
    )
    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "ipam.prefix"},
        description="Status of all that is made. Active if none is chosen.",
    )
    tenant = ObjectVar(model=Tenant, required=False, description="Tenant of all that is made.")
    prefix_description = StringVar(
        label="Description",
        required=False,
        description="Description of the prefixes, in Jinja: {{ role }} {{ number }}.",
    )
    vlan_groups = MultiObjectVar(
        model=VLANGroup, required=False, label="VLAN groups", description="Make VLANs in these groups along."
    )
    vlan_name = StringVar(
        label="VLAN name", required=False, default="{{ role }}", description="Name of the VLANs, in Jinja."
    )
    gateway = ChoiceVar(
        choices=((NONE, "None"), (FIRST, "First address"), (LAST, "Last address")),
        default=NONE,
        required=False,
        description="Make an address for the gateway of each prefix.",
    )
    gateway_role = ObjectVar(
        model=Role,
        required=False,
        query_params={"content_types": "ipam.ipaddress"},
        description="Role of the gateways' addresses, such as VRRP.",
    )

    class Meta:
        name = "Allocate prefixes"
        description = "Take the next free prefixes out of containers, with VLANs and gateways."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        containers,
        length=None,
        length_ipv6=None,
        locations=None,
        vlans=None,
        roles=None,
        number=1,
        kind=PrefixTypeChoices.TYPE_NETWORK,
        status=None,
        tenant=None,
        prefix_description="",
        vlan_groups=None,
        vlan_name="{{ role }}",
        gateway=NONE,
        gateway_role=None,
        keep_good=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the prefixes, and execute the plan."""
        needs = {"ipam.namespace": ("view",), "ipam.prefix": ("view", "add"), "dcim.location": ("view",)}
        gateway = gateway or NONE
        if gateway != NONE:
            needs["ipam.ipaddress"] = ("add",)
        if vlan_groups:
            needs |= {"ipam.vlangroup": ("view",), "ipam.vlan": ("view", "add")}
        lengths = {version: bits for version, bits in ((4, length), (6, length_ipv6)) if bits}

        def planner(plan: Plan) -> None:
            wanted = list(wanted_of(locations or (), vlans or (), roles or (), number or 1))
            if not lengths:
                raise RefusalError("IPv4 length: enter a length for IPv4, for IPv6, or for both.")
            if len(wanted) > _MOST:
                raise RefusalError(f"Number: {len(wanted)} prefixes are too many for one run. Ask for {_MOST} at most.")
            shared = {"status": status or default_status(Prefix, "Active"), "tenant": tenant}
            texts = Texts(prefix_description or "", vlan_name or "{{ role }}", tenant)
            allocation = _Allocation(
                plan, containers, vlan_groups or (), lengths, kind or PrefixTypeChoices.TYPE_NETWORK, shared, texts
            )
            allocation.make(wanted)
            if gateway != NONE:
                allocation.make_gateways(gateway, gateway_role)

        for_each = ", ".join(str(each) for each in (*(locations or ()), *(vlans or ()), *(roles or ())))
        return Changes(self, needs=needs).run(
            planner,
            request=" ".join(
                [
                    f"{number or 1} of",
                    " and ".join(f"/{bits}" for bits in lengths.values()),
                    "out of",
                    ", ".join(str(each) for each in containers),
                    *([f"for each of {for_each}"] if for_each else []),
                ]
            ),
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


class _Allocation:
    """Finds place for what is wanted, and fills the plan."""

    def __init__(
        self,
        plan: Plan,
        containers: Sequence[Prefix],
        groups: Sequence[VLANGroup],
        lengths: dict[int, int],
        kind: str,
        shared: dict[str, Any],
        texts: Texts,
    ) -> None:
        self.plan, self.lengths, self.kind, self.shared, self.texts = plan, lengths, kind, shared, texts
        self.containers: list[Prefix] = locked(plan, Prefix, containers, "Containers")
        self.containers.sort(key=lambda each: (each.ip_version, int(ip_address(each.network)), each.prefix_length))
        through = Prefix.locations.through.objects.filter(prefix__in=self.containers)
        self.places: defaultdict[Any, list[Any]] = defaultdict(list)
        for container, location in through.order_by("pk").values_list("prefix_id", "location_id"):
            self.places[container].append(location)
        self.groups: list[VLANGroup] = locked(plan, VLANGroup, groups, "VLAN groups")
        self.groups.sort(key=lambda each: each.name)
        self.group_places = {group.pk: [group.location_id] for group in self.groups if group.location_id}
        self.vids = FreeVids(self.groups)
        self.lineage = Lineage()
        self.spaces: dict[Any, FreeSpace] = {}
        self.served: list[tuple[Wanted, Prefix]] = []  # what each gateway is for
        self.role_fits_vlans: dict[Any, bool] = {}

    def make(self, wanted: list[Wanted]) -> None:
        """Plan VLANs and prefixes."""
        vlans: dict[Wanted, VLAN | None] = {}
        descriptions: dict[Wanted, str] = {}
        for each in wanted:
            with self.plan.row(each.label):
                vlans[each] = self._vlan(each)
                descriptions[each] = self.texts.description(each, vlans[each])
        present = self._present(set(descriptions.values()))
        for each in (each for each in wanted if each in descriptions):
            with self.plan.row(each.label):
                for version, length in self.lengths.items():
                    locations, vlan = self._locations(each), vlans[each]
                    key = (
                        version,
                        length,
                        frozenset(location.pk for location in locations),
                        each.role.pk if each.role else None,
                        vlan.pk if vlan else None,
                        descriptions[each],
                    )
                    if present[key]:
                        self.plan.keep()
                        self.served.append((each, present[key].pop(0)))
                        continue
                    container, text = self._take(each, version, length)
                    prefix = Prefix(
                        prefix=text,
                        namespace=container.namespace,
                        type=self.kind,
                        role=each.role,
                        vlan=vlan,
                        description=descriptions[each],
                        **self.shared,
                    )
                    many: Any = {"locations": locations} if locations else {}
                    self.plan.create(prefix, reason=f"next free in {container}", verb="allocate", **many)
                    self.served.append((each, prefix))

    def make_gateways(self, which: str, role: Role | None) -> None:
        """Plan the gateways' addresses that are not there."""
        wanted = [(each, prefix, _gateway(prefix, which)) for each, prefix in self.served]
        there: set[tuple[Any, str]] = set()
        for start in range(0, len(wanted), _CHUNK):
            texts = [text for _, _, text in wanted[start : start + _CHUNK]]
            there.update(IPAddress.objects.filter(host__in=texts).values_list("parent__namespace_id", "host"))
        for each, prefix, text in wanted:
            if (prefix.namespace_id, text) in there:
                self.plan.keep()
                continue
            with self.plan.row(each.label):
                address = IPAddress(
                    address=f"{text}/{prefix.prefix_length}",
                    namespace=prefix.namespace,
                    role=role,
                    description="Gateway",
                    **self.shared,
                )
                self.plan.create(address, reason=f"gateway of {prefix}", verb="allocate")

    def _locations(self, wanted: Wanted) -> list[Location]:
        if wanted.location:
            return [wanted.location]
        return sorted(wanted.vlan.locations.all(), key=lambda each: each.name) if wanted.vlan else []

    def _distances(self, wanted: Wanted) -> dict[Any, int] | None:
        locations = self._locations(wanted)
        return self.lineage.distances(location.pk for location in locations) if locations else None

    def _vlan(self, wanted: Wanted) -> VLAN | None:
        if not self.groups:
            return wanted.vlan
        if wanted.vlan:
            raise RefusalError("VLAN groups: VLANs are chosen, so none is made. Clear one of both.")
        name = self.texts.vlan_name(wanted)
        groups = serving(self.groups, self.group_places, self._distances(wanted))
        vlan = self.vids.named(groups, name)
        if vlan is not None:
            if not self.plan.is_new("ipam.vlan", vlan.pk):
                self.plan.keep()
            return vlan
        vlan = self.vids.take(groups, name)
        vlan.status, vlan.tenant = self.shared["status"], self.shared["tenant"]
        if wanted.role and self._fits_vlans(wanted.role):
            vlan.role = wanted.role
        many: Any = {"locations": [wanted.location]} if wanted.location else {}
        self.plan.create(vlan, reason=f"next free in {vlan.vlan_group}", verb="allocate", **many)
        return vlan

    def _fits_vlans(self, role: Role) -> bool:
        if role.pk not in self.role_fits_vlans:
            fits = role.content_types.filter(app_label="ipam", model="vlan").exists()
            self.role_fits_vlans[role.pk] = fits
        return self.role_fits_vlans[role.pk]

    def _take(self, wanted: Wanted, version: int, length: int) -> tuple[Prefix, str]:
        offered = [each for each in self.containers if each.ip_version == version and each.prefix_length < length]
        candidates = serving(offered, self.places, self._distances(wanted))
        for container in candidates:
            if container.pk not in self.spaces:
                self.spaces[container.pk] = free_prefixes(container)
            text = self.spaces[container.pk].take_prefix(length)
            if text is not None:
                return container, text
        named = ", ".join(str(each) for each in candidates) or "none of those chosen serves this location"
        raise RefusalError(f"Containers: no /{length} is free ({named}). Choose another container, or a longer prefix.")

    def _present(self, descriptions: set[str]) -> defaultdict[Any, list[Prefix]]:
        """Prefixes that are there, by what would be made."""
        found: defaultdict[Any, dict[Any, Prefix]] = defaultdict(dict)
        for container in self.containers:
            inside = visible(self.plan.user, Prefix).filter(
                namespace_id=container.namespace_id,
                ip_version=container.ip_version,
                network__gte=container.network,
                broadcast__lte=container.broadcast,
                prefix_length=self.lengths.get(container.ip_version, -1),
                description__in=descriptions,
                type=self.kind,
            )
            for prefix in inside.select_related("namespace").prefetch_related("locations").order_by("network", "pk"):
                locations = frozenset(location.pk for location in prefix.locations.all())
                key = (
                    prefix.ip_version,
                    prefix.prefix_length,
                    locations,
                    prefix.role_id,
                    prefix.vlan_id,
                    prefix.description,
                )
                found[key][prefix.pk] = prefix
        return defaultdict(list, {key: list(prefixes.values()) for key, prefixes in found.items()})


def _gateway(prefix: Prefix, which: str) -> str:
    network = ip_network(prefix.cidr_str)
    span = hosts(int(network[0]), network.prefixlen, network.version, pool=prefix.type == "pool")
    return str(network[(span.first if which == FIRST else span.last) - int(network[0])])
