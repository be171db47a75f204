"""What a Job of Nautobot 1 knew of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import dotted
from ..context import Context
from ..rule import ERROR, Found, Rule

GONE = {
    "self.failed": "raise an exception, or call self.fail()",
    "self.results": "return what is to be kept from run()",
    "self.active_test": 'group log entries with extra={"grouping": "…"}',
    "self.request.user": "the user is self.user, and self.request the task's",
}


class V1Attribute(Rule):
    """`self.failed`, `self.results` and `self.active_test` are gone since Nautobot 2.0, and `self.request` is Celery's, which knows no user.

    Reading them ends the Job with an `AttributeError`; setting them does nothing. Nor should `self.job_result` be changed or saved: Celery
    keeps it, and overwrites what the Job has written.
    """

    id = "JOB322"
    name = "v1-attribute"
    severity = ERROR
    title = "A Job uses an attribute of itself that Nautobot 2.0 has removed"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello, %s", self.request.user)
'''
    good = bad.replace("self.request.user", "self.user")

    def check(self, context: Context) -> Iterator[Found]:
        """Find attributes of self in methods of Jobs, unless the repository binds them itself."""
        for code in context.code:
            if "self." not in code.module.file.text:
                continue
            for node in code.of(ast.Attribute):
                text = dotted(node)
                advice = GONE.get(text) or _of_result(text, node)
                job = code.job_around(node) if advice else None
                if job and not context.may_have(job, text.split(".")[1]) and not self._is_own(job.node, text, node):
                    yield context.found(code.module, node, f"Nautobot 2.0 has changed this: {advice}.")

    def _is_own(self, job: ast.ClassDef, text: str, node: ast.Attribute) -> bool:
        """Whether the class sets the attribute to begin with, in a method of its own: then it is its own."""
        if text.count(".") > 1:
            return False
        return any(
            isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and each is not node
            and dotted(each) == text
            for each in ast.walk(job)
        )


def _of_result(text: str, node: ast.Attribute) -> str:
    if text in ("self.job_result.status", "self.job_result.completed", "self.job_result.data") and isinstance(
        node.ctx, ast.Store
    ):
        return "Celery keeps the result; raise an exception or call self.fail() to fail, and return what is to be kept"
    if text in ("self.job_result.save", "self.job_result.validated_save", "self.job_result.set_status"):
        return "Celery keeps the result, and overwrites this"
    return ""
