"""Reading the entries of a design: which models and fields they name, what they refer to, what their values are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType

from ..toolkit.access import RefusalError
from ..toolkit.documents import Node
from .design_language import Entry
from .design_models import ASSIGNMENTS, CABLE, CUSTOM_FIELDS, KINDS
from .design_references import Reference, References, WrongError, scalar, target_of

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
ENDS = ("a", "b")


@dataclass(frozen=True)
class Next:
    """A value that is chosen when the object is created: the next free part, or address, of a prefix."""

    parent: Reference
    length: int | None
    node: Node


@dataclass(eq=False)
class Wanted:
    """An entry whose values have been read: what they refer to may not be known yet."""

    entry: Entry
    reference: Reference | None = None
    ends: tuple[Reference, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


class Requests:
    """Reads entries, one after the other.

    Args:
        references: where what entries refer to is noted.
        problem: told what is wrong.

    Attributes:
        viewed: models of the entries and of what they refer to.
        reserved: prefixes and addresses that the design names itself, each with the field that has it.
    """

    def __init__(self, references: References, problem: Callable[[WrongError], None]) -> None:
        self._references = references
        self._problem = problem
        self._wrong = False
        self.viewed: dict[str, None] = {}
        self.reserved: list[tuple[str, str]] = []

    def _refuse(self, wrong: WrongError) -> None:
        self._wrong = True
        self._problem(wrong)

    def _view(self, kind: str) -> None:
        if not KINDS[kind].label.startswith("extras."):  # as in Nautobot's own forms
            self.viewed[kind] = None

    def read(self, entry: Entry) -> Wanted | None:
        """Read the key and the values of an entry, and note what has to be looked up."""
        found = Wanted(entry)
        self._wrong = False
        try:
            self._references.fields(entry.kind)
        except RefusalError as refusal:
            self._refuse(WrongError(entry.key.bad(str(refusal))))
            return None
        try:
            if entry.kind == CABLE:
                found.ends = self._read_ends(entry.key)
            else:
                found.reference = self._references.of(entry.kind, entry.key)
                self._note(found.reference)
                if entry.handle:
                    self._references.name(entry.handle, found.reference, entry.key)
        except WrongError as error:
            self._refuse(error)
        self._view(entry.kind)
        for given, values in ((entry.values, found.values), (entry.more, found.more)):
            for name, node in given.items():
                try:
                    values[name] = self._read_value(entry.kind, name, node)
                except WrongError as error:
                    self._refuse(error)
        if set(found.more) & set(found.values):
            self._refuse(WrongError(entry.key.bad("a field stands below “set:” or below “add:”, not below both.")))
        self._reserve(found)
        return None if self._wrong else found

    def _read_ends(self, node: Node) -> tuple[Reference, ...]:
        if not isinstance(node.value, dict) or set(node.value) != set(ENDS):
            raise WrongError(node.bad("a cable has two ends: {a: {interface: …}, b: {interface: …}}."))
        ends = []
        for name in ENDS:
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

    def _note(self, reference: Reference) -> None:
        """What is referred to has to be viewed."""
        self._view(reference.kind)
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

    def _read_next(self, kind: str, name: str, node: Node) -> Next:
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
        return Next(parent, length, following)

    def _reserve(self, wanted: Wanted) -> None:
        """What the design names itself is given out to nobody else, even if it is named later."""
        parts = wanted.reference.parts if wanted.reference else {}
        for name in ("prefix", "address"):
            for value in (parts.get(name), wanted.values.get(name)):
                if isinstance(value, str):
                    self.reserved.append((name, value))
