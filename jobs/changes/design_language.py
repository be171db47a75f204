"""The language of designs: inputs, loops, conditions and expressions, down to a list of entries without any of these.

Nothing here asks the database. The user's guide has the language: docs/user/designs.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_interface, ip_network
from typing import Any

from ..toolkit.documents import Node, listed, node_of
from ..toolkit.templates import ExpressionError, Expressions
from .design_models import BRINGING, KINDS

_TOP = ("title", "description", "inputs", "objects")
_INPUT = ("type", "description", "default", "choices")
_ENTRY = ("for", "when", "as", "set", "add", "rename")
_GROUP = ("for", "when", "objects")
MOST_ENTRIES = 5000
_MOST_TURNS = 50_000
_MOST_TOLD = 20
_DEEPEST = 5


@dataclass(frozen=True)
class Handle:
    """A value that stands for an object of the same design: `$switch`."""

    name: str


@dataclass(frozen=True)
class Entry:
    """One object that a design wants, with all expressions computed.

    Args:
        kind: what the design calls its model: a key of `design_models.KINDS`.
        key: what tells the object from others: a text, a mapping, or a `Handle`.
        values: `set`: fields and what they are set to.
        more: `add`: fields with many objects, and what is added to them.
        handle: what other entries call it; "" if they do not.
        label: names the entry in messages, the loop's turn included.
        rename: what is replaced in the names of the components that come with it: texts from and to.
    """

    kind: str
    key: Node
    values: Mapping[str, Node]
    more: Mapping[str, Node]
    handle: str
    label: str
    rename: Node | None = None


@dataclass
class Input:
    """One input of a design."""

    name: str
    type: str = "text"
    description: str = ""
    choices: Sequence[Any] = ()
    default: Node | None = None
    required: bool = True


@dataclass
class Design:
    """A design, as it is written."""

    title: str
    description: str
    inputs: list[Input]
    objects: Node
    file: str = ""


def design_of(document: Node) -> Design:
    """The design that a document has.

    Raises:
        RefusalError: it is none; all that is wrong with it, as far as it can be told without inputs.
    """
    if not isinstance(document.value, dict):
        raise listed([document.bad("a design is a mapping, with “inputs:” and “objects:”.")])
    problems = _unknown(document, _TOP)
    objects = document.value.get("objects", document.with_value(None))
    if not isinstance(objects.value, list) or not objects.value:
        problems.append(objects.bad("“objects:” has to be a list of what the design wants."))
    inputs = list(_inputs(document.value.get("inputs"), problems))
    if problems:
        raise listed(problems)
    texts = {name: node.value for name, node in document.value.items() if name in ("title", "description")}
    title = str(texts.get("title") or document.file)
    return Design(title, str(texts.get("description") or ""), inputs, objects, document.file)


def _unknown(node: Node, known: Sequence[str]) -> list[str]:
    return [
        each.bad(f"there is no “{name}” here; there are {', '.join(known)}.")
        for name, each in node.value.items()
        if name not in known
    ]


def _inputs(node: Node | None, problems: list[str]) -> Iterator[Input]:
    if node is None or node.value is None:
        return
    if not isinstance(node.value, dict):
        problems.append(node.bad("“inputs:” has to be a mapping of names to what belongs there."))
        return
    for name, each in node.value.items():
        if not (name.isidentifier() and name.isascii()):
            problems.append(each.bad("the name of an input has letters, digits and _ only."))
            continue
        body = each.value if isinstance(each.value, dict) else {}
        if each.value is not None and not isinstance(each.value, dict):
            problems.append(each.bad(f"an input is a mapping of {', '.join(_INPUT)}."))
        problems += _unknown(each.with_value(body), _INPUT)
        kind = body["type"].value if "type" in body else "text"
        if kind not in _TYPES:
            problems.append(body["type"].bad(f"there is no type {kind}; there are {', '.join(_TYPES)}."))
            continue
        choices = body["choices"].plain() if "choices" in body else []
        if not isinstance(choices, list):
            problems.append(body["choices"].bad("choices are a list."))
            continue
        description = str(body["description"].value or "") if "description" in body else ""
        yield Input(name, kind, description, choices, body.get("default"), "default" not in body)


# Inputs


class _UnfitError(Exception):
    """The value of an input is not what the design wants."""


def inputs_of(design: Design, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of all inputs, checked.

    Raises:
        RefusalError: something is missing, unknown or of the wrong type; all of it at once.
    """
    known = [each.name for each in design.inputs]
    problems = [
        f"Inputs: {design.file} has no input {name}; it has {', '.join(known) or 'none'}."
        for name in given
        if name not in known
    ]
    expressions, values = Expressions(), dict[str, Any]()
    for each in design.inputs:
        try:
            if each.name in given and given[each.name] is not None:
                values[each.name] = _checked(each, given[each.name])
            elif each.required:
                what = f" ({each.description})" if each.description else ""
                problems.append(f"Inputs: {each.name} is missing{what}.")
            elif each.default is not None:
                default = _Turn(values, expressions).rendered(each.default).plain()
                values[each.name] = default if default is None else _checked(each, default)
        except _WrongError as wrong:
            problems.append(str(wrong))
        except _UnfitError as error:
            problems.append(f"Inputs: {each.name}: {error}")
    if problems:
        raise listed(problems)
    return values


def _checked(wanted: Input, value: Any) -> Any:
    value = _TYPES[wanted.type](value)
    if wanted.choices and value not in wanted.choices:
        raise _UnfitError(f'"{value}" is none of {", ".join(map(str, wanted.choices))}.')
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _UnfitError("has to be a text.")
    text = str(value).strip()
    if not text or len(text) > 255 or any(ord(sign) < 32 for sign in text):
        raise _UnfitError("has to be a text of 1 to 255 characters in one line.")
    return text


def _integer(value: Any) -> int:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _UnfitError("has to be a whole number.")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("has to be true or false.")
    return value


def _prefix(value: Any) -> str:
    try:
        return str(ip_network(_text(value)))
    except ValueError:
        raise _UnfitError(f'"{value}" is no prefix such as 10.20.0.0/16.') from None


def _address(value: Any) -> str:
    try:
        return str(ip_interface(_text(value)))
    except ValueError:
        raise _UnfitError(f'"{value}" is no address such as 10.20.0.1/24.') from None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _UnfitError("has to be a list.")
    return list(_bounded(value))


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _UnfitError("has to be a mapping.")
    return dict(_bounded(value))


def _bounded(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise _UnfitError(f"is nested more than {_DEEPEST} deep.")
    if isinstance(value, dict):
        return {str(key): _bounded(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_bounded(each, depth + 1) for each in value]
    return value if isinstance(value, (bool, int)) or value is None else str(value)


_TYPES: dict[str, Any] = {
    "text": _text,
    "integer": _integer,
    "boolean": _boolean,
    "prefix": _prefix,
    "address": _address,
    "list": _list,
    "mapping": _mapping,
}


# Loops, conditions, expressions


class _WrongError(Exception):
    """Something is wrong at one place; the message says where."""


@dataclass
class _Turn:
    """What expressions see: the inputs, and in a loop its variables."""

    values: Mapping[str, Any]
    expressions: Expressions
    turns: tuple[str, ...] = ()

    def rendered(self, node: Node) -> Node:
        """A value with all its expressions computed; `$name` becomes a `Handle`."""
        if isinstance(node.value, dict):
            return node.with_value({key: self.rendered(each) for key, each in node.value.items()})
        if isinstance(node.value, list):
            return node.with_value([self.rendered(each) for each in node.value])
        if not isinstance(node.value, str):
            return node
        handle = node.value.startswith("$")
        try:
            value = self.expressions.value(node.value[handle:], self.values)
        except ExpressionError as error:
            raise _WrongError(node.bad(str(error))) from None
        if handle:
            return node.with_value(Handle(str(value)))
        return node_of(value, node)

    def inner(self, name: str, value: Any) -> _Turn:
        told = f"{name}={value}" if isinstance(value, (str, int)) else name
        return _Turn({**self.values, name: value}, self.expressions, (*self.turns, told[:60]))


@dataclass
class _Expansion:
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    turns: int = 0

    def walk(self, node: Node, turn: _Turn, depth: int = 0) -> None:
        if not isinstance(node.value, dict):
            self.problems.append(node.bad("an entry is a mapping: “- location: AMS01”."))
            return
        group = "objects" in node.value
        kinds = [name for name in node.value if name not in (_GROUP if group else _ENTRY)]
        if group and (kinds or not isinstance(node.value["objects"].value, list) or depth >= _DEEPEST):
            self.problems.append(
                node.bad(f"a group has for, when, and objects, which is a list; groups nest {_DEEPEST} deep at most.")
            )
        elif not group and (len(kinds) != 1 or kinds[0] not in KINDS):
            self.problems.append(
                node.bad(
                    f"an entry names one model, not {', '.join(kinds) or 'none'}. There are {', '.join(sorted(KINDS))}."
                )
            )
        else:
            try:
                for inner in self._turns(node, turn):
                    if group:
                        for each in node.value["objects"].value:
                            self.walk(each, inner, depth + 1)
                    else:
                        self._add(node, kinds[0], inner)
            except _WrongError as wrong:
                self.problems.append(str(wrong))

    def _turns(self, node: Node, turn: _Turn) -> Iterator[_Turn]:
        """The turns of an entry's loop for which its condition holds."""
        loop = node.value.get("for")
        if loop is None:
            turns = [turn]
        else:
            if not isinstance(loop.value, dict) or len(loop.value) != 1:
                raise _WrongError(loop.bad('a loop names one variable: “for: {number: "{{ range(1, 3) }}"}”.'))
            ((name, source),) = loop.value.items()
            if not (name.isidentifier() and name.isascii()):
                raise _WrongError(source.bad("the name of a variable has letters, digits and _ only."))
            values = turn.rendered(source).plain()
            if not isinstance(values, list):
                raise _WrongError(source.bad(f"a loop goes over a list, not {values!r:.60}."))
            turns = [turn.inner(name, value) for value in values]
        condition = node.value.get("when")
        for each in turns:
            self.turns += 1
            if self.turns > _MOST_TURNS:
                raise listed([*self.problems[:_MOST_TOLD], node.bad(f"loops take more than {_MOST_TURNS} turns.")])
            if condition is not None:
                held = each.rendered(condition).value
                if not isinstance(held, bool):
                    raise _WrongError(condition.bad(f"a condition is true or false, not {held!r:.60}."))
                if not held:
                    continue
            yield each

    def _add(self, node: Node, kind: str, turn: _Turn) -> None:
        if len(self.entries) >= MOST_ENTRIES:
            raise _WrongError(node.bad(f"the design has more than {MOST_ENTRIES} objects. Deploy it in parts."))
        parts = {name: turn.rendered(each) for name, each in node.value.items() if name not in ("for", "when")}
        for name in ("set", "add"):
            if name in parts and not isinstance(parts[name].value, dict):
                raise _WrongError(parts[name].bad(f"“{name}:” is a mapping of fields to values."))
        handle = parts["as"].value if "as" in parts else ""
        if not isinstance(handle, str) or ("as" in parts and not handle):
            raise _WrongError(parts["as"].bad("“as:” is a text, by which other entries name the object: $text."))
        told = f" ({', '.join(turn.turns)})" if turn.turns else ""
        self.entries.append(
            Entry(
                kind,
                parts[kind],
                parts["set"].value if "set" in parts else {},
                parts["add"].value if "add" in parts else {},
                handle,
                f"{node.file}, line {node.line}, {node.path}{told}",
                _rename(kind, parts.get("rename")),
            )
        )


def _rename(kind: str, node: Node | None) -> Node | None:
    if node is None or node.value is None:
        return None
    texts = node.plain()
    if kind not in BRINGING or not isinstance(texts, dict) or set(texts) != {"from", "to"} or not all(texts.values()):
        raise _WrongError(
            node.bad(f"“rename:” is for a {' or a '.join(BRINGING)}, and has two texts: {{from: 1/0/, to: 2/0/}}.")
        )
    return node


def entries_of(design: Design, inputs: Mapping[str, Any]) -> list[Entry]:
    """All that the design wants, in order, with the values of its inputs.

    Raises:
        RefusalError: something is wrong with the design; all of it at once.
    """
    expansion = _Expansion()
    turn = _Turn(inputs, Expressions())
    for node in design.objects.value:
        expansion.walk(node, turn)
    if expansion.problems:
        raise listed(expansion.problems)
    return expansion.entries
