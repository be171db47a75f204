"""Queues of Jobs, which are objects since 2.4."""

from __future__ import annotations

import libcst as cst

from ..moves import guarded
from ..queries import places
from ..transformation import CERTAIN, Transformation
from ..tree import dotted, string_of
from ..understood import Understood

_STARTS = frozenset({"create_schedule", "enqueue_job", "execute_job"})


class JobQueues(Transformation):
    """``Meta.task_queues`` of a Job stays. The old names go on for a while where code reads and sets them, not in queries."""

    id = "job-queues"
    title = "task_queue= of enqueue_job() and its like becomes job_queue=; task_queues in queries is marked"
    since = "2.4"
    page = "release-notes/version-2.4.html#job-task_queues-and-scheduledjobqueue"

    def concerns(self, text: str) -> bool:
        """Whether it has queues."""
        return "task_queue" in text or ("queue" in text and "ScheduledJob" in text)

    def run(self, file: Understood) -> cst.Module:
        """Rewrite the calls; mark the rest."""
        for call in file.calls():
            if dotted(call.func).rpartition(".")[2] not in _STARTS or guarded(file, call):
                continue
            for argument in call.args:
                if argument.keyword is not None and argument.keyword.value == "task_queue":
                    self._argument(file, call, argument)
        for place in places(file):
            first = place.path.removeprefix("-").partition("__")[0]
            if place.model == "Job" and first in ("task_queues", "task_queues_override"):
                new = first.replace("task_", "job_")
                say = "are objects of JobQueue" if first == "task_queues" else "takes its place"
                file.todo(place.node, f"{first} is deprecated, and no query has it: {new} {say}")
            elif place.model == "ScheduledJob" and first == "queue":
                file.todo(place.node, "queue is deprecated, and no query has it: job_queue is an object of JobQueue")
        return file.edited()

    def _argument(self, file: Understood, call: cst.Call, argument: cst.Arg) -> None:
        if string_of(argument.value) is None:
            file.todo(call, "task_queue= is deprecated: job_queue= takes an object of JobQueue")
            return
        assert argument.keyword is not None
        file.need_import("nautobot.extras.models", "JobQueue")
        file.replace(argument.keyword, cst.Name("job_queue"))
        file.edit(argument.value, _queue_named)
        file.changed(call, "task_queue= is job_queue= now, which takes an object", CERTAIN)


def _queue_named(node: cst.BaseExpression) -> cst.Call:
    call = cst.parse_expression("JobQueue.objects.get(name=x)")
    assert isinstance(call, cst.Call)
    return call.with_changes(args=[call.args[0].with_changes(value=node)])
