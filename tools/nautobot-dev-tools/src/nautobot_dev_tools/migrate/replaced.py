"""Putting one model in the place of another that is gone: imports, names, labels in strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import libcst as cst

from ..source.contracts import Contract
from .layout import keyword, with_argument, with_key
from .moves import guarded
from .objects import Objects, objects_of
from .queries import QUERIES
from .transformation import LIKELY
from .tree import dotted, string_of, with_text
from .understood import Understood

_CREATES = frozenset({"create", "get_or_create", "update_or_create"})


class Replacement(NamedTuple):
    """What stands for a model by now.

    Attributes:
        old, new: labels as the tables have them: ``dcim.Site``.
        narrowed: keyword and value (as source) that leave only those of the new model that were of the old; "" if there is none.
        parameter: the same for the form of an ObjectVar: key and value of ``query_params``.
        created: what a new object needs now.
    """

    old: str
    new: str
    narrowed: tuple[str, str] = ("", "")
    parameter: tuple[str, str] = ("", "")
    created: str = ""


def replace_everywhere(file: Understood, replacement: Replacement) -> None:
    """Replace a model where it is imported and used, in labels, and as a content type."""
    replace_model(file, replacement)
    relabel(file, replacement)
    recontent(file, replacement)


def replace_model(file: Understood, replacement: Replacement) -> None:
    """Note all edits; where the file calls something else by the new name, nothing is, and a person has to look."""
    objects = objects_of(file)
    uses = list(_uses(file, objects, replacement.old))
    app, _, name = replacement.new.partition(".")
    home = f"nautobot.{app}.models"
    ours = [
        (node, alias) for node in objects.of_type(cst.ImportFrom) for alias in _aliases(file, node, replacement.old)
    ]
    if not uses and not ours:
        return
    old_name = replacement.old.partition(".")[2]
    # Who has the new name already is for both: the repository tries one import after the other, here or elsewhere.
    if any(guarded(file, node) or alias.evaluated_name == name != old_name for node, alias in ours):
        return
    if _taken(file, objects, name, f"{home}.{name}"):
        for node, _ in ours:
            file.todo(node, f"{replacement.old} is {replacement.new} now; this file has something else by that name")
        return
    for node in dict.fromkeys(node for node, _ in ours):
        gone = {alias.evaluated_name for each, alias in ours if each is node}
        line = _line(file, gone) or file.line(node)
        file.changed(line, f"{replacement.old} is {replacement.new} now", LIKELY)
        file.edit(node, _without, gone)
    # From Nautobot itself, also where it came from another module of the repository: that has the new name only if it could be changed.
    if ours or any(isinstance(use, cst.Name) for use in uses):
        file.need_import(home, name)
    for use in uses:
        _use(file, use, replacement, name, home)


def relabel(file: Understood, replacement: Replacement) -> None:
    """Note the edits of labels and permissions in strings: ``dcim.site``, ``dcim.view_site``."""
    app, _, model = replacement.old.partition(".")
    new_app, _, new_model = replacement.new.partition(".")
    pattern = re.compile(rf"{app}\.((?:view|add|change|delete)_)?({model}|{model.lower()})")
    for node in objects_of(file).of_type(cst.SimpleString):
        text = string_of(node)
        if text and (found := pattern.fullmatch(text)):
            now = new_model if found.group(2) == model else new_model.lower()
            new = f"{new_app}.{found.group(1) or ''}{now}"
            file.replace(node, with_text(node, new))
            file.changed(node, f"{text} is {new} now", LIKELY)


def recontent(file: Understood, replacement: Replacement) -> None:
    """Note the edits of what is asked of content types and apps: ``get(app_label="dcim", model="site")``, ``get_model("dcim", "Site")``."""
    app, _, model = replacement.old.partition(".")
    new_app, _, new_model = replacement.new.partition(".")
    for call in objects_of(file).of_type(cst.Call):
        given = {each.keyword.value: each.value for each in call.args if each.keyword is not None}
        nodes = [given.get("app_label"), given.get("model")]
        if len(call.args) == 2 and dotted(call.func).rpartition(".")[2] == "get_model":
            nodes = [each.value for each in call.args]
        of, name = nodes
        if string_of(of) == app and (string_of(name) or "").lower() == model.lower():
            assert isinstance(of, cst.SimpleString)
            assert isinstance(name, cst.SimpleString)
            file.replace(of, with_text(of, new_app))
            file.replace(name, with_text(name, new_model if string_of(name) == model else new_model.lower()))
            file.changed(call, f"{app}.{string_of(name)} is {new_app}.{new_model.lower()} now", LIKELY)


def _line(file: Understood, names: set[str]) -> int:
    """The line of the import in the file as it was, also where another transformation has made it anew by now; 0 if it is not there."""
    for node in ast.walk(file.source.file.tree or ast.Module([], [])):
        if isinstance(node, ast.ImportFrom) and names & {each.name for each in node.names}:
            return node.lineno
    return 0


def _aliases(file: Understood, node: cst.ImportFrom, old: str) -> Iterator[cst.ImportAlias]:
    if not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            local = alias.evaluated_alias or alias.evaluated_name
            if _is(file, file.names.get(local, ""), old):
                yield alias


def _is(file: Understood, qualified: str, old: str) -> bool:
    app, _, name = old.partition(".")
    if not qualified:
        return False
    followed = file.repository.followed(qualified)
    return bool(re.fullmatch(rf"nautobot\.{app}\.models(\.\w+)*\.{name}", followed))


def _uses(file: Understood, objects: Objects, old: str) -> Iterator[cst.Name | cst.Attribute]:
    """The expressions that stand for the model."""
    names = _names_of(file.contract, old)
    ours = {local for local, of in file.names.items() if _is(file, of, old)}
    found: list[cst.Name | cst.Attribute] = [
        *(node for node in objects.of_type(cst.Name) if node.value in ours and not objects.binds(node)),
        *(node for node in objects.of_type(cst.Attribute) if node.attr.value in names and _is_named(file, node, old)),
    ]
    for node in found:
        above = file.parent(node)
        if isinstance(above, (cst.ImportFrom, cst.ImportAlias, cst.AsName, cst.Param)):
            continue
        if isinstance(above, cst.Attribute) and above.attr is node:
            continue
        if isinstance(above, cst.Arg) and above.keyword is node:
            continue
        yield node


@lru_cache(maxsize=16)
def _names_of(contract: Contract, old: str) -> frozenset[str]:
    """What the modules of a repository call a model."""
    found = {old.partition(".")[2]}
    pattern = re.compile(rf"nautobot\.{old.partition('.')[0]}\.models(\.\w+)*\.{old.partition('.')[2]}")
    for module in contract.repository.modules.values():
        found |= {local for local, name in module.names.items() if pattern.fullmatch(name)}
    return frozenset(found)


def _is_named(file: Understood, node: cst.Attribute, old: str) -> bool:
    return _is(file, file.qualified(node), old)


def _taken(file: Understood, objects: Objects, name: str, full: str) -> bool:
    """Whether a name means something else than the model anywhere in the file."""
    known = file.names.get(name)
    old = known is not None and any(_is(file, known, each) for each in ("ipam.Role",))
    if known is not None and not old and not _same_model(file, known, full):
        return True
    return any(
        objects.binds(node) for node in objects.of_type(cst.Name) if isinstance(node, cst.Name) and node.value == name
    )


def _same_model(file: Understood, known: str, full: str) -> bool:
    app, last = full.split(".")[1], full.rpartition(".")[2]
    return _is(file, known, f"{app}.{last}")


def _without(node: cst.ImportFrom, gone: set[str]) -> cst.ImportFrom | cst.RemovalSentinel:
    """An import without some names; nothing if none is left."""
    assert not isinstance(node.names, cst.ImportStar)
    left = [each for each in node.names if each.evaluated_name not in gone]
    if not left:
        return cst.RemoveFromParent()
    return node.with_changes(names=[*left[:-1], left[-1].with_changes(comma=node.names[-1].comma)])


def _is_of_nautobot(file: Understood, use: cst.Attribute) -> bool:
    """Whether it is an attribute of a module of Nautobot, not of one of the repository that passes it on."""
    first, _, rest = dotted(use).partition(".")
    return f"{file.names.get(first, first)}.{rest}".startswith("nautobot.")


def _use(file: Understood, use: cst.Name | cst.Attribute, replacement: Replacement, name: str, home: str) -> None:
    if isinstance(use, cst.Name):
        file.replace(use, use.with_changes(value=name))
    elif _is_of_nautobot(file, use) and replacement.old.partition(".")[0] == replacement.new.partition(".")[0]:
        file.replace(use.attr, use.attr.with_changes(value=name))
        file.changed(use, f"{replacement.old} is {replacement.new} now", LIKELY)
    else:
        file.replace(use, cst.Name(name))
        file.need_import(home, name)
        file.changed(use, f"{replacement.old} is {replacement.new} now", LIKELY)
    above = file.parent(use)
    if isinstance(above, cst.Attribute) and above.attr.value == "objects":
        _query(file, above, replacement)
    elif isinstance(above, cst.Call) and above.func is use and replacement.created:
        file.todo(above, replacement.created)
    elif isinstance(above, cst.Arg) and above.keyword is not None and above.keyword.value == "model":
        _variable(file, above, replacement)
    elif isinstance(above, (cst.Arg, cst.Element)) and _is_type_test(file, above):
        file.todo(use, f"Every {replacement.new} passes this test now, not only what was a {replacement.old}")


def _is_type_test(file: Understood, node: cst.CSTNode) -> bool:
    call = next((each for each in file.ancestors(node) if isinstance(each, cst.Call)), None)
    return call is not None and dotted(call.func) in ("isinstance", "issubclass")


def _query(file: Understood, manager: cst.Attribute, replacement: Replacement) -> None:
    method = file.parent(manager)
    call = file.parent(method) if isinstance(method, cst.Attribute) else None
    if not (isinstance(method, cst.Attribute) and isinstance(call, cst.Call) and call.func is method):
        file.todo(manager, f"This is about every {replacement.new} now, not only about what was a {replacement.old}")
        return
    name = method.attr.value
    key, value = replacement.narrowed
    if name in _CREATES:
        file.todo(call, replacement.created)
    elif not key:
        if name != "get":
            reason = f"This finds every {replacement.new} now, not only what was a {replacement.old}"
            file.todo(call, reason)
    elif name in ("filter", "get"):
        file.edit(call, lambda node: with_argument(node, keyword(key, value)))
    elif name == "all" and not call.args:
        file.edit(call, lambda node: with_argument(_filter(node), keyword(key, value)))
    elif name in QUERIES or name in ("count", "exists", "first", "last", "restrict", "none"):
        file.edit(manager, lambda node: cst.Call(cst.Attribute(node, cst.Name("filter")), [keyword(key, value)]))
    else:
        file.todo(call, f"This is about every {replacement.new} now, not only about what was a {replacement.old}")


def _filter(node: cst.Call) -> cst.Call:
    assert isinstance(node.func, cst.Attribute)
    return node.with_changes(func=node.func.with_changes(attr=cst.Name("filter")))


def _variable(file: Understood, argument: cst.Arg, replacement: Replacement) -> None:
    """An ObjectVar: its form offers only objects of the kind that it did."""
    call = file.parent(argument)
    if not isinstance(call, cst.Call) or dotted(call.func).rpartition(".")[2] not in ("ObjectVar", "MultiObjectVar"):
        return
    key, value = replacement.parameter
    given = next((each for each in call.args if each.keyword and each.keyword.value == "query_params"), None)
    if not key or (given is not None and not isinstance(given.value, cst.Dict)):
        reason = (
            f"The form offers every {replacement.new} now; narrow it by query_params to what was a {replacement.old}"
        )
        file.todo(call, reason)
    elif given is None:
        file.edit(call, lambda node: with_argument(node, keyword("query_params", f'{{"{key}": {value}}}')))
    else:
        file.edit(given.value, lambda node: with_key(node, key, value))
