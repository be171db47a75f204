"""Walks through syntax trees: what runs at import, and what assignments bind."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def statements(node: ast.AST | None) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported or a class is made: of its branches too, not of its functions."""
    for each, _ in branches(node):
        yield each


def branches(node: ast.AST | None) -> Iterator[tuple[ast.stmt, bool]]:
    """`statements`, in the order of the source; and of each whether it is no mere alternative: an ``except`` or an ``else``."""
    waiting: list[tuple[ast.AST, bool]] = [(node, True)] if node is not None else []
    while waiting:  # no recursion: a chain of elif is as deep as it is long
        parent, firm = waiting.pop()
        if parent is not node and isinstance(parent, ast.stmt):
            yield parent, firm
            if isinstance(parent, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
        inner: list[tuple[ast.AST, bool]] = []
        for name in ("body", "cases", "handlers", "orelse", "finalbody"):
            alternative = name == "handlers" or (name == "orelse" and isinstance(parent, ast.If))
            blocks = getattr(parent, name, ())
            if isinstance(blocks, list):
                inner.extend((each, firm and not alternative) for each in blocks)
        waiting.extend(reversed(inner))


def assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that an assignment binds, and the expression each is bound to; None where that is but a part of one.

    A mere annotation (``x: int``) binds nothing.
    """
    if isinstance(node, ast.AnnAssign):
        if isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(target, node.value)


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Starred):
        yield from _pairs(target.value, None)
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parts):
            starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
            parts = parts if starred else list(value.elts)
        for each, part in zip(target.elts, parts, strict=True):
            yield from _pairs(each, part)


def targets(node: ast.For | ast.With | ast.Delete) -> list[str]:
    """The names that a loop, a ``with`` or a ``del`` binds or unbinds."""
    if isinstance(node, ast.For):
        found = [node.target]
    elif isinstance(node, ast.With):
        found = [item.optional_vars for item in node.items if item.optional_vars]
    else:
        found = node.targets
    return [name for target in found for name, _ in _pairs(target, None)]
