"""What class Meta may say."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ..context import Context
from ..rule import WARNING, Found, Rule

# What nautobot.extras.jobs.BaseJob asks its Meta for, on 2.4 or 3.x; tests/check/test_facts.py compares.
ATTRIBUTES = frozenset(
    [
        "approval_required",
        "console_log_default",
        "description",
        "dryrun_default",
        "field_order",
        "has_sensitive_variables",
        "hidden",
        "is_singleton",
        "name",
        "read_only",
        "soft_time_limit",
        "task_queues",
        "template_name",
        "time_limit",
    ]
)


class MetaAttributeUnknown(Rule):
    """Nautobot asks `class Meta` for the attributes that it knows, and never looks at another: a slip of the pen is as if nothing were stated.

    Only names that resemble one of Nautobot's are reported; a repository may have attributes of its own.
    """

    id = "JOB308"
    name = "meta-attribute-unknown"
    severity = WARNING
    title = "`class Meta` has an attribute that is called nearly as one of Nautobot's"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        soft_timelimit = 60

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("soft_timelimit", "soft_time_limit")

    def check(self, context: Context) -> Iterator[Found]:
        """Find near misses."""
        for job in context.jobs:
            for name, node in context.meta_statements(job):
                near = get_close_matches(name, ATTRIBUTES, n=1, cutoff=0.8)
                if name not in ATTRIBUTES and near:
                    yield context.found(job.module, node, f"Nautobot does not know {name}: is {near[0]} meant?")
