"""``test_*`` methods, which 1.x called after run(), and ``post_run()``, which it called at the very end."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...source.contracts import JOB, Contract, Job
from ...source.modules import Module
from ..rollback import returns
from ..transformation import LIKELY, Transformation
from ..tree import dotted
from ..understood import Understood
from ..v1 import body, has_jobs, is_v1_signature, method

_ARGUMENTS = "status, retval, task_id, args, kwargs, einfo"


class ReportMethods(Transformation):
    """1.x called run(), then each test_* method in the order of the alphabet, then, whatever came of it, post_run()."""

    id = "report-methods"
    title = "run() calls the test_* methods; post_run() becomes after_return()"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#test_-and-post_run-methods"

    def concerns(self, text: str) -> bool:
        """Whether there are any."""
        return "def test_" in text or "post_run" in text

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether a file that is concerned has Jobs."""
        return super().touches(contract, source) and has_jobs(contract, source)

    def run(self, file: Understood) -> cst.Module:
        """Rewrite them in the Jobs of the file."""
        for node, job in file.job_classes():
            if job.kind != JOB:
                continue
            self._tests(file, node, job)
            self._post_run(file, node, job)
        return file.edited()

    def _tests(self, file: Understood, node: cst.ClassDef, job: Job) -> None:
        own = [each for each in body(node) if isinstance(each, cst.FunctionDef) and each.name.value.startswith("test_")]
        if not own or any(len(each.params.params) != 1 for each in own):
            return
        names = sorted(name for name in job.methods if name.startswith("test_"))
        called = {
            each.attr.value for each in file.walk() if isinstance(each, cst.Attribute) and dotted(each.value) == "self"
        }
        if called & set(names):
            return
        run = method(node, "run")
        calls = [f"self.{name}()\n" for name in names]
        if "run" not in job.methods:
            file.edit(node.body, _with_run, calls, node.body.body.index(own[0]))
            file.changed(own[0], f"run() calls {', '.join(names)}", LIKELY)
        elif not is_v1_signature(job.methods["run"][1], job):
            return
        elif run is None:
            file.todo(
                own[0],
                "test_* methods are not called any more: write a run() that calls that of the base class, then them",
            )
        elif any(True for _ in returns(run)) or isinstance(run.body, cst.SimpleStatementSuite):
            file.todo(run, f"test_* methods are not called any more: call {', '.join(names)} where this returns")
        else:
            file.edit(run.body, _with_calls, calls)
            file.changed(run, f"run() calls {', '.join(names)} at its end", LIKELY)

    def _post_run(self, file: Understood, node: cst.ClassDef, job: Job) -> None:
        function = method(node, "post_run")
        if function is None or len(function.params.params) != 1:
            return
        if "after_return" in job.methods or isinstance(function.body, cst.SimpleStatementSuite):
            file.todo(function, "post_run() is not called any more: do this in after_return()")
            return
        uses = [each for each in file.walk() if isinstance(each, cst.Attribute) and each.attr.value == "post_run"]
        if uses:
            file.todo(
                function,
                "post_run() is not called any more by Nautobot, and here it is called by name: do this in after_return()",
            )
            return
        file.edit(function, _after_return)
        file.changed(function, "post_run() becomes after_return()", LIKELY)


def _with_calls(block: Any, calls: list[str]) -> Any:
    return block.with_changes(body=[*block.body, *(cst.parse_statement(each) for each in calls)])


def _with_run(block: Any, calls: list[str], at: int) -> Any:
    new: Any = cst.parse_statement("def run(self, data, commit):\n    pass\n")
    new = new.with_changes(body=new.body.with_changes(body=[cst.parse_statement(each) for each in calls]))
    old = list(block.body)
    new = new.with_changes(leading_lines=[line for line in old[at].leading_lines if not line.comment])
    if not new.leading_lines and at:
        new = new.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    if all(line.comment for line in old[at].leading_lines):
        old[at] = old[at].with_changes(leading_lines=[cst.EmptyLine(indent=False), *old[at].leading_lines])
    return block.with_changes(body=[*old[:at], new, *old[at:]])


def _after_return(function: Any) -> Any:
    new: Any = cst.parse_statement(f"def after_return(self, {_ARGUMENTS}): pass\n")
    parent = cst.parse_statement(f"super().after_return({_ARGUMENTS})\n")
    old = list(function.body.body)
    at = 1 if function.get_docstring() is not None else 0
    body = function.body.with_changes(body=[*old[:at], parent, *old[at:]])
    return function.with_changes(name=new.name, params=new.params, body=body)
