"""``Meta.commit_default`` to ``dryrun_default``, the other way round."""

from __future__ import annotations

import libcst as cst

from ...source.contracts import Contract
from ...source.modules import Module
from ..transformation import LIKELY, Transformation
from ..tree import text_of
from ..understood import Understood
from ..v1 import assigned, body, has_jobs, meta

_OPPOSITE = {"True": "False", "False": "True"}


class JobMeta(Transformation):
    """A `dryrun_default` says nothing where a Job has no variable for a dry run."""

    id = "job-meta"
    title = "Meta.commit_default becomes dryrun_default, the other way round"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#commit-argument"

    def concerns(self, text: str) -> bool:
        """Whether it is there."""
        return "commit_default" in text

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether a file that is concerned has Jobs."""
        return super().touches(contract, source) and has_jobs(contract, source)

    def run(self, file: Understood) -> cst.Module:
        """Rewrite it in each Meta of what is or may be a Job."""
        for node in file.walk():
            if not isinstance(node, cst.ClassDef) or (of := meta(node)) is None or not file.is_job_class(node):
                continue
            for each in body(of):
                if assigned(each) == "commit_default" and isinstance(each, cst.Assign):
                    self._rename(file, node, each)
        return file.edited()

    def _rename(self, file: Understood, node: cst.ClassDef, each: cst.Assign) -> None:
        job = file.jobs.get(node.name.value)
        has_dryrun = "dryrun" in job.variables if job else True
        if not has_dryrun and not any(assigned(own) == "dryrun" for own in body(node)):
            file.remove(each)
            file.changed(each, "commit_default goes: this Job has no dry run, since it does not write", LIKELY)
            return
        text = text_of(each.value)
        value = _OPPOSITE.get(text, f"not ({text})")
        file.replace(each.targets[0].target, cst.Name("dryrun_default"))
        file.replace(each.value, cst.parse_expression(value))
        file.changed(each, f"commit_default = {text} becomes dryrun_default = {value}")
