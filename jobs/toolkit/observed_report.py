"""Findings that come from outside of the database, as audits report theirs: CSV, JSON, HTML, a log; compared with the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils import timezone
from nautobot.apps.jobs import ChoiceVar, Job

from . import history
from .attachments import attach
from .checks import Check, Context
from .findings import Finding, Severity, Standing
from .links import base_url, object_path
from .report import ReportSink
from .scope import Scope
from .score import Score
from .selection import NEVER
from .sinks import CsvSink, JsonSink, LogSink, Sink
from .summary import CheckResult, Summary

_DEVICE = "dcim.device"
_LOG_LIMIT = 20

FAIL_AT = ChoiceVar(
    label="Fail at",
    choices=[(NEVER, "Never"), *((severity.label, severity.label.title()) for severity in Severity)],
    default=NEVER,
    required=False,
    description="The Job fails if there is a finding of this severity or above.",
)


def rule(id: str, title: str, severity: Severity, description: str, remedy: str, model: str = _DEVICE) -> type[Check]:
    """A check whose findings come from devices or from the DNS, not from the database."""
    values = {
        "id": id,
        "title": title,
        "severity": severity,
        "model": model,
        "description": description,
        "remedy": remedy,
        "since": "0.1.0",
        "bad": "",
        "good": "",
    }
    return type(title, (Check,), values)


def finding(
    check: type[Check], device: Any, context: Context, message: str, *, key: str = "", **details: str | None
) -> Finding:
    """The finding of a rule about a device, whose role and location are loaded; `key` is the name of an interface, say."""
    return Finding(
        check=check.id,
        severity=check.severity,
        model=_DEVICE,
        pk=str(device.pk),
        display=str(device),
        url=object_path(_DEVICE, device.pk),
        location=context.location_names.get(device.location_id, ""),
        role=device.role.name if device.role else "",
        message=message,
        details={label.replace("_", " "): text for label, text in details.items() if text},
        key=key,
    )


def report(
    job: Job,
    scope: Scope,
    rules: Sequence[type[Check]],
    findings: Iterable[Finding],
    answered: set[str],
    folder: Path,
    *,
    noun: str = "devices that answered",
) -> dict[str, Any]:
    """Attach the files, log the first findings; returns counts for the result of the Job.

    Args:
        job: the Job that runs.
        scope: what it looks at.
        rules: all of them.
        findings: what was found.
        answered: primary keys of the objects that could be looked at: what is known of others is not fixed.
        folder: for the files.
        noun: what these are.
    """
    context = Context(job.user)
    by_check: dict[str, list[Finding]] = {check.id: [] for check in rules}
    for each in findings:
        by_check[each.check].append(each)
    summary = Summary(
        job=job.class_path,
        title=job.name,
        user=str(job.user),
        scope=scope.describe(),
        base_url=base_url(),
        run_url=job.job_result.get_absolute_url(),
        started=timezone.now(),
        score=Score(context.location_names),
        objects=len(answered),
        noun=noun,
    )
    earlier, summary.course = history.choose(job, scope.key, None)
    if earlier is not None:
        summary.compared, summary.compared_url = earlier.date_done, earlier.get_absolute_url()
    kinds: dict[str, Callable[[Path, Summary], Sink]] = {
        "report.html": ReportSink,
        "findings.csv": CsvSink,
        "findings.json": JsonSink,
    }
    sinks: dict[str, Sink] = {name: kind(folder / name, summary) for name, kind in kinds.items()}
    log = LogSink(job, _LOG_LIMIT)
    with closing(history.History(folder / "earlier.sqlite", earlier, summary.started.isoformat())) as past:
        for check in sorted(rules, key=lambda each: (-each.severity, each.id)):
            result = CheckResult(check())
            summary.results.append(result)
            for each in by_check[check.id]:
                first_seen, new = past.stand(each.fingerprint, check.id)
                standing = Standing(first_seen, new)
                summary.add(each, result, standing)
                for sink in (*sinks.values(), log):
                    sink.add(each, result.check, standing)
        for record in past.fixed(set(by_check)) if earlier is not None else ():
            if record["pk"] in answered:
                summary.fixed += 1
                for sink in sinks.values():
                    if isinstance(sink, (JsonSink, ReportSink)):
                        sink.fix(record)
    for sink in sinks.values():
        sink.finish()
    for name in kinds:
        attach(job, folder / name, name)
    return _counts(summary)


def judge(job: Job, counts: Mapping[str, Any], fail_at: str | None) -> None:
    """Let the Job fail where findings are a reason to."""
    if not fail_at or fail_at == NEVER:
        return
    wanted = Severity.from_label(fail_at)
    reached = sum(count for label, count in counts["severities"].items() if Severity.from_label(label) >= wanted)
    if reached:
        job.fail("Findings of severity %s or above: %d.", fail_at, reached, extra={"grouping": "summary"})


def _counts(summary: Summary) -> dict[str, Any]:
    found = Counter({result.check.id: result.findings for result in summary.results if result.findings})
    return {
        "findings": summary.findings,
        "severities": {severity.label: count for severity, count in summary.severities.items()},
        "checks": dict(found),
        "new": summary.new if summary.compared else None,
        "fixed": summary.fixed if summary.compared else None,
    }
