"""The log methods of Nautobot 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import dotted
from ..context import Context
from ..rule import ERROR, Found, Rule

NEW = {
    "log": "logger.info",
    "log_debug": "logger.debug",
    "log_info": "logger.info",
    "log_success": "logger.success",
    "log_warning": "logger.warning",
    "log_failure": "logger.failure",
}


class V1Log(Rule):
    """Nautobot 2.0 has removed them: the call ends the Job with an `AttributeError`.

    `self.logger` takes their place. Its methods take the message first and the object as `extra={"object": device}`. `log_failure` made the Job fail;
    `self.logger.failure` does not, but `self.fail` does.
    """

    id = "JOB321"
    name = "v1-log"
    severity = ERROR
    title = "A Job logs with `self.log_…()`, which Nautobot 2.0 has removed"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.log_info(message="Hello")
'''
    good = bad.replace("log_info(message=", "logger.info(")

    def check(self, context: Context) -> Iterator[Found]:
        """Find calls on self in methods of Jobs, unless the repository defines such a method itself."""
        for code in context.code:
            if "self.log" not in code.module.file.text:
                continue
            for call in code.of(ast.Call):
                home, _, name = dotted(call.func).rpartition(".")
                job = code.job_around(call) if home == "self" and name in NEW else None
                if job and not context.may_have(job, name):
                    message = f"Nautobot 2.0 has removed self.{name}(): use self.{NEW[name]}(). `nautobot-jobs migrate` rewrites it."
                    yield context.found(code.module, call, message)
