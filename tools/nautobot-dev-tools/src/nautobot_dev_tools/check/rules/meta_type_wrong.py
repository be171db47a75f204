"""Of which kind the values in class Meta are."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.modules import Unknown
from ..context import Context
from ..rule import ERROR, Found, Rule

_BOOLEAN = (bool, "True or False")
_INTEGER = (int, "a whole number")
_TEXT = (str, "a text")
_LIST = (tuple, "a list")  # as the core reads lists
KINDS = {
    "approval_required": _BOOLEAN,
    "console_log_default": _BOOLEAN,
    "description": _TEXT,
    "dryrun_default": _BOOLEAN,
    "field_order": _LIST,
    "has_sensitive_variables": _BOOLEAN,
    "hidden": _BOOLEAN,
    "is_singleton": _BOOLEAN,
    "name": _TEXT,
    "read_only": _BOOLEAN,
    "soft_time_limit": _INTEGER,
    "task_queues": _LIST,
    "template_name": _TEXT,
    "time_limit": _INTEGER,
}


class MetaTypeWrong(Rule):
    """When Nautobot makes a Job's record it looks at the type of each attribute of `class Meta`.

    Where it is another, the sync ends with a `TypeError`. Time limits are whole numbers of seconds, `task_queues` is a list even of one.
    """

    id = "JOB309"
    name = "meta-type-wrong"
    severity = ERROR
    title = "An attribute of `class Meta` is of another type than Nautobot takes"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        task_queues = "slow"

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace('"slow"', '["slow"]')

    def check(self, context: Context) -> Iterator[Found]:
        """Compare types, as far as values can be told."""
        for job in context.jobs:
            for name, node in context.meta_statements(job):
                value = job.meta.get(name)
                kind, words = KINDS.get(name, (object, ""))
                if not isinstance(value, (Unknown, kind)):
                    yield context.found(job.module, node, f"Meta.{name} has to be {words}; the sync fails.")
