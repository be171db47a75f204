"""``raise AbortTransaction``, with which a run() of 1.x rolled back."""

from __future__ import annotations

import libcst as cst

from ...source.contracts import Contract
from ...source.modules import Module
from ..transformation import Transformation
from ..tree import dotted
from ..understood import Understood
from ..v1 import has_jobs


class AbortTransaction(Transformation):
    """In 1.x it undid all changes, and the Job did not fail by it. Now it is an exception like any other."""

    id = "abort-transaction"
    title = "AbortTransaction that ends a run() is left to a person"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#database-transaction-handling"

    def concerns(self, text: str) -> bool:
        """Whether it is raised."""
        return "raise AbortTransaction" in text or ".AbortTransaction" in text

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether a file that is concerned has Jobs."""
        return super().touches(contract, source) and has_jobs(contract, source)

    def run(self, file: Understood) -> cst.Module:
        """Mark where a Job raises it, and does not itself catch it."""
        for node in file.walk():
            if not isinstance(node, cst.Raise) or node.exc is None:
                continue
            what = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
            if dotted(what).rpartition(".")[2] != "AbortTransaction":
                continue
            owner = file.class_of(node)
            caught = any(isinstance(each, cst.Try) and self._catches(each) for each in file.ancestors(node))
            if owner is not None and file.is_job_class(owner) and not caught:
                file.todo(
                    node,
                    "1.x rolled back by this; now the Job fails by it: use transaction.set_rollback(True), or catch it",
                )
        return file.edited()

    def _catches(self, node: cst.Try) -> bool:
        return any(
            each.type is None or "AbortTransaction" in cst.Module([]).code_for_node(each.type) for each in node.handlers
        )
