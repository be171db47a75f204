"""From the entries of a design to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from django.db.models import prefetch_related_objects
from nautobot.dcim.models import Cable
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Prefix

from ..toolkit.access import require
from ..toolkit.cables import cables_at
from ..toolkit.compat import address_ranges
from ..toolkit.documents import Node
from ..toolkit.new_components import NewComponents
from ..toolkit.plan import Plan, Problem
from ..toolkit.queries import chunks
from .design_language import Entry
from .design_models import ASSIGNMENTS, BRINGING, BY_LABEL, CABLE, CUSTOM_FIELDS, KINDS
from .design_references import Reference, References, SkippedError, WrongError
from .design_requests import ENDS, Next, Requests, Wanted
from .design_space import Space


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
        self._components = NewComponents(())
        self._spaces: dict[Any, Space] = {}
        self._assigned: defaultdict[Any, list[Any]] = defaultdict(list)
        self._cables: dict[tuple[str, Any], tuple[Any, frozenset[tuple[str, Any]]]] = {}
        self._requests = Requests(self._references, self._problem)
        self._lists: dict[tuple[Any, str], list[Any]] = {}
        self._told: set[str] = set()

    def plan(self, entries: list[Entry]) -> None:
        """Plan all entries.

        Raises:
            RefusalError: the user lacks a permission without which the design cannot be deployed.
        """
        wanted = [each for entry in entries if (each := self._requests.read(entry)) is not None]
        if self._plan.problems:
            return
        for kind in self._requests.viewed:
            require(self._user, KINDS[kind].model, "view")
        self._references.load()
        self._load(wanted)
        for each in wanted:
            self._deploy(each)

    def _problem(self, wrong: WrongError) -> None:
        if str(wrong) not in self._told:  # once, not for each turn of a loop
            self._told.add(str(wrong))
            self._plan.problems.append(Problem(str(wrong)))

    # Asking the database

    def _load(self, wanted: list[Wanted]) -> None:
        """What is needed of the objects that were found: one question a model and thousand objects."""
        found = list(self._references.found())
        types = (each.obj for each in found if each.kind in ("device_type", "module_type"))
        self._components = NewComponents(types, self._plan)
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
        for chunk in chunks(addresses):
            for row in IPAddressToInterface.objects.filter(ip_address__in=chunk).order_by("pk"):
                self._assigned[row.ip_address_id].append(row)
        ports = [end.obj for each in wanted for end in each.ends if end.obj is not None]
        self._cables = {
            key: (found.cable, frozenset(end.key for end in found.ends)) for key, found in cables_at(ports).items()
        }
        self._load_spaces(wanted)

    def _load_spaces(self, wanted: list[Wanted]) -> None:
        parents = {
            value.parent.obj.pk: value.parent.obj
            for each in wanted
            for value in each.values.values()
            if isinstance(value, Next) and value.parent.obj is not None
        }
        for chunk in chunks(sorted(parents, key=str)):
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
        for name, value in self._requests.reserved:
            (space.take_network if name == "prefix" else space.take_addresses)(value)
        self._spaces[prefix.pk] = space
        return space

    # One entry after the other

    def _deploy(self, wanted: Wanted) -> None:
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

    def _deploy_object(self, wanted: Wanted, reference: Reference) -> None:
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
            obj = self._create(kind, values, more, wanted.entry.rename)
            reference.obj = obj
        else:
            if "address" in reference.parts and "/" in _text_of(wanted.entry.key, "address"):
                values.setdefault("address", reference.parts["address"])
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

    def _create(self, kind: str, values: dict[str, Any], more: dict[str, list[Any]], rename: Node | None) -> Any:
        columns: dict[str, list[str]] = {}
        fields = self._references.fields(kind)
        many = {name: values.pop(name) for name in list(values) if getattr(fields[name], "many_to_many", False)}
        for name, objects in more.items():
            many[name] = [*many.get(name, ()), *objects]
        for name, value in values.items():
            if isinstance(value, Next):
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
        parts = self._components.of(obj) if kind in BRINGING else []
        if rename is not None:
            _rename(parts, rename)
        self._plan.create(obj, reason=self._reason, parts=parts, **many)
        self._lists.update({(obj.pk, name): objects for name, objects in many.items()})
        self._references.add(kind, obj, **columns)
        for part in parts:
            self._references.add(BY_LABEL[part._meta.label_lower], part)
        if kind.endswith("_template"):
            self._components.add(obj)
        return obj

    def _allocate(self, wanted: Next) -> tuple[Any, str]:
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

    def _update(self, kind: str, obj: Any, values: dict[str, Any], more: dict[str, list[Any]], wanted: Wanted) -> None:
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

    def _deploy_cable(self, wanted: Wanted) -> None:
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
        for key, found, end in zip(keys, present, ENDS, strict=True):
            if found is not None and not set(keys) <= found[1]:
                raise WrongError(
                    node.value[end].bad(f"{key[0].split('.')[1]} {ports[ENDS.index(end)]} has another cable already.")
                )
        self._update(CABLE, cable, values, more, wanted)


def _text_of(key: Node, name: str) -> str:
    """A field of a key, as it is written."""
    node = key.value.get(name, key) if isinstance(key.value, dict) else key
    return str(node.value)


def _rename(parts: list[Any], node: Node) -> None:
    """Give components their names on this member of a stack."""
    texts = node.plain()
    fitting = [part for part in parts if str(texts["from"]) in part.name]
    if not fitting:
        raise WrongError(node.bad(f"no component that comes with it has “{texts['from']}” in its name."))
    for part in fitting:
        part.name = part.name.replace(str(texts["from"]), str(texts["to"]), 1)
