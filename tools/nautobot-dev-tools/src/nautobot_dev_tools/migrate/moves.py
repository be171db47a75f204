"""Names that live elsewhere by now: imports, uses and dotted names in strings, moved to their new home."""

from __future__ import annotations

import re
from collections.abc import Callable

import libcst as cst

from .transformation import CERTAIN, LIKELY
from .tree import dotted, string_of, text_of, with_text
from .understood import Understood

# The new dotted name of a name or a module; "" if it has not moved.
Target = Callable[[str], str]
_DOTTED = re.compile(r"nautobot(\.\w+)+")


def move(file: Understood, target: Target) -> None:
    """Note the edits that take all names of a file to where `target` has them."""
    for node in file.walk():
        if isinstance(node, (cst.ImportFrom, cst.Import)) and guarded(file, node):
            continue
        if isinstance(node, cst.ImportFrom):
            _from(file, node, target)
        elif isinstance(node, cst.Import):
            _plain(file, node, target)
        elif isinstance(node, cst.SimpleString):
            _string(file, node, target)


def guarded(file: Understood, node: cst.CSTNode) -> bool:
    """Whether an import is one of several that are tried, so that the file is for more than one Nautobot."""
    for above in file.ancestors(node):
        if isinstance(above, cst.Try):
            caught = [dotted(each.type) for each in above.handlers if each.type is not None]
            if {"ImportError", "ModuleNotFoundError"} & set(caught):
                return True
        if isinstance(above, cst.If) and "version" in cst.Module([]).code_for_node(above.test).lower():
            return True
    return False


def by_rows(names: dict[str, str], modules: dict[str, str]) -> Target:
    """A target from full names of classes and functions, and from modules that moved with all that is in them."""

    def target(name: str) -> str:
        if name in names:
            return names[name]
        home = name
        while home:
            if home in modules:
                return modules[home] + name[len(home) :]
            home = home.rpartition(".")[0]
        return ""

    return target


def _from(file: Understood, node: cst.ImportFrom, target: Target) -> None:
    if node.relative or node.module is None:
        return
    source = dotted(node.module)
    if isinstance(node.names, cst.ImportStar):
        if new := target(source):
            file.replace(node.module, _expression(new))
            file.changed(node, f"{source} is {new} now")
        return
    stay: list[cst.ImportAlias] = []
    gone: dict[str, list[cst.ImportAlias]] = {}
    for alias in node.names:
        new = target(f"{source}.{alias.evaluated_name}")
        if not new:
            stay.append(alias)
            continue
        home, _, name = new.rpartition(".")
        gone.setdefault(home, []).append(_renamed(file, alias, name, f"{source}.{alias.evaluated_name}"))
        file.changed(node, f"{source}.{alias.evaluated_name} is {new} now", CERTAIN)
    if not gone:
        return
    if not stay and len(gone) == 1:  # it stays as it is laid out
        ((home, aliases),) = gone.items()
        names = [new.with_changes(comma=old.comma) for old, new in zip(node.names, aliases, strict=True)]
        file.edit(node, lambda each: each.with_changes(module=_expression(home), names=names))
        return
    parts = [_import(home, aliases) for home, aliases in gone.items()]
    if stay:
        kept = node.with_changes(names=_without_last_comma(stay, node))
        parts.insert(0, kept)
    line = file.parent(node)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        file.edit(line, lambda each: cst.FlattenSentinel(_lines(each, parts)))
    else:
        file.edit(node, lambda _: cst.FlattenSentinel(parts))


def _renamed(file: Understood, alias: cst.ImportAlias, name: str, old: str) -> cst.ImportAlias:
    """The alias under its new name; what the file calls it changes only if nothing else is called so."""
    new = alias.with_changes(name=cst.Name(name), comma=cst.MaybeSentinel.DEFAULT)
    before = alias.evaluated_name
    if alias.asname is not None or name == before:
        return new
    uses = [each for each in file.walk() if isinstance(each, cst.Name) and each.value == before]
    uses = [each for each in uses if not _is_label(file, each)]
    if name in file.names or any(isinstance(each, cst.Name) and each.value == name for each in file.walk()):
        return new.with_changes(asname=cst.AsName(cst.Name(before)))
    if any(_binds(file, each) for each in uses) or _is_passed_on(file, before):
        return new.with_changes(asname=cst.AsName(cst.Name(before)))
    for each in uses:
        file.replace(each, each.with_changes(value=name))
    return new


def _is_passed_on(file: Understood, name: str) -> bool:
    """Whether another module of the repository imports a name from this one."""
    full = f"{file.source.name}.{name}"
    return any(full in module.names.values() for module in file.repository.modules.values())


def _is_label(file: Understood, node: cst.Name) -> bool:
    """Whether a name is no variable: an attribute, a keyword, part of an import."""
    above = file.parent(node)
    if isinstance(above, cst.Attribute):
        return above.attr is node
    if isinstance(above, cst.Arg):
        return above.keyword is node
    return isinstance(above, (cst.ImportAlias, cst.AsName, cst.ImportFrom))


def _binds(file: Understood, node: cst.Name) -> bool:
    above = file.parent(node)
    if isinstance(above, (cst.FunctionDef, cst.ClassDef, cst.Param)):
        return above.name is node
    return isinstance(above, (cst.AssignTarget, cst.AnnAssign, cst.For, cst.CompFor, cst.NamedExpr)) and (
        getattr(above, "target", None) is node
    )


def _plain(file: Understood, node: cst.Import, target: Target) -> None:
    for alias in node.names:
        old = alias.evaluated_name
        new = target(old)
        if not new:
            if any(target(f"{old}.{name}") for name in _attributes(file, alias)):
                file.todo(node, f"Much of {old} lives elsewhere now; import what is used by name")
            continue
        file.replace(alias.name, _expression(new))
        file.changed(node, f"{old} is {new} now")
        if alias.asname is None:
            for each in file.walk():
                if isinstance(each, cst.Attribute) and dotted(each) == old:
                    file.replace(each, _expression(new))


def _attributes(file: Understood, alias: cst.ImportAlias) -> set[str]:
    local = alias.evaluated_alias or alias.evaluated_name
    return {each.attr.value for each in file.walk() if isinstance(each, cst.Attribute) and dotted(each.value) == local}


def _string(file: Understood, node: cst.SimpleString, target: Target) -> None:
    text = string_of(node)
    if text and _DOTTED.fullmatch(text) and (new := target(text)):
        file.replace(node, with_text(node, new))
        file.changed(node, f"{text} is {new} now", LIKELY)


def _import(home: str, aliases: list[cst.ImportAlias]) -> cst.ImportFrom:
    names = [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in aliases]
    return cst.ImportFrom(_expression(home), names)


def _without_last_comma(aliases: list[cst.ImportAlias], node: cst.ImportFrom) -> list[cst.ImportAlias]:
    """The aliases that stay; a comma after the last only where brackets have one already."""
    assert not isinstance(node.names, cst.ImportStar)
    return [*aliases[:-1], aliases[-1].with_changes(comma=node.names[-1].comma)]


def _lines(line: cst.SimpleStatementLine, parts: list[cst.ImportFrom]) -> list[cst.SimpleStatementLine]:
    """One line for each part; comments above the line stay above the first, that behind it behind the last."""
    lines = [cst.SimpleStatementLine([part]) for part in parts]
    lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
    lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return lines


def _expression(name: str) -> cst.Attribute | cst.Name:
    node = cst.parse_expression(name)
    assert isinstance(node, (cst.Attribute, cst.Name)), text_of(node)
    return node
