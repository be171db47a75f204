"""The engine of audit Jobs: runs checks over a scope and takes their findings to files, report and log."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet
from django.utils import timezone
from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job

from .access import RefusalError
from .attachments import attach
from .checks import Check, Context
from .findings import Severity
from .links import base_url
from .report import ReportSink
from .scope import Scope
from .sinks import CsvSink, JsonSink, LogSink, Sink
from .summary import CheckResult, Summary

NEVER = "never"
DEFAULT_FAIL_AT = Severity.HIGH.label
DEFAULT_LOG_LIMIT = 20


class AuditMixin:
    """Variables that all audits have. They come after those of the scope: mix this in before the scope's mixin."""

    fail_at = ChoiceVar(
        label="Fail at",
        choices=[(NEVER, "Never")] + [(severity.label, severity.label.title()) for severity in reversed(Severity)],
        default=DEFAULT_FAIL_AT,
        required=False,
        description="The Job fails if there is a finding of this severity or above.",
    )
    log_limit = IntegerVar(
        label="Log lines",
        default=DEFAULT_LOG_LIMIT,
        required=False,
        description="At most so many findings, the most severe, are logged with a link to their object. The attached "
        "files have all of them.",
    )


class Audit:
    """One run of an audit.

    Args:
        job: the Job that runs.
        scope: what to look at.
        checks: the checks to run; those of the highest severity run first.
    """

    def __init__(self, job: Job, scope: Scope, checks: Sequence[Check]) -> None:
        self.job = job
        self.scope = scope
        self.checks = sorted(checks, key=lambda check: (-check.severity, check.id))

    def run(self, *, fail_at: str | None = None, log_limit: int | None = None) -> dict[str, Any]:
        """Run the checks, attach `report.html`, `findings.csv` and `findings.json`, and log a summary.

        The Job fails when the scope is refused, when a check cannot finish (the others run all the same), and when a
        finding reaches `fail_at`.

        Args:
            fail_at: label of a severity, or "never"; empty for DEFAULT_FAIL_AT.
            log_limit: most findings to log; None for DEFAULT_LOG_LIMIT.

        Returns:
            counts: `findings`, `objects`, and by label or id, without zeros, `severities` and `checks`. With a scope
            refused: `findings`, which is 0, and `refused`, the reason.
        """
        fail_at = fail_at or DEFAULT_FAIL_AT
        log_limit = DEFAULT_LOG_LIMIT if log_limit is None else log_limit
        try:
            if log_limit < 0:
                raise RefusalError(f"Log lines: {log_limit} is less than 0. Enter 0 to log no findings.")
            objects = self.scope.queryset()
        except RefusalError as refusal:
            self.job.fail("%s", refusal, extra={"grouping": "scope"})
            return {"findings": 0, "refused": str(refusal)}

        summary = self._start(objects)
        with TemporaryDirectory() as directory:
            paths = {name: Path(directory, name) for name in ("report.html", "findings.csv", "findings.json")}
            self._find(
                objects,
                summary,
                ReportSink(paths["report.html"], summary),
                CsvSink(paths["findings.csv"], summary),
                JsonSink(paths["findings.json"], summary),
                LogSink(self.job, log_limit),
            )
            self._log_summary(summary, log_limit)
            for name, path in paths.items():
                attach(self.job, path, name)
        self._judge(summary, fail_at)
        return {
            "findings": summary.findings,
            "objects": summary.objects,
            "severities": {severity.label: count for severity, count in summary.severities.items()},
            "checks": {result.check.id: result.findings for result in summary.results if result.findings},
        }

    def _start(self, objects: QuerySet) -> Summary:
        summary = Summary(
            job=self.job.class_path,
            title=self.job.name,
            user=str(self.job.user),
            scope=self.scope.describe(),
            base_url=base_url(),
            run_url=self.job.job_result.get_absolute_url(),
            started=timezone.now(),
            objects=objects.count(),
            noun=objects.model._meta.verbose_name_plural,
        )
        if not summary.objects:
            self.job.logger.warning(
                "The selection contains no %s that you may view: %s.",
                summary.noun,
                summary.scope,
                extra={"grouping": "scope"},
            )
        return summary

    def _find(self, objects: QuerySet, summary: Summary, *sinks: Sink) -> None:
        context = Context(self.job.user)
        with ExitStack() as stack:
            for sink in sinks:
                stack.callback(sink.finish)
            for check in self.checks:
                result = CheckResult(check)
                summary.results.append(result)
                started = time.perf_counter()
                try:
                    for finding in check.find(objects, context):
                        summary.add(finding, result)
                        for sink in sinks:
                            sink.add(finding, check)
                except SoftTimeLimitExceeded:
                    raise
                except Exception as error:  # one broken check must not cost the findings of all others
                    result.error = f"{type(error).__name__}: {error}"
                    self.job.logger.exception("The check could not finish.", extra={"grouping": check.id})
                result.seconds = time.perf_counter() - started

    def _log_summary(self, summary: Summary, log_limit: int) -> None:
        log = self.job.logger.info if summary.findings else self.job.logger.success
        lines = [f"{len(summary.results)} checks of {summary.objects} {summary.noun}: {summary.in_words()}."]
        if summary.findings > log_limit:
            lines[0] += f" {summary.findings - log_limit} of them are not logged; the attached files have all."
        found = [result for result in summary.results if result.findings]
        if found:
            lines += ["", "| Check | Severity | Findings |", "|---|---|---|"]
            lines += [
                f"| {result.check.id} {result.check.title} | {result.check.severity.label} | {result.findings} |"
                for result in found
            ]
        log("%s", "\n".join(lines), extra={"grouping": "summary"})

    def _judge(self, summary: Summary, fail_at: str) -> None:
        broken = [result for result in summary.results if result.error]
        if broken:
            self.job.fail(
                "%d checks could not finish: %s.",
                len(broken),
                "; ".join(f"{result.check.id} ({result.error})" for result in broken),
                extra={"grouping": "summary"},
            )
        if fail_at != NEVER and (reached := summary.reaching(Severity.from_label(fail_at))):
            self.job.fail("Findings of severity %s or above: %d.", fail_at, reached, extra={"grouping": "summary"})
