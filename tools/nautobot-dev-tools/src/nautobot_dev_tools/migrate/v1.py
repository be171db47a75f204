"""What a Job of Nautobot 1 looks like, and what it did: shared by the transformations that begin there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from ..source.contracts import JOB, Contract, Job
from ..source.effects import EffectsReader
from ..source.modules import Module
from .tree import children

# Ends of names of classes that are bases of Jobs, where they come from elsewhere.
LOOKS_LIKE = ("Job", "Script", "Report", "JobMixin", "JobBase")
_SAVING = frozenset(["save", "validated_save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"])


def method(node: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    """The method that a class itself defines."""
    return next((each for each in body(node) if isinstance(each, cst.FunctionDef) and each.name.value == name), None)


def body(node: cst.ClassDef | cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """The statements right in a class or function: simple ones one by one, without the line that they are on."""
    for each in node.body.body:
        if isinstance(each, cst.SimpleStatementLine):
            yield from each.body
        else:
            yield each


def meta(node: cst.ClassDef) -> cst.ClassDef | None:
    """The Meta that a class itself has."""
    return next((each for each in body(node) if isinstance(each, cst.ClassDef) and each.name.value == "Meta"), None)


def assigned(node: cst.CSTNode) -> str:
    """The one name that a statement assigns to; "" if it does not."""
    if isinstance(node, cst.Assign) and len(node.targets) == 1:
        target: cst.CSTNode = node.targets[0].target
    elif isinstance(node, cst.AnnAssign) and node.value is not None:
        target = node.target
    else:
        return ""
    return target.value if isinstance(target, cst.Name) else ""


def is_v1_run(function: cst.FunctionDef, job: Job | None) -> bool:
    """Whether a run() takes ``data`` and perhaps ``commit``, as in 1.x, and ``data`` is no variable of today."""
    names = [each.name.value for each in function.params.params]
    if function.params.posonly_params or function.params.kwonly_params:
        return False
    if names[1:] == ["data", "commit"]:
        return True
    return names[1:] == ["data"] and (job is None or "data" not in job.variables)


def is_v1_signature(node: ast.FunctionDef, job: Job | None) -> bool:
    """The same of the core's tree."""
    names = [each.arg for each in node.args.args]
    if node.args.posonlyargs or node.args.kwonlyargs:
        return False
    return names[1:] == ["data", "commit"] or (names[1:] == ["data"] and (job is None or "data" not in job.variables))


def has_jobs(contract: Contract, module: Module) -> bool:
    """Whether a module has a class at its top level that is a Job, a base of one, or looks like one."""
    known = bases_of_jobs(contract)
    return any(
        f"{module.name}.{name}".lstrip(".") in known
        or any(ast.unparse(base).endswith(LOOKS_LIKE) for base in node.bases)
        for name, node in module.classes.items()
    )


@lru_cache(maxsize=1)
def bases_of_jobs(contract: Contract) -> set[str]:
    """Dotted names of all Jobs and all classes that they inherit from."""
    return {name for job in contract.jobs.values() for name in contract.ancestors(job.module, job.node)}


def writes(contract: Contract, job: Job) -> bool:
    """Whether a Job writes to the database, as far as reading it tells; rather yes than no."""
    if _reader(contract).of(job).writes:
        return True
    # What a star import brought is no model to the reader, but is saved even so.
    return any(_saves(node) for _, node in job.methods.values())


def _saves(node: ast.AST) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            name, on = each.func.attr, each.func.value
            if name in _SAVING and not (isinstance(on, ast.Attribute) and on.attr == "job_result"):
                return True
            if (
                name in ("create", "delete", "update")
                and isinstance(on, (ast.Attribute, ast.Call))
                and "objects" in ast.unparse(on)
            ):
                return True
    return False


@lru_cache(maxsize=1)
def _reader(contract: Contract) -> EffectsReader:
    return EffectsReader(contract)


def runs_of(contract: Contract, module: Module, name: str, method_name: str = "run") -> list[Job]:
    """The Jobs whose method is that of one class: it itself and those that inherit it."""
    found = []
    for job in contract.jobs.values():
        known = job.methods.get(method_name)
        own = module.classes.get(name)
        if known and own and known[0] is module and known[1] in own.body:
            found.append(job)
    return found


def gets_dryrun(contract: Contract, job: Job) -> bool:
    """Whether a Job needs a dry run in place of ``commit``: it could write without, and had no variable of that name."""
    known = job.methods.get("run")
    if job.kind != JOB or "dryrun" in job.variables or job.meta.get("read_only") is True:
        return False
    if known and not is_v1_signature(known[1], job):
        return False
    if known and len(known[1].args.args) > 2 and any(_loads(each, "commit") for each in known[1].body):
        return True
    return writes(contract, job)


def _loads(node: ast.AST, name: str) -> bool:
    """Whether a name is used, but for being passed on to ``super().run()``."""
    if (
        isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("super(")
        and ast.unparse(node.func).endswith(").run")
    ):
        return False
    if isinstance(node, ast.Name):
        return node.id == name
    return any(_loads(each, name) for each in ast.iter_child_nodes(node))


def names_in(node: cst.CSTNode, name: str) -> Iterator[cst.Name]:
    """The places where a name is used as an expression or bound; not attributes, keywords, or functions that bind it anew."""
    if isinstance(node, cst.Name):
        if node.value == name:
            yield node
        return
    if isinstance(node, (cst.FunctionDef, cst.Lambda)) and _takes(node.params, name):
        if isinstance(node, cst.FunctionDef):
            for decorator in node.decorators:
                yield from names_in(decorator, name)
        return
    skipped: list[cst.CSTNode | None] = []
    if isinstance(node, cst.Attribute):
        skipped = [node.attr]
    elif isinstance(node, cst.Arg):
        skipped = [node.keyword]
    elif isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Param)):
        skipped = [node.name]
    elif isinstance(node, (cst.Import, cst.ImportFrom)):
        return
    for child in children(node):
        if not any(child is each for each in skipped):
            yield from names_in(child, name)


def _takes(parameters: cst.Parameters, name: str) -> bool:
    every = [*parameters.params, *parameters.kwonly_params, *parameters.posonly_params]
    every += [each for each in (parameters.star_arg, parameters.star_kwarg) if isinstance(each, cst.Param)]
    return any(each.name.value == name for each in every)
