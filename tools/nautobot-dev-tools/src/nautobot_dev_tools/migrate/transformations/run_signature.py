"""``run(self, data, commit)`` to one keyword argument for each variable, and what ``commit`` did by hand."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...source.contracts import JOB, Contract, Job
from ...source.modules import Module
from ..rollback import can_roll_back, roll_back
from ..run_data import KEYWORDS, MAPPING, NAMES, Data, is_super_run, parameters, read_data
from ..run_edits import at_start, decorated, signed, with_keywords, with_variable
from ..transformation import CERTAIN, LIKELY, Transformation
from ..tree import text_of
from ..understood import Understood
from ..v1 import assigned, body, gets_dryrun, has_jobs, is_v1_run, is_v1_signature, method, names_in, runs_of, writes

_COMMIT_PAGE = "development/jobs/migration/from-v1.html#commit-argument"
_TRANSACTION_PAGE = "development/jobs/migration/from-v1.html#database-transaction-handling"
_LOOSE = (
    cst.If,
    cst.While,
    cst.Assign,
    cst.Arg,
    cst.Return,
    cst.BooleanOperation,
    cst.FormattedStringExpression,
    cst.AssignTarget,
)


class RunSignature(Transformation):
    """In 1.x run() was one transaction, rolled back at its end where `commit` was off or the Job read_only."""

    id = "run-signature"
    title = "run(self, data, commit) takes the variables; commit becomes a dry run, the transaction explicit"
    since = "2.0"
    page = "development/jobs/migration/from-v1.html#run-method-signature"

    def concerns(self, text: str) -> bool:
        """Whether a run() or a test method is there."""
        return ("def run" in text and "data" in text) or "def test_" in text

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether a file that is concerned has Jobs."""
        return super().touches(contract, source) and has_jobs(contract, source)

    def run(self, file: Understood) -> cst.Module:
        """Rewrite it in each Job, and in each class that Jobs inherit it from."""
        for node in list(file.walk()):
            if not isinstance(node, cst.ClassDef) or (function := method(node, "run")) is None:
                continue
            trust = file.is_job_class(node)
            job = file.jobs.get(node.name.value) if file.class_of(node) is None else None
            if not trust or not is_v1_run(function, job):
                continue
            if trust == LIKELY or file.class_of(node) is not None:
                file.todo(
                    function,
                    "run() takes one keyword argument for each variable; this looks like a Job, but its bases are not here",
                )
            elif function.params.star_kwarg or isinstance(function.params.star_arg, cst.Param):
                file.todo(
                    function,
                    "run() takes one keyword argument for each variable; this one takes more than data and commit",
                )
            elif job is not None and job.kind != JOB:
                file.todo(function, "a receiver's run() is Nautobot's own; put this into its receive method")
            else:
                _Run(file, node, function, job).rewrite()
        return file.edited()


class _Run:
    """One run() and what becomes of it."""

    def __init__(self, file: Understood, node: cst.ClassDef, function: cst.FunctionDef, job: Job | None) -> None:
        self.file, self.node, self.function, self.job = file, node, function, job
        users = runs_of(file.contract, file.source, node.name.value)
        self.users = users or ([job] if job else [])
        self.variables = dict(job.variables) if job else {}
        outside = [name for name in job.outside if name.split(".")[0] not in ("abc", "typing", "object")] if job else []
        self.known = (
            job is not None
            and not outside
            and not any(set(each.variables) - set(self.variables) for each in self.users)
        )
        self.writes = any(writes(file.contract, each) for each in self.users)
        self.dryrun = any(gets_dryrun(file.contract, each) for each in self.users) and "dryrun" not in self.variables
        self.read_only = any(each.meta.get("read_only") is True for each in self.users)

    def rewrite(self) -> None:
        file, function = self.file, self.function
        data = read_data(file, function, self.variables, self.known)
        first: list[str] = []
        if data.mode == NAMES:
            for node in data.needless:
                file.remove(node)
            for node, name in data.reads:
                if not any(file.parent(node) is each for each in data.needless):
                    file.replace(node, cst.Name(name))
        elif data.mode == MAPPING and any(True for _ in names_in(function.body, "data")):
            first.append(f"data = {{{', '.join(f'{_quoted(each)}: {each}' for each in self.variables)}}}")
        if self._takes_commit():
            first += self._commit()
        self._super_run(data)
        self._transaction()
        if first:
            file.edit(function.body, at_start, first)
        names = self._parameters(data)
        file.edit(function, signed, names, file.module.default_indent)
        certain = data.mode != KEYWORDS and not self.dryrun
        said = {NAMES: "run() takes its variables", MAPPING: "run() takes its variables, and makes data of them"}
        message = said.get(data.mode, "run() takes its variables as **data") + (f": {data.why}" if data.why else "")
        file.changed(function, message, CERTAIN if certain else LIKELY)

    def _takes_commit(self) -> bool:
        return len(self.function.params.params) > 2

    def _parameters(self, data: Data) -> list[str]:
        if data.mode == KEYWORDS:
            return ["*", "dryrun=False", "**data"] if self.dryrun else ["**data"]
        names = parameters(self.variables, data.defaults)
        names += ["dryrun=False"] if self.dryrun else []
        return ["*", *names] if names else []

    # commit

    def _commit(self) -> list[str]:
        """Replace ``commit`` by the dry run; returns statements to begin with."""
        file, function = self.file, self.function
        uses = [
            each
            for each in names_in(function.body, "commit")
            if not any(is_super_run(above) for above in file.ancestors(each))
        ]
        if uses and not self.dryrun:
            why = "this Job is read_only" if self.read_only else "dryrun is a variable of this Job already"
            file.todo(function, f"commit is gone, and {why}: decide what to do where it is used", _COMMIT_PAGE)
            return []
        if not uses:
            return []
        bound = any(isinstance(file.parent(each), (cst.AssignTarget, cst.AugAssign, cst.Param)) for each in uses)
        file.changed(uses[0], "commit becomes not dryrun", LIKELY)
        if bound:
            return ["commit = not dryrun"]
        for use in uses:
            above = file.parent(use)
            if isinstance(above, cst.UnaryOperation) and isinstance(above.operator, cst.Not):
                file.edit(above, _dryrun)
            else:
                file.edit(use, _not_dryrun, isinstance(above, _LOOSE))
        return []

    def _transaction(self) -> None:
        """What 1.x did around run(): a transaction, rolled back without commit or where the Job is read_only."""
        file, function = self.file, self.function
        if self.dryrun:
            self._add_variable()
        if not self.writes and not self.dryrun:
            return
        if file.names.get("transaction", "django.db.transaction") != "django.db.transaction":
            file.todo(
                function, "run() is no transaction any more, and transaction is another thing here", _TRANSACTION_PAGE
            )
            return
        if not any("atomic" in text_of(each) for each in function.decorators):
            file.edit(function, decorated)
            file.changed(
                function,
                "run() is a transaction by a decorator, as 1.x made it one",
                CERTAIN if self.writes else LIKELY,
            )
        file.need_import("django.db", "transaction")
        if not self.dryrun and not self.read_only:
            asks = any(True for _ in names_in(function.body, "commit"))
            if self._takes_commit() and "dryrun" in self.variables and not asks:
                reason = "1.x rolled everything back if commit was off: see whether the variable dryrun does now"
                file.todo(function, reason, _COMMIT_PAGE)
            return
        if can_roll_back(file, function):
            how = (
                "if dryrun:\n    transaction.set_rollback(True)\n"
                if self.dryrun
                else "transaction.set_rollback(True)\n"
            )
            roll_back(file, function, how)
            when = "in a dry run" if self.dryrun else "always, since it is read_only"
            file.changed(function, f"run() rolls back at its end {when}, as 1.x did", LIKELY)
        else:
            when = "commit was off" if self.dryrun else "the Job is read_only"
            file.todo(
                function,
                f"1.x rolled everything back if {when}; this run() returns from within a block where that cannot be put",
                _COMMIT_PAGE,
            )

    def _add_variable(self) -> None:
        file, node = self.file, self.node
        text = 'dryrun = DryRunVar(description="Roll back all changes at the end")\n'
        own = [each for each in body(node) if assigned(each) in self.variables]
        after = file.statement(own[-1]) if own else None
        file.edit(node.body, with_variable, text, node.body.body.index(after) if after in node.body.body else None)
        file.changed(node, "it has a variable dryrun in place of commit", LIKELY)
        if file.names.get("DryRunVar") != "nautobot.apps.jobs.DryRunVar":
            file.need_import("nautobot.apps.jobs", "DryRunVar")

    # super().run(data, commit)

    def _super_run(self, data: Data) -> None:
        file = self.file
        for call in file.calls(self.function):
            if not is_super_run(call) or not call.args:
                continue
            parent = self._parent()
            if parent is None or data.mode == KEYWORDS:
                file.todo(
                    call, "run() takes one keyword argument for each variable; pass those that the base class has"
                )
                continue
            names = [name for name in parent.variables if name in self.variables]
            names += ["dryrun"] if self.dryrun and gets_dryrun(file.contract, parent) else []
            file.edit(call, with_keywords, names)
            file.changed(call, "super().run() gets the variables that its class has", LIKELY)

    def _parent(self) -> Job | None:
        if self.job is None:
            return None
        contract = self.file.contract
        for name in contract.ancestors(self.job.module, self.job.node)[1:]:
            known = contract.repository.class_of(name)
            if (
                known
                and name in contract.jobs
                and (of := contract.jobs[name].methods.get("run"))
                and of[1] in known[1].body
            ):
                return contract.jobs[name] if is_v1_signature(of[1], None) else None
        return None


def _quoted(name: str) -> str:
    return f'"{name}"'


def _dryrun(_: Any) -> cst.Name:
    return cst.Name("dryrun")


def _not_dryrun(_: Any, loose: bool) -> cst.UnaryOperation:
    inner = cst.UnaryOperation(cst.Not(), cst.Name("dryrun"))
    return inner if loose else inner.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
