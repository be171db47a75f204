"""How the modules of a repository import each other."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from ...source.modules import Module
from ..context import Context
from ..rule import ERROR, Found, Rule


class AbsoluteImport(Rule):
    """In Nautobot the repository is a package that has its slug as its name: nothing in it is called `jobs.…` there.

    Such an import fails, and with it the sync of the whole repository. It works in tests and editors only, which begin at the repository's root.
    A relative import works in both.
    """

    id = "JOB110"
    name = "absolute-import"
    severity = ERROR
    title = "A module of the repository is imported by a name that it does not have in Nautobot"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n\nfrom jobs.limits import LIMIT\n\n__all__ = ["LIMIT"]\n',
        "jobs/limits.py": '"""Limits."""\n\nLIMIT = 3\n',
    }
    good = bad | {"jobs/__init__.py": '"""Jobs."""\n\nfrom .limits import LIMIT\n\n__all__ = ["LIMIT"]\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find absolute imports of names at the repository's root."""
        if "jobs" not in {name.split(".")[0] for name in context.repository.modules}:
            return
        roots = {name.split(".")[0] for name in context.repository.modules if name} - set(sys.stdlib_module_names)
        for module in context.modules:
            for node in ast.walk(module.file.tree or ast.Module([], [])):
                for name in _imported(node):
                    if name.split(".")[0] in roots and not self._is_tried(context, node):
                        relative = _relative(module, name)
                        message = f"In Nautobot there is no module {name}, but one below the repository's slug: import {relative}."
                        yield context.found(module, node, message)

    def _is_tried(self, context: Context, node: ast.AST) -> bool:
        return context.inside(node, (ast.Try,)) is not None


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.module


def _relative(module: Module, name: str) -> str:
    """How a module names another of the repository in a relative import."""
    here, there = module.package.split(".") if module.package else [], name.split(".")
    common = 0
    while common < min(len(here), len(there)) and here[common] == there[common]:
        common += 1
    return f"`{'.' * (len(here) - common + 1)}{'.'.join(there[common:])}`"
