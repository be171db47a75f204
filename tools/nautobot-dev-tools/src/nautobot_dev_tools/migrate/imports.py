"""Adding imports to a module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from .tree import dotted


def with_imports(module: cst.Module, wanted: Iterable[tuple[str, str]]) -> cst.Module:
    """The module with ``from <module> import <name>`` for each pair that it has not at its top level."""
    for source, name in dict.fromkeys(wanted):
        if not has_import(module, source, name):
            module = _with_import(module, source, name)
    return module


def has_import(module: cst.Module, source: str, name: str) -> bool:
    """Whether the top level imports a name under its own name."""
    return any(
        not isinstance(each.names, cst.ImportStar)
        and any(alias.evaluated_name == name and alias.asname is None for alias in each.names)
        for _, each in _imports(module)
        if isinstance(each, cst.ImportFrom) and _source(each) == source
    )


def _with_import(module: cst.Module, source: str, name: str) -> cst.Module:
    body: list[Any] = list(module.body)
    found = _imports(module)
    for index, each in found:
        if isinstance(each, cst.ImportFrom) and _source(each) == source and not isinstance(each.names, cst.ImportStar):
            more = with_name(each, name)
            body[index] = body[index].with_changes(body=[more if one is each else one for one in body[index].body])
            return module.with_changes(body=body)
    line = cst.parse_statement(f"from {source} import {name}\n")
    # Beside its relatives if there are any, as people who sort their imports have it; before relative ones.
    absolute = [(index, _source(each)) for index, each in found if not _source(each).startswith(".")]
    top = source.split(".")[0]
    related = [(index, of) for index, of in absolute if of.split(".")[0] == top]
    later = [index for index, of in related if of > source]
    if not related and top == "django":
        later = [index for index, of in absolute if of.split(".")[0] == "nautobot"]
    if later and not any(each.comment for each in body[later[0]].leading_lines):
        after = body[later[0]]
        body[later[0]] = after.with_changes(leading_lines=[])
        body.insert(later[0], line.with_changes(leading_lines=after.leading_lines))
        return module.with_changes(body=body)
    if related or absolute:
        body.insert((related or absolute)[-1][0] + 1, line)
        return module.with_changes(body=body)
    at = found[0][0] if found else _after_docstring(module)
    blank = cst.EmptyLine(indent=False)
    lines: list[cst.EmptyLine] = [blank] if at else []
    if at < len(body):
        old = list(body[at].leading_lines)
        if found:
            lines, old = old, [blank]
        elif not old or old[0].comment:
            old = [blank, *old]
        body[at] = body[at].with_changes(leading_lines=old)
    body.insert(at, line.with_changes(leading_lines=lines))
    return module.with_changes(body=body)


def with_name(node: cst.ImportFrom, name: str) -> cst.ImportFrom:
    """An import with one more name, where it belongs if they are sorted, else at the end; laid out as the others are."""
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    texts = [each.evaluated_name for each in names]
    at = len(names)
    for key in (str, str.casefold):
        if sorted(texts, key=key) == texts:
            at = sum(key(each) < key(name) for each in texts)
            break
    if len(names) > 1:
        comma = names[0].comma
    else:
        after = node.lpar.whitespace_after if node.lpar and names[0].comma != cst.MaybeSentinel.DEFAULT else None
        comma = cst.Comma(whitespace_after=after or cst.SimpleWhitespace(" "))
    last = names[-1].comma
    names.insert(at, cst.ImportAlias(cst.Name(name)))
    names = [each.with_changes(comma=comma) if isinstance(each.comma, cst.MaybeSentinel) else each for each in names]
    if at == len(names) - 1:
        names[-2] = names[-2].with_changes(comma=comma)
    names[-1] = names[-1].with_changes(comma=last)
    return node.with_changes(names=names)


def _imports(module: cst.Module) -> list[tuple[int, cst.Import | cst.ImportFrom]]:
    """The imports at the top level, each with the index of its statement, as far as the first class or function."""
    ends = [index for index, each in enumerate(module.body) if isinstance(each, (cst.ClassDef, cst.FunctionDef))]
    return [
        (index, each)
        for index, statement in enumerate(module.body[: ends[0]] if ends else module.body)
        if isinstance(statement, cst.SimpleStatementLine)
        for each in statement.body
        if isinstance(each, (cst.Import, cst.ImportFrom))
    ]


def _source(node: cst.Import | cst.ImportFrom) -> str:
    if isinstance(node, cst.Import):
        return dotted(node.names[0].name)
    return "." * len(node.relative) + (dotted(node.module) if node.module else "")


def _after_docstring(module: cst.Module) -> int:
    first = module.body[0] if module.body else None
    if isinstance(first, cst.SimpleStatementLine) and isinstance(first.body[0], cst.Expr):
        return int(isinstance(first.body[0].value, (cst.SimpleString, cst.ConcatenatedString)))
    return 0
