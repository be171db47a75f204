"""The engine of audit Jobs: runs checks over a scope and takes their findings to files, report and log."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from nautobot.apps.jobs import Job
from nautobot.extras.models import JobResult

from . import compliance, fan_out, history, score, waivers
from .access import AccessError, RefusalError
from .attachments import attach
from .checks import Check, Context
from .exports import FORMATS
from .findings import Finding, Severity, Standing
from .helpers import check_number, leader_of
from .links import base_url
from .queries import whole_results
from .report import ReportSink
from .scope import Scope
from .selection import DEFAULT_FAIL_AT, DEFAULT_LOG_LIMIT, NEVER, configured, selected
from .sinks import CsvSink, JsonSink, LogSink, Sink, read_findings
from .summary import CheckResult, Summary
from .waivers import ExpiredWaiver, Waivers

_REPOSITORY = Path(__file__).parents[2]


class Audit:
    """One run of an audit.

    Args:
        job: the Job that runs.
        checks: the checks that it offers; those of the highest severity run first.
        default_statuses: names of the statuses of devices and virtual machines looked at when none is selected.
        needs: labels of the models that the user has to be allowed to view; checks of others are left out where
            that is not so, and the log and the report say so. None: all.
        files: findings are attached as files, and compared with those of an earlier run. A hook, which runs at each
            change, does without.
    """

    def __init__(
        self,
        job: Job,
        checks: Sequence[type[Check]],
        *,
        default_statuses: tuple[str, ...] = ("Active",),
        needs: tuple[str, ...] | None = None,
        files: bool = True,
    ) -> None:
        self.job = job
        self.offered = checks
        self.default_statuses = default_statuses
        self.needs = needs
        self.files = files

    def run(
        self,
        *,
        checks: Sequence[str] | None = None,
        minimum_severity: str | None = None,
        parameters: Any = None,
        waivers: Any = None,
        compare_with: JobResult | None = None,
        formats: Sequence[str] | None = None,
        record_compliance: bool = False,
        fail_at: str | None = None,
        log_limit: int | None = None,
        helpers: int | None = None,
        **selection: Any,
    ) -> dict[str, Any]:
        """Run the checks, attach `report.html`, `findings.csv` and `findings.json`, and log a summary.

        The Job fails when what was asked for is refused, when a check cannot finish (the others run all the same), and
        when a finding that is not waived reaches `fail_at`. Refused are scopes and values that make no sense, and
        models that the user may not view; nothing is written then.

        The arguments are the variables of `AuditMixin`, of which None and empty values stand for the defaults, and
        those of the scope.

        Returns:
            counts: `findings`, `objects`, by label or id, without zeros, `severities` and `checks`; `new` and `fixed`
            (None where there is no earlier run), `waived`, `score`, and `scope`, which is the same for the same scope.
            When refused: `findings`, which is 0, and `refused`, the reason.
        """
        fail_at = fail_at or DEFAULT_FAIL_AT
        log_limit = DEFAULT_LOG_LIMIT if log_limit is None else log_limit
        try:
            helpers = check_number(helpers)
            if log_limit < 0:
                raise RefusalError(f"Log lines: {log_limit} is less than 0. Enter 0 to log no findings.")
            if record_compliance:
                compliance.records(self.job.user)
            run = _Run(self, checks, minimum_severity, parameters, selection, waivers)
            if leader := leader_of(self.job):
                with whole_results():
                    return fan_out.help_with(self.job, leader, run.in_order(), run.ask)
            if helpers:
                run.share(helpers, {**selection, "parameters": parameters})
            with TemporaryDirectory() as directory, ExitStack() as stack:
                paths = run.find(Path(directory), stack, compare_with, formats or (), log_limit)
                run.log_summary(log_limit)
                for name, path in paths.items() if self.files else ():
                    attach(self.job, path, name)
                if record_compliance:
                    run.record(paths["findings.json"])
        except RefusalError as refusal:
            self.job.fail("%s", refusal, extra={"grouping": "scope"})
            return {"findings": 0, "refused": str(refusal)}
        run.judge(fail_at)
        return run.counts()


class _Run:
    """What one run needs, from refusing what makes no sense to counting what was found."""

    def __init__(
        self, audit: Audit, chosen: Any, minimum: str | None, parameters: Any, selection: Mapping[str, Any], upload: Any
    ) -> None:
        self.job = audit.job
        self.files = audit.files
        self.checks = configured(selected(audit.offered, chosen, minimum), audit.offered, parameters)
        self.scope = Scope(
            self.job.user,
            default_statuses=audit.default_statuses,
            offered=self.job._get_vars(),
            **selection,
        )
        self.scope.refuse_unclear()
        self.objects: dict[tuple[str, bool], QuerySet] = {}  # by label, and whether of any status
        self.not_asked: dict[str, str] = {}  # by id of the check
        for check in self.checks:
            if reason := check.idle() or self._out_of_reach(check, audit.needs):
                self.not_asked[check.id] = reason
        refused = [reason for reason in self.not_asked.values() if "permission" in reason]
        if refused and len(self.not_asked) == len(self.checks):
            raise AccessError(refused[0])
        self.context = Context(self.job.user)
        self._shared: tuple[int, dict[str, Any]] | None = None
        now = timezone.now()
        self.waivers = Waivers(waivers.load(upload, _REPOSITORY), timezone.localdate(now))
        self.summary = Summary(
            job=self.job.class_path,
            title=self.job.name,
            user=str(self.job.user),
            scope=self.scope.describe(),
            base_url=base_url(),
            run_url=self.job.job_result.get_absolute_url(),
            started=now,
            score=score.Score(self.context.location_names),
        )

    def _out_of_reach(self, check: Check, needs: tuple[str, ...] | None) -> str:
        """Why the check cannot be asked about this scope by this user; "" if it can."""
        if _which(check) in self.objects:
            return ""
        try:
            apps.get_model(check.model)
        except LookupError:
            return f"This Nautobot has no model {check.model}."
        try:
            self.objects[_which(check)] = self.scope.of(check.model, any_status=check.any_status)
        except AccessError as refusal:
            if needs is None or check.model in needs:
                raise
            return str(refusal)
        return ""

    def share(self, helpers: int, inputs: dict[str, Any]) -> None:
        """Let helpers take over checks; they get these inputs, and the checks."""
        self._shared = helpers, inputs | {"checks": [check.id for check in self.checks]}

    def in_order(self) -> list[Check]:
        """The checks that can be asked, in the order in which they are."""
        return sorted((check for check in self.checks if check.id not in self.not_asked), key=_rank)

    def ask(self, check: Check) -> Iterator[Finding]:
        """What one check finds."""
        return check.find(self.objects.get(_which(check), QuerySet()), self.context)

    def find(
        self,
        folder: Path,
        stack: ExitStack,
        compare_with: JobResult | None,
        formats: Sequence[str],
        log_limit: int,
    ) -> dict[str, Path]:
        """Ask the checks; returns the files by the names under which users get them."""
        earlier = None
        if self.files:
            earlier, self.summary.course = history.choose(self.job, self.scope.key, compare_with)
        past = history.History(folder / "earlier.sqlite", earlier, self.summary.started.isoformat())
        stack.callback(past.close)
        if earlier is not None:
            self.summary.compared, self.summary.compared_url = earlier.date_done, earlier.get_absolute_url()
        kinds: dict[str, Callable[[Path, Summary], Sink]] = {
            "report.html": ReportSink,
            "findings.csv": CsvSink,
            "findings.json": JsonSink,
        }
        if not self.files:
            kinds = {"findings.json": JsonSink}  # what is recorded is read from it
        kinds |= {name: kind for name, kind, _ in (FORMATS[wanted] for wanted in formats)}
        paths = {name: folder / name for name in kinds}
        sinks = {name: kind(paths[name], self.summary) for name, kind in kinds.items()}
        self._count_objects()
        with ExitStack() as finishing:
            for sink in sinks.values():
                finishing.callback(sink.finish)
            finishing.enter_context(whole_results())
            asked = None
            if self._shared:
                asked = finishing.enter_context(
                    fan_out.shared(self.job, *self._shared, self.in_order(), self.ask, folder)
                )
            self._ask([*sinks.values(), LogSink(self.job, log_limit)], past, asked)
            if earlier is not None:
                self._note_fixed(past, sinks)
        return paths

    def _count_objects(self) -> None:
        self._places = {which: score.census(objects, which[0]) for which, objects in self.objects.items()}
        labels = sorted({label for label, _ in self._places})
        # Those of any status include the others.
        self.summary.objects = sum(
            max(self._places.get((label, any_status), Counter()).total() for any_status in (True, False))
            for label in labels
        )
        if len(labels) == 1:
            self.summary.noun = str(apps.get_model(labels[0])._meta.verbose_name_plural)
        if not self.summary.objects:
            self.job.logger.warning(
                "The selection contains no %s that you may view: %s.",
                self.summary.noun,
                self.summary.scope,
                extra={"grouping": "scope"},
            )

    def _ask(self, sinks: Sequence[Sink], past: history.History, shared: fan_out.Asked | None) -> None:
        expired = [waiver for waiver in self.waivers.expired if set(waiver.checks) & {each.id for each in self.checks}]
        extra: list[Check] = [ExpiredWaiver(expired)] if expired else []
        for check in sorted([*self.checks, *extra], key=_rank):
            result = CheckResult(check, not_asked=self.not_asked.get(check.id))
            self.summary.results.append(result)
            if result.not_asked:
                continue
            started = time.perf_counter()
            source = shared.find if shared and check.id != ExpiredWaiver.id else self.ask
            try:
                bad = self._take(check, source(check), result, sinks, past)
            except SoftTimeLimitExceeded:
                raise
            except fan_out.CheckError as error:
                result.error = str(error)
            except Exception as error:  # one broken check must not cost the findings of all others
                result.error = f"{type(error).__name__}: {error}"
                self.job.logger.exception("The check could not finish.", extra={"grouping": check.id})
            else:
                if check.id != ExpiredWaiver.id:
                    self.summary.score.ask(check, self._places[_which(check)], bad)
            result.seconds = time.perf_counter() - started
            if shared:
                result.seconds = shared.seconds.get(check.id, result.seconds)

    def _take(
        self,
        check: Check,
        found: Iterator[Finding],
        result: CheckResult,
        sinks: Sequence[Sink],
        past: history.History,
    ) -> Counter[tuple[str, str]]:
        """Take what a check finds to the sinks; returns how many objects it is about, by location and role."""
        last, bad = "", Counter[tuple[str, str]]()
        for finding in found:
            first_seen, new = past.stand(finding.fingerprint, check.id)
            waiver = self.waivers.of(finding)
            standing = (
                Standing(first_seen, new, waiver.owner, waiver.reason, waiver.expires.isoformat())
                if waiver
                else Standing(first_seen, new)
            )
            self.summary.add(finding, result, standing)
            # An object's findings come one after another.
            if not waiver and finding.pk != last:
                bad[finding.location, finding.role] += 1
                last = finding.pk
            for sink in sinks:
                sink.add(finding, check, standing)
        return bad

    def _note_fixed(self, past: history.History, sinks: Mapping[str, Sink]) -> None:
        finished = {result.check.id for result in self.summary.asked if not result.error}
        for record in past.fixed(finished):
            self.summary.fixed += 1
            for sink in sinks.values():
                if isinstance(sink, (JsonSink, ReportSink)):
                    sink.fix(record)

    def record(self, findings: Path) -> None:
        """Write Nautobot's records of data compliance."""
        finished = [
            result.check for result in self.summary.asked if not result.error and result.check.id != ExpiredWaiver.id
        ]
        try:
            with findings.open("rb") as lines:
                written, removed = compliance.record(self.job.user, self.scope, finished, read_findings(lines))
        except RefusalError as refusal:  # what was found is attached already
            self.job.fail("%s", refusal, extra={"grouping": "compliance"})
            return
        self.job.logger.info(
            "Data compliance: %d records written, %d removed.", written, removed, extra={"grouping": "compliance"}
        )

    def log_summary(self, log_limit: int) -> None:
        """Log counts, and what is worth to be known about checks and waivers."""
        summary = self.summary
        log = self.job.logger.info if summary.findings else self.job.logger.success
        lines = [f"{len(summary.asked)} checks of {summary.objects} {summary.noun}: {summary.in_words()}."]
        if summary.findings > log_limit:
            lines[0] += f" {summary.findings - log_limit} of them are not logged; the attached files have all."
        if summary.compared:
            lines[0] += (
                f" Since the run of {summary.compared:%Y-%m-%d %H:%M}: {summary.new} new, {summary.fixed} fixed."
            )
        if summary.score.total is not None:
            lines[0] += f" Score: {summary.score.total:g} of 100."
        found = [result for result in summary.results if result.findings]
        if found:
            lines += ["", "| Check | Severity | Findings |", "|---|---|---|"]
            lines += [
                f"| {result.check.id} {result.check.title} | {result.check.severity.label} | {result.findings} |"
                for result in found
            ]
        log("%s", "\n".join(lines), extra={"grouping": "summary"})
        for reason in sorted({reason for reason in self.not_asked.values() if "permission" in reason}):
            self.job.logger.warning("Checks left out: %s", reason, extra={"grouping": "scope"})
        if unused := self.waivers.unused(result.check.id for result in summary.asked):
            self.job.logger.info(
                "%d waivers of these checks waive nothing: what they were for is fixed, or they fit no object.",
                unused,
                extra={"grouping": "waivers"},
            )

    def judge(self, fail_at: str) -> None:
        """Fail the Job where there is reason to."""
        broken = [result for result in self.summary.results if result.error]
        if broken:
            self.job.fail(
                "%d checks could not finish: %s.",
                len(broken),
                "; ".join(f"{result.check.id} ({result.error})" for result in broken),
                extra={"grouping": "summary"},
            )
        if fail_at != NEVER and (reached := self.summary.reaching(Severity.from_label(fail_at))):
            self.job.fail("Findings of severity %s or above: %d.", fail_at, reached, extra={"grouping": "summary"})

    def counts(self) -> dict[str, Any]:
        """What the Job returns."""
        summary = self.summary
        return {
            "findings": summary.findings,
            "objects": summary.objects,
            "severities": {severity.label: count for severity, count in summary.severities.items()},
            "checks": {result.check.id: result.findings for result in summary.results if result.findings},
            "new": summary.new if summary.compared else None,
            "fixed": summary.fixed if summary.compared else None,
            "waived": summary.waived,
            "score": summary.score.total,
            "scope": self.scope.key,
        }


def _rank(check: Check) -> tuple[int, str]:
    return -check.severity, check.id


def _which(check: Check) -> tuple[str, bool]:
    return check.model, check.any_status
