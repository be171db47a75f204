"""Names that Nautobot's own class has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...source.contracts import LIFECYCLE, Job
from ...source.modules import statements
from ..context import Context
from ..rule import ERROR, Found, Rule
from .meta_attribute_unknown import ATTRIBUTES

# What nautobot.extras.jobs.BaseJob has, on 2.4 or 3.x; tests/check/test_facts.py compares. Special methods are there to be replaced.
RESERVED = frozenset(
    [
        "approval_required",
        "as_execution_form",
        "as_form",
        "as_form_class",
        "celery_kwargs",
        "class_path",
        "class_path_dotted",
        "class_path_js_escaped",
        "console_log_default",
        "create_file",
        "description",
        "description_first_line",
        "deserialize_data",
        "dryrun_default",
        "fail",
        "field_order",
        "file_path",
        "grouping",
        "has_sensitive_variables",
        "hidden",
        "is_singleton",
        "job_model",
        "job_result",
        "load_json",
        "load_yaml",
        "logger",
        "name",
        "prepare_job_kwargs",
        "properties_dict",
        "read_only",
        "registered_name",
        "request",
        "serialize_data",
        "singleton_cache_key",
        "soft_time_limit",
        "supports_dryrun",
        "task_queues",
        "template_name",
        "time_limit",
        "user",
        "validate_data",
    ]
)


class ReservedName(Rule):
    """A variable or method with a name that Nautobot's own `Job` has takes the place of what Nautobot needs.

    `name = StringVar()` is the classic: the Job's title is a form field from then on, and the sync fails. Titles and the like
    belong into `class Meta`. Nautobot's documentation lists the names under *Reserved Names*.
    """

    id = "JOB301"
    name = "reserved-name"
    severity = ERROR
    title = "A Job has a variable, attribute or method with a name of Nautobot's own"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    name = StringVar(description="Whom to greet.")

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, name):
        """Say it."""
        self.logger.info("Hello, %s", name)
'''
    good = (
        bad.replace("name = StringVar", "who = StringVar").replace("*, name", "*, who").replace('s", name', 's", who')
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Look at what each class itself defines; bases in the repository that are no Jobs are looked at where they are used."""
        for job in context.jobs:
            for node in statements(job.node):
                for name in _defined(node):
                    if name in RESERVED and not _extends(node):
                        message = f"{name!r} is a name of Nautobot's own Job: {self._advice(job, name)}."
                        yield context.found(job.module, node, message)

    def _advice(self, job: Job, name: str) -> str:
        if name in job.variables:
            return "give the variable another"
        if name in ATTRIBUTES:
            return "state it in `class Meta`"
        return "take another"


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if node.name not in LIFECYCLE:
            yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _extends(node: ast.stmt) -> bool:
    """Whether a method goes on to what it replaces: who calls super() knows that it is there."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "super"
        for each in ast.walk(node)
    )
