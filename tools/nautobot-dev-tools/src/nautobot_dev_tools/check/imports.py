"""What several rules ask of import statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..source.modules import Module
from .code import Code
from .context import Context
from .rule import Edit


def absolute(code: Code) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """The absolute imports of a module at any depth: statement and name of the module that is imported."""
    for node in code.imports:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif not node.level and node.module:
            yield node, node.module


def relative(module: Module, name: str) -> tuple[int, str]:
    """How a module names another of the repository in a relative import: dots, and what follows them."""
    here, there = module.package.split(".") if module.package else [], name.split(".")
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    return len(here) - common + 1, ".".join(there[common:])


def made_relative(context: Context, module: Module, node: ast.stmt, name: str) -> Edit | None:
    """An import of `name` with dots instead, if it is a ``from … import …`` within one package of the repository's root.

    Dots that lead to the root itself work in Nautobot, but not in tests that begin there.
    """
    if not isinstance(node, ast.ImportFrom) or module.package.split(".")[0] != name.split(".")[0]:
        return None
    dots, rest = relative(module, name)

    def change(statement: Any) -> Any:
        import libcst as cst

        said: Any = None
        for part in filter(None, rest.split(".")):
            said = cst.Name(part) if said is None else cst.Attribute(said, cst.Name(part))
        return statement.with_changes(relative=[cst.Dot()] * dots, module=said)

    return context.edit(module, node, change)
