"""Where a file names fields of a model: in queries, in constructors, as attributes; and how such a place is rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import libcst as cst

from .models import model_named
from .objects import Objects, objects_of
from .tree import dotted, string_of, with_text
from .understood import Understood

Use = Literal["lookup", "create", "path", "values", "attribute"]
# Methods of managers and querysets: keywords are lookups; keywords are fields; strings are paths; strings become keys of rows.
_LOOKUPS = frozenset({"exclude", "filter", "get", "get_or_create", "update_or_create"})
_CREATES = frozenset({"create", "update"})
_PATHS = frozenset(
    {
        *("dates", "datetimes", "defer", "distinct", "earliest", "latest", "only", "order_by", "prefetch_related"),
        *("select_related", "values_list"),
    }
)
# They take expressions with paths in them.
_EXPRESSIONS = frozenset({"aggregate", "alias", "annotate", *_LOOKUPS, *_CREATES, *_PATHS, "values"})
_PATH_EXPRESSIONS = frozenset({"Avg", "Count", "F", "Max", "Min", "Prefetch", "StdDev", "Sum", "Variance"})
QUERIES = _LOOKUPS | _CREATES | _PATHS | _EXPRESSIONS
# Names that say what an object is, where nothing else does.
_GUESSED = {
    re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower(): name
    for name in (
        *("Circuit", "Cluster", "Device", "DeviceRole", "DeviceType", "Interface", "Location", "Manufacturer"),
        *("Platform", "Prefix", "Rack", "Region", "Site", "Tenant", "VirtualMachine"),
    )
} | {
    "ip": "IPAddress",
    "ip_address": "IPAddress",
    "vlan": "VLAN",
    "vm": "VirtualMachine",
    "vrf": "VRF",
    "status": "Status",
}


@dataclass(frozen=True)
class Place:
    """A path of fields that starts at a model.

    Attributes:
        node: what has the text: the name of a keyword or of an attribute, or a string.
        model: where the path starts; a model that is gone has its old name; "" if it cannot be told.
        guess: the model that a name alone suggests, where it cannot be told.
        path: ``site__region``; with the sign of an ordering.
        use: how: in a lookup, to set a field, in a string, in a string of values() (whose rows have it as key), as attribute.
        call: the query or the constructor.
        argument: the keyword's argument.
    """

    node: cst.CSTNode
    model: str
    path: str
    use: Use
    call: cst.Call | None = None
    argument: cst.Arg | None = None
    guess: str = ""


def places(file: Understood) -> Iterator[Place]:
    """All places of a file as it is by now, also those whose model cannot be told."""
    yield from _places(file, file.module)


@lru_cache(maxsize=1)
def _places(file: Understood, module: cst.Module) -> tuple[Place, ...]:
    return tuple(_found(file))


def _found(file: Understood) -> Iterator[Place]:
    objects = objects_of(file)
    made = set(_annotated(objects))
    for call in objects.of_type(cst.Call):
        for place in _of_call(file, objects, call):
            if place.path.removeprefix("-").partition("__")[0] not in made:
                yield place
    for attribute in objects.of_type(cst.Attribute):
        yield from _of_attribute(file, objects, attribute)


def _annotated(objects: Objects) -> Iterator[str]:
    """Names that queries of the file make up: they are no fields."""
    for node in objects.of_type(cst.Call):
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in (
            "aggregate",
            "alias",
            "annotate",
            "values",
            "values_list",
        ):
            yield from (each.keyword.value for each in node.args if each.keyword is not None)


def rewrite(file: Understood, place: Place, path: str) -> bool:
    """Note that a place has another path now; False, and nothing is noted, where the call has that keyword already."""
    node = place.node
    if isinstance(node, cst.Name):
        if place.call is not None and any(each.keyword and each.keyword.value == path for each in place.call.args):
            return False
        file.replace(node, node.with_changes(value=path))
    elif isinstance(node, cst.SimpleString):
        file.replace(node, with_text(node, path))
    else:
        return False
    return True


def _of_attribute(file: Understood, objects: Objects, node: cst.Attribute) -> Iterator[Place]:
    model = objects.model_of(node.value)
    guess = "" if model else guessed(node.value)
    if not (model or guess) or node.attr.value == "objects":
        return
    above = file.parent(node)
    is_method = isinstance(above, cst.Call) and above.func is node and node.attr.value in QUERIES
    if not is_method and not isinstance(above, (cst.ImportFrom, cst.ImportAlias)):
        yield Place(node.attr, model, node.attr.value, "attribute", guess=guess)


def guessed(node: cst.CSTNode) -> str:
    """The model that the last name of an expression suggests: Device for ``self.device``."""
    return _GUESSED.get(dotted(node).rpartition(".")[2], "")


def _of_call(file: Understood, objects: Objects, call: cst.Call) -> Iterator[Place]:
    func = call.func
    if isinstance(func, cst.Attribute) and func.attr.value in QUERIES:
        model = objects.model_of(func.value)
        if not model and not _is_query(func.value):
            return
        yield from _of_query(call, model, func.attr.value)
    elif isinstance(func, (cst.Name, cst.Attribute)):
        if dotted(func).rpartition(".")[2] == "Q":
            if not any(_is_query_call(each) for each in file.ancestors(call)):
                yield from _keywords(call, call, "", "lookup")
        elif dotted(func).rpartition(".")[2] in ("ObjectVar", "MultiObjectVar"):
            yield from _displayed(file, call)
        elif (model := model_named(file.qualified(func))) and objects.model_of(call) == model:
            yield from _keywords(call, call, model, "create")


def _displayed(file: Understood, call: cst.Call) -> Iterator[Place]:
    """The field that the form of a variable shows."""
    given = {each.keyword.value: each.value for each in call.args if each.keyword is not None}
    shown = given.get("display_field")
    if "model" in given and isinstance(shown, cst.SimpleString) and (text := string_of(shown)) is not None:
        yield Place(shown, model_named(file.qualified(given["model"])), text, "path", call)


def _is_query_call(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in QUERIES


def _is_query(node: cst.CSTNode) -> bool:
    """Whether it looks like a queryset or a manager, whose model is unknown."""
    while isinstance(node, (cst.Attribute, cst.Call)):
        if isinstance(node, cst.Attribute) and node.attr.value in ("objects", "queryset"):
            return True
        node = node.func if isinstance(node, cst.Call) else node.value
    return isinstance(node, cst.Name) and node.value in ("queryset", "qs")


def _of_query(call: cst.Call, model: str, name: str) -> Iterator[Place]:
    if name in _LOOKUPS or name in _CREATES:
        yield from _keywords(call, call, model, "lookup" if name in _LOOKUPS else "create")
    for argument in call.args:
        value = argument.value
        if argument.star:
            continue
        text = string_of(value) if isinstance(value, cst.SimpleString) and argument.keyword is None else None
        if text is not None and (name in _PATHS or name == "values"):
            yield Place(value, model, text, "values" if name == "values" else "path", call)
        if name in _EXPRESSIONS:
            yield from _expressions(call, value, model)


def _expressions(call: cst.Call, value: cst.CSTNode, model: str) -> Iterator[Place]:
    """The paths in ``Q(…)``, ``F("…")`` and their like, which may be nested, negated and combined."""
    if isinstance(value, cst.UnaryOperation):
        yield from _expressions(call, value.expression, model)
    elif isinstance(value, (cst.BinaryOperation, cst.BooleanOperation)):
        yield from _expressions(call, value.left, model)
        yield from _expressions(call, value.right, model)
    elif isinstance(value, cst.Call):
        name = dotted(value.func).rpartition(".")[2]
        if name == "Q":
            yield from _keywords(value, value, model, "lookup")
        for argument in value.args:
            if argument.star or name not in ("Q", *_PATH_EXPRESSIONS) or argument.keyword is not None:
                continue
            text = string_of(argument.value)
            if isinstance(argument.value, cst.SimpleString) and text is not None:
                yield Place(argument.value, model, text, "path", call)
            elif name == "Q" or not isinstance(argument.value, cst.SimpleString):
                yield from _expressions(call, argument.value, model)


def _keywords(call: cst.Call, within: cst.Call, model: str, use: Use) -> Iterator[Place]:
    for argument in within.args:
        if argument.keyword is not None and argument.keyword.value == "defaults":
            yield from _keys(call, argument.value, model, "create")
        elif argument.keyword is not None:
            yield Place(argument.keyword, model, argument.keyword.value, use, call, argument)
        elif argument.star == "**":
            yield from _keys(call, argument.value, model, use)


def _keys(call: cst.Call, value: cst.CSTNode, model: str, use: Use) -> Iterator[Place]:
    """The keys of a dict that is written out."""
    if isinstance(value, cst.Dict):
        for element in value.elements:
            if isinstance(element, cst.DictElement) and (text := string_of(element.key)) is not None:
                yield Place(element.key, model, text, use, call)
