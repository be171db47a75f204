"""``JobResult.enqueue_job(job, user, device=1)`` and its like, with the variables in ``job_kwargs``."""

from __future__ import annotations

import libcst as cst

from ..layout import keyword, with_argument
from ..moves import guarded
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import dotted
from ..understood import Understood

# The parameters that are their own: all others are the Job's.
_ENQUEUE = frozenset(
    {
        *("job_model", "user", "celery_kwargs", "profile", "console_log", "schedule", "job_queue", "task_queue"),
        *("job_result", "synchronous", "ignore_singleton_lock"),
    }
)
_METHODS = {
    "JobResult.enqueue_job": _ENQUEUE,
    "JobResult.execute_job": _ENQUEUE,
    "ScheduledJob.create_schedule": frozenset(
        {
            *("job_model", "user", "name", "start_time", "interval", "crontab", "console_log", "profile"),
            *("job_queue", "task_queue", "ignore_singleton_lock", "celery_kwargs"),
        }
    ),
}
_HELPER = "run_job_for_testing"
_HELPER_OWN = frozenset({"job", "username", "profile", "console_log", "celery_kwargs"})


class JobKwargs(Transformation):
    """A Job without variables gets ``job_kwargs={}``, without which it does not start. Nautobot before 3.2 does not know it."""

    id = "job-kwargs"
    title = "enqueue_job(), execute_job(), create_schedule() and run_job_for_testing() get the variables as job_kwargs="
    since = "3.2"
    page = "release-notes/version-3.2.html#migrate-job-execution-and-scheduled-jobs"

    def concerns(self, text: str) -> bool:
        """Whether it starts Jobs."""
        return _HELPER in text or any(name.partition(".")[2] in text for name in _METHODS)

    def run(self, file: Understood) -> cst.Module:
        """Gather the variables of each call."""
        for call in file.calls():
            own = _own(file, call)
            if own is None or guarded(file, call):
                continue
            name = dotted(call.func).rpartition(".")[2]
            if any(each.keyword and each.keyword.value in ("job_kwargs", "data", "commit") for each in call.args):
                continue
            if any(each.star == "*" for each in call.args):
                file.todo(call, f"{name}() takes the Job's variables as job_kwargs=, and the arguments cannot be told")
                continue
            given = [each for each in call.args if _is_variable(each, own)]
            file.edit(call, lambda node, own=own: _gathered(node, own))
            unpacked = any(each.star for each in given)
            confidence = LIKELY if unpacked else CERTAIN
            file.changed(call, f"{name}() gets the Job's variables as job_kwargs=", confidence)
        return file.edited()


def _own(file: Understood, call: cst.Call) -> frozenset[str] | None:
    """The call's own parameters; None if it is none of these functions."""
    text = dotted(call.func)
    if text.rpartition(".")[2] == _HELPER:
        return _HELPER_OWN if file.qualified(call.func).startswith("nautobot.") else None
    home, _, method = text.rpartition(".")
    return _METHODS.get(f"{home.rpartition('.')[2]}.{method}")


def _is_variable(argument: cst.Arg, own: frozenset[str]) -> bool:
    return argument.star == "**" or (argument.keyword is not None and argument.keyword.value not in own)


def _gathered(call: cst.Call, own: frozenset[str]) -> cst.Call:
    """The call with its variables in one mapping, where the first of them was."""
    variables = [each for each in call.args if _is_variable(each, own)]
    if not variables:
        return with_argument(call, keyword("job_kwargs", "{}"))
    if len(variables) == 1 and variables[0].star:
        value: cst.BaseExpression = variables[0].value
    else:
        elements: list[cst.BaseDictElement] = [
            cst.StarredDictElement(each.value)
            if each.star or each.keyword is None
            else cst.DictElement(cst.SimpleString(f'"{each.keyword.value}"'), each.value)
            for each in variables
        ]
        value = cst.Dict(elements)
    last = call.args[-1]
    kept = [each for each in call.args if each is variables[0] or each not in variables]
    new = keyword("job_kwargs", "{}").with_changes(value=value)
    args = [
        new.with_changes(comma=each.comma, whitespace_after_arg=each.whitespace_after_arg)
        if each is variables[0]
        else each
        for each in kept
    ]
    args[-1] = args[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return call.with_changes(args=args)
