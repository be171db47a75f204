"""``data`` in a run() of 1.x, and how it can become one keyword argument for each variable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from ..source.contracts import Variable
from ..source.modules import Unknown
from .scopes import names_of
from .tree import string_of, text_of
from .understood import Understood
from .v1 import names_in

# How a run() gets its inputs: as names; as names, and the old mapping made from them; as the mapping itself.
NAMES, MAPPING, KEYWORDS = "names", "mapping", "keywords"


@dataclass
class Data:
    """The uses of ``data`` in a run().

    Attributes:
        mode: NAMES, MAPPING or KEYWORDS.
        why: why it is not NAMES; "" if it is.
        reads: what becomes a name: the node, and the variable.
        needless: statements such as ``site = data["site"]``, which go.
        defaults: source of what ``data.get("x", default)`` said, by variable.
    """

    mode: str = NAMES
    why: str = ""
    reads: list[tuple[cst.CSTNode, str]] = field(default_factory=list)
    needless: list[cst.CSTNode] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)


def read_data(file: Understood, function: cst.FunctionDef, variables: dict[str, Variable], known: bool) -> Data:
    """Look at the uses of ``data``.

    Args:
        file: where it is.
        function: the run().
        variables: of the Job, by name.
        known: whether these are all.
    """
    found = Data()
    names = names_of(text_of(function))
    shadowed = [name for name in variables if name in ("data", "self") or names.means_something_outside(name)]
    if not known:
        return Data(KEYWORDS, "not all of its variables are known")
    if shadowed:
        return Data(KEYWORDS, f"{shadowed[0]} means something else in it")
    if "data" in names.bound or "data" in names.nested:
        return Data(MAPPING, "it binds data anew")
    last_read: dict[str, int] = {}
    for index, statement in enumerate(function.body.body):
        for use in names_in(statement, "data"):
            if is_super_run(file.parent(file.parent(use))):
                continue
            read = _read(file, use, variables, found.defaults)
            if read is None:
                return Data(MAPPING, f"it uses data as a whole in line {file.line(use)}")
            node, name = read
            found.reads.append((node, name))
            last_read[name] = index
            above = file.parent(node)
            if isinstance(above, cst.Assign) and above.value is node and len(above.targets) == 1:
                target = above.targets[0].target
                if isinstance(target, cst.Name) and target.value == name:
                    found.needless.append(above)
                    names.bound[name].remove(index)
    for name, index in last_read.items():
        binds = names.bound.get(name, [])
        simple = isinstance(function.body.body[index], cst.SimpleStatementLine)
        if name in names.nested or (binds and not (index < min(binds) or (index == min(binds) and simple))):
            return Data(MAPPING, f"it gives {name} another meaning")
    return found


def is_super_run(node: cst.CSTNode | None) -> bool:
    """Whether a node is ``super().run(...)``."""
    return (
        isinstance(node, cst.Call) and text_of(node.func).startswith("super(") and text_of(node.func).endswith(").run")
    )


def _read(
    file: Understood, use: cst.Name, variables: dict[str, Variable], defaults: dict[str, str]
) -> tuple[cst.CSTNode, str] | None:
    """``data["x"]`` or ``data.get("x")`` that a use of data is part of, and x; None if it is something else."""
    above = file.parent(use)
    if isinstance(above, cst.Subscript) and above.value is use and len(above.slice) == 1:
        index = above.slice[0].slice
        name = string_of(index.value) if isinstance(index, cst.Index) else None
        if name in variables and not isinstance(file.parent(above), (cst.Del, cst.AssignTarget, cst.AugAssign)):
            return above, name
    if isinstance(above, cst.Attribute) and above.value is use and above.attr.value == "get":
        call = file.parent(above)
        if not isinstance(call, cst.Call) or call.func is not above or not 1 <= len(call.args) <= 2:
            return None
        if any(each.keyword or each.star for each in call.args):
            return None
        name = string_of(call.args[0].value)
        if name not in variables:
            return None
        if len(call.args) == 2:
            value = call.args[1].value
            text = text_of(value)
            plain = isinstance(value, (cst.SimpleString, cst.Integer)) or text in ("None", "True", "False")
            if not plain or defaults.setdefault(name, text) != text:
                return None
        return call, name
    return None


def parameters(variables: dict[str, Variable], defaults: dict[str, str]) -> list[str]:
    """The keyword arguments of a run(), as source: what is required first, without a default."""
    required, optional = [], []
    for name, variable in variables.items():
        if variable.option("required") is False or name in defaults:
            optional.append(f"{name}={defaults.get(name) or _default(variable)}")
        else:
            required.append(name)
    return [*required, *optional]


def _default(variable: Variable) -> str:
    value: Any = variable.options.get("default")
    if isinstance(value, Unknown) or not isinstance(value, (str, int, bool, float)):
        return "False" if variable.kind in ("BooleanVar", "DryRunVar") else "None"
    return repr(value) if not isinstance(value, str) else _quoted(value)


def _quoted(value: str) -> str:
    return f'"{value}"' if value.isprintable() and not set(value) & {'"', "\\"} else repr(value)
