"""Calls that start Jobs, and what they give them. Source: release notes of 3.2, "Migrate Job Execution and Scheduled Jobs"."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..source.modules import Module
from .code import Code
from .context import Context

# Their own arguments; everything else went to the Job until 3.2.
_OWN = {
    "enqueue_job": [
        *("job_model", "user", "celery_kwargs", "profile", "console_log", "schedule", "job_queue", "task_queue"),
        *("job_result", "synchronous", "ignore_singleton_lock"),
    ],
    "execute_job": [
        *("job_model", "user", "celery_kwargs", "profile", "console_log", "schedule", "job_queue", "task_queue"),
        *("job_result", "synchronous", "ignore_singleton_lock"),
    ],
    "create_schedule": [
        *("job_model", "user", "name", "start_time", "interval", "crontab", "console_log", "profile", "job_queue"),
        *("task_queue", "ignore_singleton_lock", "approval_required", "celery_kwargs"),
    ],
    "run_job_for_testing": ["job", "username", "profile", "console_log", "celery_kwargs"],
}
_OF = {"enqueue_job": "JobResult", "execute_job": "JobResult", "create_schedule": "ScheduledJob"}


def starts(context: Context) -> Iterator[tuple[Module, ast.Call, str, list[str]]]:
    """Calls without `job_kwargs` in all of the repository, tests too: module, call, name of the function, arguments meant for the Job.

    Modules that name `job_kwargs` anywhere go by the version of Nautobot, and are left out; so are calls with ``**``.
    """
    for module in context.repository.modules.values():
        text = module.file.text
        if "job_kwargs" in text or not any(name in text for name in _OWN):
            continue
        code: Code = context.code_of(module)
        for call, name in code.calls:
            owner, _, function = name.rpartition(".")
            if function not in _OWN or not name.startswith("nautobot."):
                continue
            if function in _OF and owner.rpartition(".")[2] != _OF[function]:
                continue
            if all(keyword.arg for keyword in call.keywords) and not any(
                isinstance(each, ast.Starred) for each in call.args
            ):
                spread = [str(each.arg) for each in call.keywords if each.arg not in _OWN[function]]
                yield module, call, function, spread
