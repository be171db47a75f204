"""Imports of what Nautobot 2 has no more."""

from __future__ import annotations

import re

import libcst as cst

from ..age import is_old
from ..tables import table
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood

# The release notes of 2.0 have these in prose: with the reason that a person reads.
_NOTED = {
    "nautobot.extras.choices.JobSourceChoices": "a Job's source is implied by its module_name",
    "nautobot.core.fields.NullableCharField": "",
    "nautobot.extras.datasources.git.get_job_result_and_repository_record": "",
    "nautobot.extras.jobs.scheduled_job_handler": "Celery beat starts scheduled Jobs",
    "nautobot.extras.utils.get_job_content_type": "a JobResult has a job_model",
    "nautobot.utilities.fields.NullableCharField": "",
}
# Names that mean something else today: only code of 1.x means what is gone.
AGAIN = {
    "nautobot.extras.jobs.get_jobs": "get_jobs() is another function now: it gives Job classes by class path",
    "nautobot.extras.jobs.run_job": "run_job() is Celery's now: a Job is started with JobResult.enqueue_job()",
}
# Forms, filters, choices and the like of models that are gone are gone with them: no table has them.
_OF_MODELS = re.compile(r"nautobot\.(dcim|ipam)\.(?!models)[\w.]+\.(Site|Region|DeviceRole|RackRole|Aggregate)[A-Z]\w+")
_GONE = re.compile(r"\b(Site|Region|DeviceRole|RackRole|Aggregate)[A-Z]")


class CodeRemovals(Transformation):
    """There is nothing to put in their place, so that nothing is changed."""

    id = "code-removals"
    title = "Imports of classes and functions that 2.0 removed are marked"
    since = "2.0"
    page = table("v2-code-removals").page

    def concerns(self, text: str) -> bool:
        """Whether it imports from such a module."""
        names = (name.removesuffix(".*").rpartition(".")[2] for name in _removed())
        return "nautobot" in text and (any(name in text for name in names) or _GONE.search(text) is not None)

    def run(self, file: Understood) -> cst.Module:
        """Mark the imports."""
        removed = _removed()
        for node in file.walk():
            if isinstance(node, cst.Import):
                for alias in node.names:
                    if f"{alias.evaluated_name}.*" in removed:
                        file.todo(node, f"{alias.evaluated_name} is gone")
            if not isinstance(node, cst.ImportFrom) or node.relative or node.module is None:
                continue
            source = dotted(node.module)
            if f"{source}.*" in removed:
                file.todo(node, f"{source} is gone")
            elif not isinstance(node.names, cst.ImportStar):
                for alias in node.names:
                    name = f"{source}.{alias.evaluated_name}"
                    why = removed.get(name)
                    if name in AGAIN:
                        if is_old(file.contract):
                            file.todo(node, AGAIN[name])
                    elif _OF_MODELS.fullmatch(name):
                        file.todo(node, f"{alias.evaluated_name} is gone with its model")
                    elif why is not None:
                        file.todo(node, f"{alias.evaluated_name} is gone{': ' if why else ''}{why}")
        return file.edited()


def _removed() -> dict[str, str]:
    """Full names of what is gone, ``module.*`` for a whole module, and why."""
    rows = [(module, "*" if name == "(all)" else name) for module, name in table("v2-code-removals").rows]
    return {f"{module}.{name}": "" for module, name in rows} | _NOTED | AGAIN
