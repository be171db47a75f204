"""The choices of a variable, as far as reading tells them."""

from __future__ import annotations

import ast
from typing import Any

from ..source.contracts import Variable
from ..source.modules import Module, Repository, Unknown
from ..source.trees import statements

_DEEPEST = 20
_LOOKS = ("label", "description", "default", "required", "widget")
_SAME = ("tuple", "list", "sorted")


def choices_of(repository: Repository, variable: Variable) -> list[tuple[Any, Any]] | None:
    """Values and labels, groups dissolved; None where they cannot be read."""
    value = variable.options.get("choices")
    known = _pairs(value) if isinstance(value, tuple) else None
    expression = _expression(variable)
    if known is not None or expression is None or not _is_made_here(repository, variable):
        return known
    value = _value(repository, variable.module, expression, 0)
    return _pairs(value) if isinstance(value, tuple) else None


def _is_made_here(repository: Repository, variable: Variable) -> bool:
    """Whether the statement makes the variable itself, rather than a function that it calls."""
    call = getattr(variable.node, "value", None)
    name = repository.qualified(variable.module, call.func) if isinstance(call, ast.Call) else ""
    return name.rpartition(".")[2] == variable.kind.rpartition(".")[2]


def source_of(repository: Repository, variable: Variable) -> frozenset[str]:
    """The source of all in the repository that choices are computed from: constants, and of classes what their attributes are bound to."""
    found: dict[tuple[str, str], str] = {}
    expressions = [_expression(variable)]
    if not _is_made_here(repository, variable):  # what the function that makes it is given
        call = variable.node.value if isinstance(variable.node, (ast.Assign, ast.AnnAssign)) else None
        given = (
            [*call.args, *(each.value for each in call.keywords if each.arg not in _LOOKS)]
            if isinstance(call, ast.Call)
            else []
        )
        found = {("", str(number)): _text(variable.module, each) for number, each in enumerate(given)}
        expressions = [*given]
    waiting: list[tuple[Module, ast.AST]] = [(variable.module, each) for each in expressions if each is not None]
    while waiting and len(found) < 1000:
        module, node = waiting.pop()
        for each in ast.walk(node):
            if isinstance(each, (ast.Name, ast.Attribute)) and (name := repository.qualified(module, each)):
                owner, _, last = name.rpartition(".")
                home = repository.modules.get(owner)
                if home is None or (owner, last) in found:
                    continue
                below = [home.constants[last]] if last in home.constants else _attributes(home.classes.get(last))
                found[owner, last] = "\n".join(_text(home, one) for one in below)
                waiting += [(home, one) for one in below]
    return frozenset(found.values())


def _attributes(node: ast.ClassDef | None) -> list[ast.stmt]:
    return [each for each in statements(node) if isinstance(each, (ast.Assign, ast.AnnAssign))]


def _expression(variable: Variable) -> ast.expr | None:
    call = getattr(variable.node, "value", None)
    if not isinstance(call, ast.Call):
        return None
    stated = [each.value for each in call.keywords if each.arg == "choices"]
    return next(iter(stated or call.args), None)


def _value(
    repository: Repository, module: Module, node: ast.AST, depth: int, names: dict[str, Any] | None = None
) -> Any:
    """As `Repository.value`; and ``tuple(x)``, ``x.items()`` and ``[(a, b) for a, b in x]`` of what is known.

    `names` are those that a comprehension binds.
    """
    if depth > _DEEPEST:
        return Unknown("")
    if isinstance(node, ast.Call) and not node.keywords:
        func = node.func
        if isinstance(func, ast.Name) and func.id in _SAME and len(node.args) == 1:
            return _value(repository, module, node.args[0], depth + 1, names)
        if isinstance(func, ast.Attribute) and func.attr == "items" and not node.args:
            value = _value(repository, module, func.value, depth + 1, names)
            return tuple(value.items()) if isinstance(value, dict) else Unknown("")
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and len(node.generators) == 1 and not node.generators[0].ifs:
        over = _value(repository, module, node.generators[0].iter, depth + 1, names)
        if not isinstance(over, (tuple, dict)):
            return Unknown("")
        bound = [_bound(node.generators[0].target, each) for each in over]
        return tuple(_value(repository, module, node.elt, depth + 1, each) for each in bound)
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(repository, module, each, depth + 1, names) for each in node.elts)
    if isinstance(node, ast.Name) and node.id in (names or {}):
        return (names or {})[node.id]
    if isinstance(node, (ast.Name, ast.Attribute)):
        owner, _, last = repository.qualified(module, node).rpartition(".")
        home = repository.modules.get(owner)
        if home and last in home.constants:
            return _value(repository, home, home.constants[last], depth + 1)
    return repository.value(module, node)


def _bound(target: ast.AST, value: Any) -> dict[str, Any]:
    """The names that a target binds, if it fits."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple) and isinstance(value, tuple) and len(target.elts) == len(value):
        return {
            name: of for each, one in zip(target.elts, value, strict=True) for name, of in _bound(each, one).items()
        }
    return {}


def _pairs(value: tuple) -> list[tuple[Any, Any]] | None:
    found: list[tuple[Any, Any]] = []
    for each in value:
        if not isinstance(each, tuple):
            found.append((each, each))
        elif len(each) == 2 and isinstance(each[1], tuple):
            below = _pairs(each[1])
            if below is None:
                return None
            found += below
        elif len(each) == 2:
            found.append((each[0], each[1]))
        else:
            return None
    return None if any(isinstance(value, (Unknown, dict, tuple)) for value, _ in found) else found


def _text(module: Module, node: ast.AST) -> str:
    return "\n".join(module.file.lines[getattr(node, "lineno", 1) - 1 : getattr(node, "end_lineno", 1)])
