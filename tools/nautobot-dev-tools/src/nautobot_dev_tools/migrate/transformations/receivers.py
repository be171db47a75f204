"""Receivers of Job Hooks and Job Buttons: their methods and what they are given."""

from __future__ import annotations

import libcst as cst

from ...source.contracts import BUTTON, HOOK
from ..transformation import Transformation
from ..understood import Understood
from ..v1 import method

_METHODS = {HOOK: ("receive_job_hook", ["change", "action", "changed_object"]), BUTTON: ("receive_job_button", ["obj"])}


class Receivers(Transformation):
    """Nautobot calls these methods by keyword, so that the names of their parameters count."""

    id = "receivers"
    title = "Methods of receivers have the parameters that Nautobot names"
    since = "2.0"
    page = "development/jobs/job-extensions.html"

    def concerns(self, text: str) -> bool:
        """Whether there is a receiver."""
        return "receive_job_" in text

    def run(self, file: Understood) -> cst.Module:
        """Mark methods whose parameters are others."""
        for node, job in file.job_classes():
            if job.kind not in _METHODS:
                continue
            name, expected = _METHODS[job.kind]
            function = method(node, name)
            if function is None or function.params.star_kwarg or isinstance(function.params.star_arg, cst.Param):
                continue
            names = [each.name.value for each in (*function.params.params, *function.params.kwonly_params)][1:]
            if names[: len(expected)] != expected and set(names) & {"data", "commit", "request"}:
                file.todo(function, f"{name}() is called with {', '.join(expected)}, and nothing else")
        return file.edited()
