"""``self.failed``, ``active_test``, ``results`` and the JobResult: state that Jobs no longer keep or change."""

from __future__ import annotations

import libcst as cst

from ..transformation import LIKELY, Transformation
from ..tree import dotted, text_of
from ..understood import Understood

_LOGGING = "development/jobs/migration/from-v1.html#job-logging"
_TOUCHING = {"save", "validated_save", "set_status", "delete"}


class JobState(Transformation):
    """Celery tracks the state; `self.fail()` (2.4.5) or an exception makes a Job fail."""

    id = "job-state"
    title = (
        "self.failed = True becomes self.fail(); changes of the JobResult, active_test and results are left to a person"
    )
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#tracking-job-state"

    def concerns(self, text: str) -> bool:
        """Whether one of the names is there."""
        return any(each in text for each in (".failed", ".active_test", ".results", ".job_result.", ".data"))

    def run(self, file: Understood) -> cst.Module:
        """Go through what Jobs say of themselves."""
        for node in file.walk():
            if not isinstance(node, cst.Attribute) or not file.is_job(node.value):
                continue
            name = node.attr.value
            if name == "failed":
                self._failed(file, node)
            elif name == "active_test":
                file.todo(
                    node, 'active_test is gone: a log line says its group itself, extra={"grouping": ...}', _LOGGING
                )
            elif name == "results" and not self._assigns(file, node):
                file.todo(node, "results is gone: return what is to be kept from run()")
            elif name == "data" and not self._assigns(file, node):
                file.todo(node, "a Job has no data: hand on what run() is given")
            elif name == "job_result":
                self._job_result(file, node)
        return file.edited()

    def _failed(self, file: Understood, node: cst.Attribute) -> None:
        values = self._assigns(file, node)
        reads = [each for each in self._same(file, node) if not isinstance(file.parent(each), cst.AssignTarget)]
        if any(value != "True" for value in values):
            # A flag of the Job's own, as far as log_failure() is not expected to raise it.
            if node in reads and "log_failure" in file.source.file.text:
                file.todo(node, "log_failure() set this flag, self.fail() does not: keep it yourself")
            return
        if node in reads:
            file.todo(node, "self.failed is gone: keep a flag of your own, and call self.fail() or raise an exception")
            return
        assignment = file.parent(file.parent(node))
        line = file.parent(assignment)
        if reads or not isinstance(assignment, cst.Assign) or file.to < (2, 4):
            file.todo(node, "self.failed is gone: raise an exception to make the Job fail")
        elif isinstance(line, cst.SimpleStatementLine) and self._follows_failure(file, line):
            file.remove(assignment)
            file.changed(node, "self.failed = True goes: the failure before it makes the Job fail")
        else:
            file.edit(assignment, _fails, text_of(node.value))
            file.changed(node, "self.failed = True becomes self.fail()", LIKELY)

    def _follows_failure(self, file: Understood, line: cst.SimpleStatementLine) -> bool:
        block = file.parent(line)
        before: cst.CSTNode | None = None
        for each in getattr(block, "body", ()):
            if each is line:
                break
            before = each
        return before is not None and any(
            isinstance(call.func, cst.Attribute) and call.func.attr.value in ("log_failure", "fail")
            for call in file.calls(before)
        )

    def _same(self, file: Understood, node: cst.Attribute) -> list[cst.Attribute]:
        """The uses of the same attribute in the same class."""
        text = dotted(node)
        within = file.class_of(node) or file.module
        return [each for each in file.walk(within) if isinstance(each, cst.Attribute) and dotted(each) == text]

    def _assigns(self, file: Understood, node: cst.Attribute) -> list[str]:
        """Source of what the class assigns to the attribute; class attributes count."""
        found = []
        for each in self._same(file, node):
            above = file.parent(file.parent(each))
            if isinstance(file.parent(each), cst.AssignTarget) and isinstance(above, cst.Assign):
                found.append(text_of(above.value))
            elif isinstance(file.parent(each), (cst.AnnAssign, cst.AugAssign)):
                found.append("")
        owner = file.class_of(node)
        if owner is not None and any(
            isinstance(each, cst.AssignTarget) and dotted(each.target) == node.attr.value for each in file.walk(owner)
        ):
            found.append("")
        return found

    def _job_result(self, file: Understood, node: cst.Attribute) -> None:
        above = file.parent(node)
        if not isinstance(above, cst.Attribute):
            return
        name, use = above.attr.value, file.parent(above)
        called = isinstance(use, cst.Call) and use.func is above
        if (called and name in _TOUCHING) or isinstance(use, (cst.AssignTarget, cst.AugAssign)):
            what = f"{name}()" if called else name
            file.todo(
                node,
                f"the JobResult is Celery's to change ({what}): raise an exception or call self.fail() to fail, return a result",
            )
        elif name == "data":
            file.todo(node, "JobResult.data is gone: what run() returns becomes its result")


def _fails(_: cst.Assign, job: str) -> cst.Expr:
    return cst.Expr(cst.parse_expression(f'{job}.fail("The Job failed.")'))
