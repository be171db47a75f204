"""YAML is read safely."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..code import Code
from ..context import Context
from ..rule import ERROR, Found, Rule

if TYPE_CHECKING:
    import libcst as cst

_SAFE = frozenset(["SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader"])


class YamlUnsafe(Rule):
    """YAML can name Python objects to be made: `yaml.load()` with an unsafe loader runs what a file says.

    With PyYAML 6, which Nautobot installs, `yaml.load(text)` without a loader is a `TypeError`.

    `yaml.safe_load()` reads all that data needs.
    """

    id = "JOB606"
    name = "yaml-unsafe"
    severity = ERROR
    title = "YAML is read with a loader that can run code"
    bad = '''"""Reads."""

import yaml


def read(text):
    """What a file says."""
    return yaml.load(text, Loader=yaml.Loader)
'''
    good = '''"""Reads."""

import yaml


def read(text):
    """What a file says."""
    return yaml.safe_load(text)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find ``yaml.load`` without a safe loader, and the functions that are unsafe by name."""
        for code in context.code:
            for call, name in code.calls:
                if not name.startswith("yaml."):
                    continue
                function = name.removeprefix("yaml.")
                if function in ("load", "load_all"):
                    if _is_safe(code, call):
                        continue
                elif function not in ("unsafe_load", "unsafe_load_all", "full_load", "full_load_all"):
                    continue
                safe = "safe_load_all" if function.endswith("_all") else "safe_load"
                plain = isinstance(call.func, ast.Attribute) and len(call.args) in (1, 2) and _only_loader(call)
                fix = context.edit(code.module, call, _safely) if plain else None
                yield context.found(
                    code.module, call, f"yaml.{function}() can run what the text says: use yaml.{safe}().", fix
                )


def _is_safe(code: Code, call: ast.Call) -> bool:
    """Whether its loader is a safe one, or one of the repository's own, of which that cannot be told."""
    given = [each.value for each in call.keywords if each.arg == "Loader"] or call.args[1:2]
    if not given:
        return any(each.arg is None for each in call.keywords)
    name = code.name(given[0])
    return not name.startswith("yaml.") or name.rpartition(".")[2] in _SAFE


def _only_loader(call: ast.Call) -> bool:
    return all(each.arg == "Loader" for each in call.keywords) and not any(
        isinstance(each, ast.Starred) for each in call.args
    )


def _safely(call: cst.Call) -> cst.Call:
    import libcst as cst  # only where something is mended: it takes long to load

    assert isinstance(call.func, cst.Attribute)
    name = "safe_load_all" if call.func.attr.value.endswith("_all") else "safe_load"
    first = call.args[0].with_changes(comma=call.args[-1].comma if len(call.args) > 1 else call.args[0].comma)
    return call.with_changes(func=call.func.with_changes(attr=cst.Name(name)), args=[first])
