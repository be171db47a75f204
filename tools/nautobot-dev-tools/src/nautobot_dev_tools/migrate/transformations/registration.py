"""``register_jobs()``: 1.x found Jobs by their being there, or by a list ``jobs``; now each is registered, at one place."""

from __future__ import annotations

from functools import lru_cache
from keyword import iskeyword
from pathlib import PurePosixPath
from typing import Any

import libcst as cst

from ...source.contracts import BUTTON, HOOK, Contract, Job
from ...source.modules import JOBS, Module
from ..transformation import LIKELY, Transformation
from ..understood import Understood
from ..v1 import is_v1_signature

ROOT = '"""Nautobot imports this repository as a package, which this file makes it."""\n'
_CENTRAL = '"""The Jobs of this repository: all are imported here, and registered once."""\n'
_PACKAGE = '"""The Jobs of this repository."""\n'
_REGISTER = "register_jobs"


class Registration(Transformation):
    """Below a folder ``jobs`` all are registered in its ``__init__.py``; elsewhere in the module that defines them."""

    id = "registration"
    title = "Jobs are registered by register_jobs(); the root gets its __init__.py"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#registering-jobs-in-jobs_root-or-git-repositories"

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether Jobs are to be registered in it, or bases in it are not."""
        plan, bases = _plan(contract)
        return source.file.path in plan or any(each.module is source for each in bases) or not _is_importable(source)

    def run(self, file: Understood) -> cst.Module:
        """Register what the file has to register."""
        plan, bases = _plan(file.contract)
        for node, job in file.job_classes():
            if any(each is job for each in bases):
                file.todo(node, "register_jobs() this too if it is more than a base of other Jobs; 1.x showed it")
            elif not job.registered and not _is_importable(file.source):
                file.todo(node, "no import can name this file: call it otherwise, then register_jobs() this")
        jobs = plan.get(file.path, [])
        if not jobs or _is_registered_by_list(file):
            return file.edited()
        if "jobs" in file.source.constants:
            lines, what = ["register_jobs(*jobs)\n"], "the list jobs"
        else:
            imports, names = _imports(file.source, jobs, file.source.names)
            lines, what = [*imports, _call(names)], ", ".join(names)
        file.edit(file.module, _with_end, lines)
        file.need_import(JOBS, _REGISTER)
        at = len(file.source.file.lines)
        file.changed(at, f"register_jobs() registers {what}", LIKELY)
        return file.edited()

    def create(self, contract: Contract) -> dict[str, str]:
        """The root's ``__init__.py``, and that of the folder ``jobs``."""
        created: dict[str, str] = {}
        files = contract.repository.files
        if any(path.startswith("jobs/") or path == "jobs.py" for path in files) and contract.jobs:
            created["__init__.py"] = ROOT
        if any(job.module.file.path.startswith("jobs/") for job in contract.jobs.values()):
            created["jobs/__init__.py"] = _PACKAGE
        for path, jobs in _plan(contract)[0].items():
            if path not in files:
                folder = path.rpartition("/")[0].replace("/", ".")
                imports, names = _imports(Module(folder, jobs[0].module.file, True), jobs, {})
                lines = "".join(imports)
                created[path] = f"{_CENTRAL}\nfrom {JOBS} import {_REGISTER}\n\n{lines}\n{_call(names)}"
        return created


@lru_cache(maxsize=1)
def _plan(contract: Contract) -> tuple[dict[str, list[Job]], list[Job]]:
    """Which Jobs are to be registered in which file, and those that are left out as bases of others."""
    any_registered = any(_REGISTER in file.text for file in contract.repository.files.values())
    inherited = {name for job in contract.jobs.values() for name in contract.ancestors(job.module, job.node)[1:]}
    plan: dict[str, list[Job]] = {}
    bases = []
    for job in contract.jobs.values():
        path = job.module.file.path
        if job.registered or _is_test(path) or not _is_whole(contract, job):
            continue
        if any_registered and (not _is_v1(job) or _REGISTER in job.module.file.text):
            continue
        if job.path in inherited:
            if job.kind not in (BUTTON, HOOK) and "run" in job.methods and not job.name.startswith("_"):
                bases.append(job)
            continue
        plan.setdefault(_place(job.module), []).append(job)
    return plan, bases


def _is_v1(job: Job) -> bool:
    known = job.methods.get("run")
    return bool(known and is_v1_signature(known[1], job)) or any(name.startswith("test_") for name in job.methods)


def _is_whole(contract: Contract, job: Job) -> bool:
    """Whether it is a Job or receiver, and not made for others from BaseJob."""
    known = {f"{JOBS}.Job", f"{JOBS}.JobHookReceiver", f"{JOBS}.JobButtonReceiver"}
    return bool(known & set(contract.ancestors(job.module, job.node)))


def _is_importable(module: Module) -> bool:
    """Whether an import statement can name it: ``my-job.py`` and ``class.py`` are none that it can."""
    parts = module.name.split(".") if module.name else []
    return all(part.isidentifier() and not iskeyword(part) for part in parts)


def _is_test(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool({"tests", "test"} & set(parts)) or parts[-1].startswith("test_") or parts[-1] == "conftest.py"


def _place(module: Module) -> str:
    """The file that registers what is in a module: itself if no import statement can name it."""
    path = module.file.path
    folders = path.split("/")[:-1]
    if "jobs" in folders and _is_importable(module):
        return "/".join([*folders[: folders.index("jobs") + 1], "__init__.py"])
    return path


def _is_registered_by_list(file: Understood) -> bool:
    return f"{_REGISTER}(*jobs)" in file.source.file.text


def _imports(source: Module, jobs: list[Job], bound: dict[str, str]) -> tuple[list[str], list[str]]:
    """Statements that import what a module has to register, by relative import, and the names to register."""
    names: list[str] = []
    wanted: dict[str, list[str]] = {}
    own = f"{source.name}." if source.name else ""
    for job in jobs:
        if job.module.name == source.name or bound.get(job.name) == job.path:
            names.append(job.name)
            continue
        below = job.module.name.removeprefix(own)
        if job.name in names or job.name in bound:
            alias = f"{job.name}Of{''.join(part.title() for part in below.replace('_', '.').split('.'))}"
            wanted.setdefault(below, []).append(f"{job.name} as {alias}")
            names.append(alias)
        else:
            wanted.setdefault(below, []).append(job.name)
            names.append(job.name)
    return [_import(below, each) for below, each in wanted.items()], names


def _import(below: str, names: list[str]) -> str:
    line = f"from .{below} import {', '.join(names)}\n"
    return (
        line if len(line) <= 120 else f"from .{below} import (\n{''.join(f'    {each},{chr(10)}' for each in names)})\n"
    )


def _call(names: list[str]) -> str:
    line = f"register_jobs({', '.join(names)})\n"
    return line if len(line) <= 120 else f"register_jobs(\n{''.join(f'    {each},{chr(10)}' for each in names)})\n"


def _with_end(module: Any, lines: list[str]) -> Any:
    new: list[Any] = [cst.parse_statement(each) for each in lines]
    if not module.body:
        new[-1] = new[-1].with_changes(leading_lines=[cst.EmptyLine(indent=False)] if len(new) > 1 else [])
        return module.with_changes(body=new, has_trailing_newline=True)
    blank = cst.EmptyLine(indent=False)
    last = module.body[-1]
    wide = isinstance(last, (cst.ClassDef, cst.FunctionDef))
    new[-1] = new[-1].with_changes(leading_lines=[blank])
    new[0] = new[0].with_changes(leading_lines=[blank] * (2 if wide else 1))
    footer = [line for line in module.footer if line.comment]
    return module.with_changes(body=[*module.body, *new], footer=footer)
