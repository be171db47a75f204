"""Approvals, which 3.0 made workflows that administrators define."""

from __future__ import annotations

import libcst as cst

from ..queries import places
from ..transformation import Transformation
from ..tree import dotted, string_of
from ..understood import Understood
from ..v1 import assigned, body, meta

_NOTES = "release-notes/version-3.0.html#job-approval-process"
_FIELDS = frozenset({"approval_required", "approval_required_override", "approved_by_user"})


class Approvals(Transformation):
    """``approval_required = False`` says what is so anyway and goes; True is ignored without a word, so that a person has to know."""

    id = "approvals"
    title = "Meta.approval_required goes; what relied on it is marked"
    since = "3.0"
    page = "development/jobs/job-structure.html#approval_required"

    def concerns(self, text: str) -> bool:
        """Whether it has any of it."""
        return "approv" in text

    def run(self, file: Understood) -> cst.Module:
        """Go through the Meta of each Job, queries and permissions."""
        for node in file.walk():
            if isinstance(node, cst.ClassDef) and (of := meta(node)) is not None and file.is_job_class(node):
                for each in body(of):
                    if assigned(each) == "approval_required" and isinstance(each, cst.Assign):
                        if dotted(each.value) == "False":
                            file.remove(each)
                            file.changed(each, "approval_required = False says nothing any more")
                        else:
                            file.todo(
                                each, "approval_required is ignored: let an administrator define an approval workflow"
                            )
            elif isinstance(node, cst.SimpleString) and string_of(node) == "extras.approve_job":
                file.todo(
                    node, "approvers need extras.change_approvalworkflowstage now, not extras.approve_job", _NOTES
                )
        for place in places(file):
            name = place.path.removeprefix("-").partition("__")[0]
            if place.use == "attribute" and (place.model, name) == ("ScheduledJob", "approval_required"):
                continue  # a property tells whether it waits for an approval
            if place.model in ("Job", "ScheduledJob") and name in _FIELDS:
                file.todo(place.node, f"{place.model}.{name} is gone: approval workflows have it", _NOTES)
        return file.edited()
