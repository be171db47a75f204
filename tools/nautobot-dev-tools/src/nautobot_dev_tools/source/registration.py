"""Which Jobs ``register_jobs()`` names, in the many ways that people write that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .modules import JOBS, Module, source_of

if TYPE_CHECKING:
    from .contracts import Contract


def read_registrations(contract: Contract, module: Module) -> None:
    """Note each ``register_jobs()`` of a module in the Jobs that it names; what it names else, in `contract.unclear`."""
    if "register_jobs" not in module.file.text:
        return
    nodes = list(ast.walk(module.file.tree or ast.Module([], [])))
    loops: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            loops[node.target.id] = node.iter
    for node in nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
            continue
        if contract.repository.qualified(module, node.func) == f"{JOBS}.register_jobs":
            for argument in node.args:
                _register(contract, module, argument, (module, node.lineno), loops)


def _register(
    contract: Contract,
    module: Module,
    argument: ast.expr,
    place: tuple[Module, int],
    loops: dict[str, ast.expr],
    depth: int = 0,
) -> None:
    """Note what an argument of ``register_jobs()`` names, wherever that is written; what cannot be told is `unclear`."""
    parts = _parts(contract, module, argument, loops)
    if parts is None and depth <= 20:
        name = contract.repository.qualified(module, argument)
        if job := contract.registered_job(name):
            job.registered.append(place)
            return
        owner, _, last = name.rpartition(".")
        if (other := contract.repository.modules.get(owner)) and last in other.constants:
            module, parts = other, [other.constants[last]]
    if parts is None or depth > 20:
        contract.unclear.append((*place, source_of(module, argument)))
        return
    for part in parts:
        _register(contract, module, part, place, loops, depth + 1)


def _parts(contract: Contract, module: Module, node: ast.expr, loops: dict[str, ast.expr]) -> list[ast.expr] | None:
    """The expressions that one is made of, as far as classes may be among them; None if it is not made of any."""
    if isinstance(node, ast.Starred):
        return [node.value]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return list(node.elts)
    if isinstance(node, ast.Dict):
        return list(node.values)
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        return [node.elt]
    if isinstance(node, ast.Name) and node.id in loops and module.names.get(node.id) not in contract.jobs:
        return [loops[node.id]]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            terms.append(left.right)
            left = left.left
        return [left, *reversed(terms)]
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "values" and not node.args:
            return [node.func.value]
        # Such as since("3.1", Job) or sorted(JOBS, key=…): what among its arguments is a class, or a list of them.
        return [each for each in node.args if not isinstance(each, ast.Constant)] or None
    return None
