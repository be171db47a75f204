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
    top = source.split(".")[0]
    absolute = [index for index, each in found if not _source(each).startswith(".")]
    related = [index for index, each in found if _source(each).split(".")[0] == top]
    if related or absolute:
        body.insert((related or absolute)[-1] + 1, line)
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
    """An import with one more name at its end, laid out as the others are."""
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    last = names[-1]
    comma = names[-2].comma if len(names) > 1 else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if isinstance(last.comma, cst.Comma) and len(names) == 1 and node.lpar:
        comma = cst.Comma(whitespace_after=node.lpar.whitespace_after)
    new = cst.ImportAlias(cst.Name(name), comma=last.comma)
    return node.with_changes(names=[*names[:-1], last.with_changes(comma=comma), new])


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
