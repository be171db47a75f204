"""From the entries of a design to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, prefetch_related_objects
from nautobot.dcim.models import Cable
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Prefix

from ..toolkit.access import RefusalError, require
from ..toolkit.compat import address_ranges
from ..toolkit.compat_cables import cables_at
from ..toolkit.new_components import NewComponents
from ..toolkit.plan import Plan, Problem
from .design_document import Node
from .design_language import Entry, Handle
from .design_models import ASSIGNMENTS, BY_LABEL, CABLE, CUSTOM_FIELDS, KINDS
from .design_references import Reference, References, SkippedError, WrongError, scalar, target_of
from .design_space import Space

_CHUNK = 1000
_COMPONENTS = {"device": "of_device", "module": "of_module"}
_PORTS = (
    "interface",
    "front_port",
    "rear_port",
    "console_port",
    "console_server_port",
    "power_port",
    "power_outlet",
    "power_feed",
    "circuit_termination",
)
_ENDS = ("a", "b")


@dataclass(frozen=True)
class _Next:
    """A value that is chosen when the object is created: the next free part, or address, of a prefix."""

    parent: Reference
    length: int | None
    node: Node


@dataclass(eq=False)
class _Wanted:
    """An entry whose values have been read: what they refer to may not be known yet."""

    entry: Entry
    reference: Reference | None = None
    ends: tuple[Reference, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


class Deployment:
    """Plans what a design wants and is not there.

    Args:
        plan: the plan to fill.
        user: who runs the Job.
        reason: why, for the plan's files.
    """

    def __init__(self, plan: Plan, user: Any, reason: str) -> None:
        self._plan = plan
        self._user = user
        self._reason = reason
        self._references = References(plan, user)
        self._components: NewComponents | None = None
        self._spaces: dict[Any, Space] = {}
        self._assigned: defaultdict[Any, list[Any]] = defaultdict(list)
        self._cables: dict[tuple[str, Any], tuple[Any, frozenset[tuple[str, Any]]]] = {}
        self._needed: dict[str, dict[str, None]] = {}
        self._reserved: list[tuple[str, str]] = []
        self._lists: dict[tuple[Any, str], list[Any]] = {}

    def plan(self, entries: list[Entry]) -> None:
        """Plan all entries.

        Raises:
            RefusalError: the user lacks a permission without which the design cannot be deployed.
        """
        wanted = [each for entry in entries if (each := self._read(entry)) is not None]
        if self._plan.problems:
            return
        for label, actions in self._needed.items():
            require(self._user, KINDS[BY_LABEL[label]].model if label in BY_LABEL else IPAddressToInterface, *actions)
        self._references.load()
        self._load(wanted)
        for each in wanted:
            self._deploy(each)

    # Reading values

    def _problem(self, wrong: WrongError) -> None:
        problem = Problem(str(wrong))
        if problem not in self._plan.problems:
            self._plan.problems.append(problem)

    def _need(self, kind: str, *actions: str) -> None:
        label = KINDS[kind].label
        if not label.startswith("extras.") or actions != ("view",):
            self._needed.setdefault(label, {}).update(dict.fromkeys(actions))

    def _read(self, entry: Entry) -> _Wanted | None:
        """Read the key and the values of an entry, and note what has to be looked up."""
        found = _Wanted(entry)
        wrong = len(self._plan.problems)
        try:
            self._references.fields(entry.kind)
        except RefusalError as refusal:
            self._problem(WrongError(entry.key.bad(str(refusal))))
            return None
        try:
            if entry.kind == CABLE:
                found.ends = self._read_ends(entry.key)
            else:
                found.reference = self._references.of(entry.kind, entry.key)
                self._note(found.reference)
                if set(ASSIGNMENTS) & set(found.reference.parts):
                    self._need_assignments()
                if entry.handle:
                    self._references.name(entry.handle, found.reference, entry.key)
        except WrongError as error:
            self._problem(error)
        again = isinstance(entry.key.value, Handle)
        writes = bool(entry.values or entry.more)
        self._need(entry.kind, "view", *(() if again else ("add",)), *(("change",) if writes else ()))
        for given, values in ((entry.values, found.values), (entry.more, found.more)):
            for name, node in given.items():
                try:
                    values[name] = self._read_value(entry.kind, name, node)
                except WrongError as error:
                    self._problem(error)
        if set(found.more) & set(found.values):
            self._problem(WrongError(entry.key.bad("a field stands below “set:” or below “add:”, not below both.")))
        self._reserve(found)
        return found if len(self._plan.problems) == wrong else None

    def _read_ends(self, node: Node) -> tuple[Reference, ...]:
        if not isinstance(node.value, dict) or set(node.value) != set(_ENDS):
            raise WrongError(node.bad("a cable has two ends: {a: {interface: …}, b: {interface: …}}."))
        ends = []
        for name in _ENDS:
            end = node.value[name]
            if not isinstance(end.value, dict) or len(end.value) != 1 or not set(end.value) <= set(_PORTS):
                raise WrongError(
                    end.bad(f"an end is one of {', '.join(_PORTS)}: {{interface: {{device: …, name: …}}}}.")
                )
            ((kind, port),) = end.value.items()
            ends.append(self._references.of(kind, port))
            self._note(ends[-1])
        if ends[0] is ends[1]:
            raise WrongError(node.bad("both ends are the same."))
        return tuple(ends)

    def _need_assignments(self) -> None:
        self._needed.setdefault(IPAddressToInterface._meta.label_lower, {}).update({"add": None})

    def _note(self, reference: Reference) -> None:
        """What is referred to has to be viewed."""
        self._need(reference.kind, "view")
        for each in reference.inner:
            self._note(each)

    def _read_value(self, kind: str, name: str, node: Node) -> Any:
        known = self._references.fields(kind)
        if name not in known:
            raise WrongError(node.bad(f"a {kind} has no field {name}. There are {', '.join(sorted(known))}."))
        model_field = known[name]
        if name == CUSTOM_FIELDS:
            if not isinstance(node.value, dict):
                raise WrongError(node.bad("custom fields are a mapping of keys to values."))
            return node.plain()
        if isinstance(node.value, dict) and "next" in node.value:
            return self._read_next(kind, name, node)
        target = target_of(kind, name, model_field)
        several = name in ASSIGNMENTS or bool(getattr(model_field, "many_to_many", False))
        if name in ASSIGNMENTS:
            self._need_assignments()
        if several:
            nodes = node.value if isinstance(node.value, list) else [node]
            return [(self._read_target(target, each), each) for each in nodes]
        if (model_field is not None and model_field.is_relation) or target:
            return None if node.value is None else (self._read_target(target, node), node)
        return scalar(name, model_field, node)

    def _read_target(self, target: str, node: Node) -> Any:
        if not target:
            return self._content_type(node)
        reference = self._references.of(target, node)
        self._note(reference)
        return reference

    def _content_type(self, node: Node) -> ContentType:
        text = node.value if isinstance(node.value, str) else ""
        if text in KINDS:
            text = KINDS[text].label
        try:
            return ContentType.objects.get_by_natural_key(*text.split(".", 1))
        except (ContentType.DoesNotExist, TypeError):
            raise WrongError(node.bad(f'there is no model "{text}"; write it as dcim.device.')) from None

    def _read_next(self, kind: str, name: str, node: Node) -> _Next:
        following = node.value["next"]
        body = following.value if isinstance(following.value, dict) else {}
        wants_length = (kind, name) == ("prefix", "prefix")
        expected = {"in", "length"} if wants_length else {"in"}
        if not wants_length and (kind, name) != ("ip_address", "address"):
            raise WrongError(node.bad("“next:” is for the prefix of a prefix and the address of an ip_address."))
        if set(node.value) != {"next"} or set(body) != expected:
            raise WrongError(following.bad(f"“next:” has {' and '.join(sorted(expected))}."))
        length = body["length"].value if wants_length else None
        if wants_length and (isinstance(length, bool) or not isinstance(length, int)):
            raise WrongError(body["length"].bad("the length is a whole number."))
        parent = self._references.of("prefix", body["in"])
        self._note(parent)
        return _Next(parent, length, following)

    def _reserve(self, wanted: _Wanted) -> None:
        """What the design names itself is given out to nobody else, even if it is named later."""
        parts = wanted.reference.parts if wanted.reference else {}
        for name in ("prefix", "address"):
            for value in (parts.get(name), wanted.values.get(name)):
                if isinstance(value, str):
                    self._reserved.append((name, value))

    # Asking the database

    def _load(self, wanted: list[_Wanted]) -> None:
        """What is needed of the objects that were found: one question a model and thousand objects."""
        found = list(self._references.found())
        self._components = NewComponents(each.obj for each in found if each.kind in ("device_type", "module_type"))
        many: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for each in wanted:
            obj = each.reference.obj if each.reference else None
            if obj is not None:
                for name in (*each.values, *each.more):
                    model_field = self._references.fields(each.entry.kind)[name]
                    if model_field is not None and model_field.many_to_many:
                        many[each.entry.kind, name].append(obj)
        for (_, name), objects in many.items():
            prefetch_related_objects(objects, name)
        addresses = [
            each.reference.obj.pk
            for each in wanted
            if each.reference and each.reference.obj is not None and set(ASSIGNMENTS) & {*each.values, *each.more}
        ]
        for chunk in _chunks(addresses):
            for row in IPAddressToInterface.objects.filter(ip_address__in=chunk).order_by("pk"):
                self._assigned[row.ip_address_id].append(row)
        ports: defaultdict[type[Model], list[Any]] = defaultdict(list)
        for each in wanted:
            for end in each.ends:
                if end.obj is not None:
                    ports[KINDS[end.kind].model].append(end.obj.pk)
        self._cables = cables_at(ports)
        self._load_spaces(wanted)

    def _load_spaces(self, wanted: list[_Wanted]) -> None:
        parents = {
            value.parent.obj.pk: value.parent.obj
            for each in wanted
            for value in each.values.values()
            if isinstance(value, _Next) and value.parent.obj is not None
        }
        for chunk in _chunks(sorted(parents, key=str)):
            # Whoever else gives out addresses of these prefixes waits until this is done.
            list(self._plan.lock(Prefix.objects.filter(pk__in=chunk)))
            spaces = {pk: self._space(parents[pk]) for pk in chunk}
            for child in Prefix.objects.filter(parent__in=chunk):
                spaces[child.parent_id].take_network(f"{child.network}/{child.prefix_length}")
            for address in IPAddress.objects.filter(parent__in=chunk):
                spaces[address.parent_id].take_addresses(str(address.host))
            ranges: Any = address_ranges()
            if ranges is not None:
                for each in ranges.objects.filter(parent__in=chunk):
                    spaces[each.parent_id].take_addresses(str(each.start_host), str(each.end_host))

    def _space(self, prefix: Any) -> Space:
        space = Space(f"{prefix.network}/{prefix.prefix_length}", pool=prefix.type == "pool")
        for name, value in self._reserved:
            (space.take_network if name == "prefix" else space.take_addresses)(value)
        self._spaces[prefix.pk] = space
        return space

    # One entry after the other

    def _deploy(self, wanted: _Wanted) -> None:
        before = len(self._plan.problems)
        try:
            with self._plan.row(wanted.entry.label):
                if wanted.reference is None:
                    self._deploy_cable(wanted)
                else:
                    self._deploy_object(wanted, wanted.reference)
        except WrongError as wrong:
            self._problem(wrong)
        except SkippedError:
            if wanted.reference is not None and not wanted.reference.failed:
                wanted.reference.failed = True
        if len(self._plan.problems) > before and wanted.reference is not None:
            wanted.reference.failed = True

    def _deploy_object(self, wanted: _Wanted, reference: Reference) -> None:
        kind = wanted.entry.kind
        obj = self._references.find(reference, wanted.entry.key)
        values, more = self._resolved(wanted.values), self._resolved(wanted.more)
        assignments = {
            name: (given.pop(name), given is values)
            for given in (values, more)
            for name in ASSIGNMENTS
            if name in given
        }
        if obj is None:
            for name, part in reference.parts.items():
                value = self._references.get(part, wanted.entry.key) if isinstance(part, Reference) else part
                if name in ASSIGNMENTS:
                    assignments.setdefault(name, ([value], False))
                elif getattr(self._references.fields(kind)[name], "many_to_many", False):
                    more.setdefault(name, []).append(value)
                else:
                    values.setdefault(name, value)
            obj = self._create(kind, values, more)
            reference.obj = obj
        else:
            self._update(kind, obj, values, more, wanted)
        self._assign(obj, assignments)

    def _resolved(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Values with objects in place of references. All that is wrong with them is told, not the first only."""
        found: dict[str, Any] = {}
        wrong: Exception | None = None
        for name, value in given.items():
            try:
                if isinstance(value, tuple):
                    found[name] = self._target(*value)
                elif isinstance(value, list) and all(isinstance(each, tuple) for each in value):
                    found[name] = [self._target(*each) for each in value]
                else:
                    found[name] = value
            except WrongError as error:
                self._problem(error)
                wrong = SkippedError()
            except SkippedError as skipped:
                wrong = skipped
        if wrong:
            raise wrong
        return found

    def _target(self, target: Any, node: Node) -> Any:
        return self._references.get(target, node) if isinstance(target, Reference) else target

    def _create(self, kind: str, values: dict[str, Any], more: dict[str, list[Any]]) -> Any:
        columns: dict[str, list[str]] = {}
        fields = self._references.fields(kind)
        many = {name: values.pop(name) for name in list(values) if getattr(fields[name], "many_to_many", False)}
        for name, objects in more.items():
            many[name] = [*many.get(name, ()), *objects]
        for name, value in values.items():
            if isinstance(value, _Next):
                parent, values[name] = self._allocate(value)
                if kind == "prefix":
                    values.setdefault("namespace", parent.namespace)
                elif "namespace" not in values:
                    values["namespace"] = parent.namespace
                break
        custom = values.pop(CUSTOM_FIELDS, None)
        if kind == "ip_address" and "namespace" in values:
            columns["parent__namespace"] = [str(values["namespace"].pk)]
        obj = KINDS[kind].model(**{name: value for name, value in values.items() if value is not None})
        if custom:
            obj._custom_field_data.update(custom)
        parts: list[Any] = []
        if kind in _COMPONENTS and self._components is not None:
            parts = getattr(self._components, _COMPONENTS[kind])(obj)
        self._plan.create(obj, reason=self._reason, parts=parts, **many)
        self._lists.update({(obj.pk, name): objects for name, objects in many.items()})
        self._references.add(kind, obj, **columns)
        for part in parts:
            self._references.add(BY_LABEL[part._meta.label_lower], part)
        return obj

    def _allocate(self, wanted: _Next) -> tuple[Any, str]:
        parent = self._references.get(wanted.parent, wanted.node)
        space = self._spaces.get(parent.pk) or self._space(parent)
        found = space.next_address() if wanted.length is None else space.next_network(wanted.length)
        if found is None:
            what = "address" if wanted.length is None else f"prefix of length {wanted.length}"
            raise WrongError(wanted.node.bad(f"prefix {space.network} has no free {what}."))
        for other in self._spaces.values():
            if other is not space:
                (other.take_addresses if wanted.length is None else other.take_network)(found)
        return parent, found

    def _update(self, kind: str, obj: Any, values: dict[str, Any], more: dict[str, list[Any]], wanted: _Wanted) -> None:
        for name in [each for each in values if self._references.fields(kind)[each] is None]:
            value = values.pop(name)
            if name == CUSTOM_FIELDS:
                before = self._plan.value(obj, "_custom_field_data").raw or {}
                values["_custom_field_data"] = {**before, **value}
            elif name == "address" and isinstance(value, str):
                host, length = value.split("/")
                if str(obj.host) != host:
                    raise WrongError(
                        wanted.entry.values[name].bad(f"it is {obj.address}; an address cannot be changed.")
                    )
                values["mask_length"] = int(length)
            elif name == "prefix" and isinstance(value, str) and ip_network(value) != ip_network(str(obj.prefix)):
                raise WrongError(wanted.entry.values[name].bad(f"it is {obj.prefix}; designs do not move prefixes."))
        for name, objects in more.items():
            present = self._listed(obj, name)
            keys = {each.pk for each in present}
            values[name] = [*present, *(each for each in objects if each.pk not in keys)]
        self._lists.update({(obj.pk, name): value for name, value in values.items() if isinstance(value, list)})
        self._plan.update(obj, reason=self._reason, **values)
        self._references.add(kind, obj)

    def _listed(self, obj: Any, name: str) -> list[Any]:
        """What a field with many objects has after what is planned so far."""
        if (obj.pk, name) in self._lists:
            return self._lists[obj.pk, name]
        return [] if self._plan.is_new(obj._meta.label_lower, obj.pk) else list(getattr(obj, name).all())

    def _assign(self, address: Any, assignments: Mapping[str, tuple[list[Any], bool]]) -> None:
        """Assign an address to interfaces; below `set:`, to these only."""
        rows = self._assigned[address.pk]
        for name, (interfaces, exactly) in assignments.items():
            column = ASSIGNMENTS[name]
            present = {getattr(row, f"{column}_id"): row for row in rows if getattr(row, f"{column}_id")}
            for interface in interfaces:
                if interface.pk in present:
                    self._plan.keep()
                    continue
                row = IPAddressToInterface(ip_address=address, **{column: interface})
                self._plan.create(row, reason=self._reason, verb="assign")
                rows.append(row)
            if exactly:
                wanted = {interface.pk for interface in interfaces}
                for pk, row in present.items():
                    if pk not in wanted:
                        self._plan.delete(row, reason=self._reason, verb="unassign")
                        rows.remove(row)

    def _deploy_cable(self, wanted: _Wanted) -> None:
        node = wanted.entry.key
        ports = [self._references.get(end, node) for end in wanted.ends]
        keys = [(port._meta.label_lower, port.pk) for port in ports]
        values = self._resolved(wanted.values)
        more = self._resolved(wanted.more)
        present = [self._cables.get(key) for key in keys]
        cable = next((found[0] for found in present if found), None)
        if cable is None:
            custom = values.pop(CUSTOM_FIELDS, None)
            many = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)} | more
            ends = dict(zip(("termination_a", "termination_b"), ports, strict=True))
            cable = Cable(**ends, **{name: value for name, value in values.items() if value is not None})
            if custom:
                cable._custom_field_data.update(custom)
            self._plan.create(cable, reason=self._reason, verb="connect", ends=ends, **many)
            for key in keys:
                self._cables[key] = (cable, frozenset(keys))
            return
        for key, found, end in zip(keys, present, _ENDS, strict=True):
            if found is not None and not set(keys) <= found[1]:
                raise WrongError(
                    node.value[end].bad(f"{key[0].split('.')[1]} {ports[_ENDS.index(end)]} has another cable already.")
                )
        self._update(CABLE, cable, values, more, wanted)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    found = list(values)
    for start in range(0, len(found), _CHUNK):
        yield found[start : start + _CHUNK]
