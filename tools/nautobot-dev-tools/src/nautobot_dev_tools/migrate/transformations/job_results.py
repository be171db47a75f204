"""How 1.x started Jobs from code, and what it called their states."""

from __future__ import annotations

import libcst as cst

from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood

_STATES = {
    "STATUS_COMPLETED": "STATUS_SUCCESS",
    "STATUS_ERRORED": "STATUS_FAILURE",
    "STATUS_FAILED": "STATUS_FAILURE",
    "STATUS_RUNNING": "STATUS_STARTED",
}


class JobResults(Transformation):
    """The states are those of Celery now. A call of `enqueue_job()` as of 1.x passes a function and a content type."""

    id = "job-results"
    title = "States of JobResults have Celery's names; JobResult.enqueue_job(run_job, ...) is marked"
    since = "2.0"
    page = (
        "user-guide/administration/upgrading/from-v1/upgrading-from-nautobot-v1.html#jobresult-database-model-changes"
    )

    def concerns(self, text: str) -> bool:
        """Whether it has either."""
        return "JobResultStatusChoices" in text or "enqueue_job" in text

    def run(self, file: Understood) -> cst.Module:
        """Rename the states; mark the calls."""
        for node in file.walk():
            if isinstance(node, cst.Attribute) and node.attr.value in _STATES:
                if dotted(node.value).rpartition(".")[2] == "JobResultStatusChoices":
                    new = _STATES[node.attr.value]
                    file.replace(node.attr, node.attr.with_changes(value=new))
                    file.changed(node, f"JobResultStatusChoices.{node.attr.value} is {new} now")
            elif isinstance(node, cst.Call) and dotted(node.func).endswith("JobResult.enqueue_job"):
                names = {each.keyword.value for each in node.args if each.keyword is not None}
                first = dotted(node.args[0].value) if node.args else ""
                if first.rpartition(".")[2] == "run_job" or {"obj_type"} & names or {"func", "name"} <= names:
                    file.todo(node, "enqueue_job() takes the Job's record, the user and the Job's variables now")
        return file.edited()
