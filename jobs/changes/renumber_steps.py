"""The steps of a renumbering: what there is of the old ones, the new ones, and what moves from these to those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from functools import reduce
from ipaddress import ip_address
from operator import or_
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from nautobot.extras.models import Status
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Namespace, Prefix

from ..toolkit.access import visible
from ..toolkit.compat import address_ranges, device_value
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks
from ..toolkit.templates import UserTemplate
from .renumber_mapping import Mapping
from .renumber_references import References

COPY, DEPRECATE, DELETE = "copy", "deprecate", "delete"
_CONDITIONS = 100  # prefixes a question
_OWN = frozenset(
    {"id", "created", "last_updated", "network", "broadcast", "prefix_length", "host", "mask_length", "ip_version"}
    | {"parent", "start_host", "end_host"}
)


class Renumbering:
    """Plans a renumbering.

    Args:
        plan: the plan to fill.
        mapping: what becomes of what.
        namespace: where the old ones are, and the new ones will be.
        dns_name: template for DNS names; None keeps them.
    """

    def __init__(self, plan: Plan, mapping: Mapping, namespace: Namespace, dns_name: UserTemplate | None) -> None:
        self.plan, self.mapping, self.namespace, self.dns_name = plan, mapping, namespace, dns_name
        self.prefixes = self._prefixes()
        self.ranges = self._ranges()
        self.addresses = self._addresses()
        self.assignments = self._assignments(self.addresses)
        self.ports = self._ports() if dns_name else {}
        # Primary keys of old ones to new ones, by model, and to the rows that they are from.
        self.new: dict[str, dict[Any, Any]] = {"ipam.prefix": {}, "ipam.ipaddressrange": {}, "ipam.ipaddress": {}}
        self.rows: dict[Any, str] = {}
        self._there: dict[Any, list[Any]] = defaultdict(list)  # assignments of new addresses that are there already

    # What there is

    def _within(self, first: str, last: str) -> Iterator[Q]:
        """Conditions, for a hundred lines each, for what is in the prefixes of the request."""
        wholes = [move for move in self.mapping.moves if not move.single]
        for start in range(0, len(wholes), _CONDITIONS):
            yield reduce(
                or_,
                (
                    Q(
                        ip_version=move.old.version,
                        **{
                            f"{first}__gte": str(move.old.network_address),
                            f"{last}__lte": str(move.old.broadcast_address),
                        },
                    )
                    for move in wholes[start : start + _CONDITIONS]
                ),
            )

    def _prefixes(self) -> list[Prefix]:
        objects = visible(self.plan.user, Prefix).filter(namespace=self.namespace).order_by("pk")
        found = {}
        for condition in self._within("network", "broadcast"):
            chunk = objects.filter(condition).select_related("namespace")
            found.update({each.pk: each for each in chunk.prefetch_related("locations", "vrfs", "tags")})
        return sorted(found.values(), key=lambda each: (each.ip_version, _number(each.network), each.prefix_length))

    def _ranges(self) -> list[Any]:
        model: Any = address_ranges()
        if model is None:
            return []
        found = {}
        for condition in self._within("start_host", "end_host"):
            objects = visible(self.plan.user, model).filter(condition, parent__namespace=self.namespace)
            found.update({each.pk: each for each in objects.order_by("pk").prefetch_related("tags")})
        return sorted(found.values(), key=lambda each: (each.ip_version, _number(each.start_host)))

    def _addresses(self) -> list[IPAddress]:
        objects = visible(self.plan.user, IPAddress).filter(parent__namespace=self.namespace).order_by("pk")
        found = {}
        conditions = list(self._within("host", "host"))
        singles = [str(move.old.network_address) for move in self.mapping.moves if move.single]
        conditions += [Q(host__in=chunk) for chunk in chunks(singles)]
        for condition in conditions:
            found.update({each.pk: each for each in objects.filter(condition).prefetch_related("tags")})
        return sorted(found.values(), key=lambda each: (each.ip_version, _number(each.host)))

    def _assignments(self, addresses: Iterable[IPAddress]) -> defaultdict[Any, list[IPAddressToInterface]]:
        found: defaultdict[Any, list[IPAddressToInterface]] = defaultdict(list)
        for chunk in chunks([address.pk for address in addresses]):
            # Without their interfaces and devices: Nautobot saves the device that it finds there, as it was then, when
            # an assignment is deleted.
            for row in IPAddressToInterface.objects.filter(ip_address__in=chunk).order_by("pk"):
                found[row.ip_address_id].append(row)
        return found

    def _ports(self) -> dict[Any, tuple[str, str]]:
        """Names of device and interface of each old address; of several interfaces those of the first."""
        device = Coalesce(device_value("name", "interface__"), "vm_interface__virtual_machine__name", Value(""))
        port = Coalesce("interface__name", "vm_interface__name")
        found: dict[Any, tuple[str, str]] = {}
        for chunk in chunks([address.pk for address in self.addresses]):
            rows = IPAddressToInterface.objects.filter(ip_address__in=chunk).order_by("pk")
            for pk, *names in rows.values_list("ip_address_id", device, port):
                found.setdefault(pk, (names[0], names[1]))
        return found

    # New ones

    def copy(self, *, assignments: bool) -> None:
        """Plan the new ones; with `assignments`, on the interfaces of the old ones as well."""
        self._say_what_is_missing()
        self._copy_prefixes()
        self._copy_ranges()
        self._copy_addresses()
        for address in self.addresses if assignments else ():
            new = self.new["ipam.ipaddress"][address.pk]
            there = {_interface(each) for each in self._there[new.pk]}
            with self.plan.row(self.rows[address.pk]):
                for old in self.assignments[address.pk]:
                    if _interface(old) in there:
                        self.plan.keep()
                        continue
                    row = IPAddressToInterface(ip_address=new)
                    _copy_fields(old, row, {"ip_address"})
                    self.plan.create(row, reason=f"beside {address}", verb="assign")

    def _say_what_is_missing(self) -> None:
        """A prefix or address that is not there is a problem, unless it has moved before: then the new one is there."""
        have = {(str(each.network), each.prefix_length) for each in self.prefixes}
        hosts = {str(each.host) for each in self.addresses}
        missing = [
            move
            for move in self.mapping.moves
            if (
                str(move.old.network_address) not in hosts
                if move.single
                else (str(move.old.network_address), move.old.prefixlen) not in have
            )
        ]
        new_prefixes = self._new_prefixes(
            (str(move.new.network_address), move.new.prefixlen) for move in missing if not move.single
        )
        new_hosts = self._new_addresses(str(move.new.network_address) for move in missing if move.single)
        for move in missing:
            first = str(move.new.network_address)
            if (first in new_hosts) if move.single else ((first, move.new.prefixlen) in new_prefixes):
                self.plan.keep()
                continue
            with self.plan.row(move.row):
                noun = "address" if move.single else "prefix"
                text = str(move.old.network_address if move.single else move.old)
                self.plan.problem(f'column old, "{text}": there is no such {noun} in {self.namespace.name}.')

    def _new_prefixes(self, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Prefix]:
        wanted = set(wanted)
        objects = Prefix.objects.filter(namespace=self.namespace)
        return {
            (each.network, each.prefix_length): each
            for chunk in chunks(sorted({network for network, _ in wanted}))
            for each in objects.filter(network__in=chunk)
            if (each.network, each.prefix_length) in wanted
        }

    def _new_addresses(self, wanted: Iterable[str]) -> dict[str, IPAddress]:
        objects = IPAddress.objects.filter(parent__namespace=self.namespace)
        return {each.host: each for chunk in chunks(sorted(set(wanted))) for each in objects.filter(host__in=chunk)}

    def _copy_prefixes(self) -> None:
        moves = {each.pk: self.mapping.for_network(each.network, each.prefix_length) for each in self.prefixes}
        targets = {each.pk: moves[each.pk].network(each.network, each.prefix_length) for each in self.prefixes}
        there = self._new_prefixes((str(each.network_address), each.prefixlen) for each in targets.values())
        for old in self.prefixes:
            target = targets[old.pk]
            key = (str(target.network_address), target.prefixlen)
            self.rows[old.pk] = moves[old.pk].row
            new = there.get(key)
            if new is not None:
                self.plan.keep()
            else:
                new = there[key] = Prefix(prefix=str(target), namespace=old.namespace)
                _copy_fields(old, new, {"namespace"})
                many = _many(old, "locations", "vrfs", "tags")
                with self.plan.row(self.rows[old.pk]):
                    self.plan.create(new, reason=f"was {old}", verb="renumber", **many)
            self.new["ipam.prefix"][old.pk] = new

    def _copy_ranges(self) -> None:
        model: Any = address_ranges()
        if not self.ranges:
            return
        moves = {each.pk: self.mapping.for_network(each.start_host, 128) for each in self.ranges}
        starts = [moves[each.pk].address(each.start_host) for each in self.ranges]
        there = {
            (each.start_host, each.end_host): each
            for chunk in chunks(starts)
            for each in model.objects.filter(parent__namespace=self.namespace, start_host__in=chunk)
        }
        for old, start in zip(self.ranges, starts, strict=True):
            move = moves[old.pk]
            end = move.address(old.end_host)
            self.rows[old.pk] = move.row
            new = there.get((start, end))
            if new is not None:
                self.plan.keep()
            else:
                new = model(start_address=start, end_address=end, namespace=self.namespace)
                _copy_fields(old, new)
                with self.plan.row(move.row):
                    self.plan.create(new, reason=f"was {old}", verb="renumber", **_many(old, "tags"))
            self.new["ipam.ipaddressrange"][old.pk] = new

    def _copy_addresses(self) -> None:
        moves = {each.pk: self.mapping.for_address(each.host) for each in self.addresses}
        targets = {each.pk: moves[each.pk].address(each.host) for each in self.addresses}
        there = self._new_addresses(targets.values())
        self._there = self._assignments(there.values())
        made: list[tuple[IPAddress, IPAddress]] = []
        for old in self.addresses:
            move, text = moves[old.pk], targets[old.pk]
            self.rows[old.pk] = move.row
            with self.plan.row(move.row):
                new = there.get(text)
                if new is not None:
                    self._refuse_taken(old, new)
                    self.plan.keep()
                else:
                    length = move.length(old.mask_length)
                    new = IPAddress(address=f"{text}/{length}", namespace=self.namespace)
                    _copy_fields(old, new)
                    new.dns_name = self._dns_name(old, new)
                    made.append((old, new))
                self.new["ipam.ipaddress"][old.pk] = new
        # Inside addresses before the outside addresses that name them.
        by_old = {old.pk: (old, new) for old, new in made}
        done: set[Any] = set()
        for first, _ in made:
            path = [first.pk]
            while (inside := by_old[path[-1]][0].nat_inside_id) in by_old and inside not in done and inside not in path:
                path.append(inside)
            for pk in reversed(path):
                if pk not in done:
                    done.add(pk)
                    old, new = by_old[pk]
                    new.nat_inside_id = self._inside(old)
                    with self.plan.row(self.rows[pk]):
                        self.plan.create(new, reason=f"was {old}", verb="renumber", **_many(old, "tags"))

    def _inside(self, old: IPAddress) -> Any:
        new = self.new["ipam.ipaddress"].get(old.nat_inside_id)
        return new.pk if new is not None else old.nat_inside_id

    def _refuse_taken(self, old: IPAddress, new: IPAddress) -> None:
        before = {_interface(each) for each in self.assignments[old.pk]}
        others = [each for each in self._there[new.pk] if _interface(each) not in before]
        if before and others:
            named = ", ".join(str(each) for each in others[:3])
            self.plan.problem(f'column new, "{new.host}": {named} has it already, and not the old one.')

    def _dns_name(self, old: IPAddress, new: IPAddress) -> str:
        if self.dns_name is None:
            return str(old.dns_name)
        device, interface = self.ports.get(old.pk, ("", ""))
        values = {"dns_name": old.dns_name, "old": old.host, "new": new.host, "device": device, "interface": interface}
        return self.dns_name.render(str(old), **values).lower()

    # From the old ones to the new ones

    def move(self, status: Status, *, delete: bool) -> None:
        """Plan that all moves over to the new ones, and what becomes of the old ones."""
        doubled = []
        for old in self.addresses:
            new = self.new["ipam.ipaddress"][old.pk]
            there = {_interface(each) for each in self._there[new.pk]}
            with self.plan.row(self.rows[old.pk]):
                for row in self.assignments[old.pk]:
                    if _interface(row) in there:
                        doubled.append((old, row))
                    else:
                        self.plan.update(row, ip_address=new, reason=f"was {old}", verb="move")
        References(self.new).plan(self.plan, self.rows)
        for old, row in doubled:
            with self.plan.row(self.rows[old.pk]):
                self.plan.delete(row, reason="the new one is there", verb="move")
        groups: tuple[Sequence[Any], ...] = (self.addresses, self.ranges, self.prefixes[::-1])
        fitting = set(status.content_types.values_list("app_label", "model"))
        for old in (each for group in groups for each in group):
            with self.plan.row(self.rows[old.pk]):
                if delete:
                    self.plan.delete(old, reason="renumbered")
                elif (old._meta.app_label, old._meta.model_name) in fitting:
                    self.plan.update(old, status=status, reason="renumbered", verb="deprecate")


def _interface(row: IPAddressToInterface) -> Any:
    return row.interface_id or row.vm_interface_id


def _copy_fields(old: Any, new: Any, others: set[str] | None = None) -> None:
    """Give a new object what the old one has, its numbers and the fields named excepted."""
    for field in old._meta.concrete_fields:
        if field.name not in _OWN | (others or set()):
            setattr(new, field.attname, deepcopy(getattr(old, field.attname)))


def _many(old: Any, *names: str) -> Any:
    found = {name: list(getattr(old, name).all()) for name in names}
    return {name: objects for name, objects in found.items() if objects}


def _number(text: str) -> int:
    return int(ip_address(text))
