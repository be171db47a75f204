"""Retention of 100,000 job results with a log entry each, and files of one in fifty: how long the plan and the deletion take, and how much memory.

All of them are old; a tenth belongs to Jobs whose results a policy keeps. Memory is how far the peak of this process grew over what it was before
the run. Exit code 1: one of the figures is missed, or what should be left is not. Run it with `uv run invoke bench --only retention`.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import sys
import time
from datetime import timedelta
from typing import Any

from nautobot_dev_tools import metrics
from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute, registered_class
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record, against
from rich.console import Console
from rich.table import Table

RESULTS = 100_000
FILES_OF = 50  # one result in so many has a file
KEPT_OF = 10
JOB = "jobs.automation.retention.Retention"
POLICY = b"""
job_results:
  - {jobs: ["jobs.kept.*"], keep_days: forever}
  - {keep_days: 30, keep_last: 3}
log_entries:
  - {levels: [info], keep_days: 30}
orphaned_files:
  - {keep_days: 30}
"""
# name of the figure: unit, at most
TARGETS = {
    "dry run": ("s", 60.0),
    "deletion": ("s", 300.0),
    "growth of memory": ("MB", 150.0),
}


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=int, default=RESULTS, help=f"default: {RESULTS}")
    record = Record("retention", parser)
    options = parser.parse_args()
    if options.keep and options.results != RESULTS:
        parser.error(f"what is kept has {RESULTS} results: leave --results out")
    sys.path.insert(0, str(ROOT))
    with scratch_database(Project.find(ROOT)):
        from django.db import connections

        create_job_records(load_jobs(ROOT))
        # In a process of its own, so that what it frees does not hide what the Job takes.
        connections.close_all()
        builder = multiprocessing.get_context("fork").Process(target=build, args=(options.results,))
        builder.start()
        builder.join()
        before = metrics.reset_peak() or 0
        figures, dry = {}, run(dryrun=True)
        figures["dry run"] = dry["seconds"]
        real = run(dryrun=False)
        figures["deletion"] = real["seconds"]
        figures["growth of memory"] = ((metrics.peak_memory() or 0) - before) / 1e6
        complete = check(options.results, dry, real)
    results = against(TARGETS, figures)
    measured = {
        "results": options.results,
        "deleted": real["result"]["deleted"],
        "bytes": dry["result"]["bytes"],
        "queries": {"dry run": dry["queries"], "deletion": real["queries"]},
        "figures": results,
    }
    record.save(options, measured)
    table = Table("Figure", "Measured", "At most", title=f"Retention of {options.results} job results")
    for row in results:
        table.add_row(row["figure"], f"{row['measured']:g} {row['unit']}", f"{row['most']:g} {row['unit']}")
    Console().print(table)
    missed = [row["figure"] for row in results if row["measured"] > row["most"]]
    return 1 if missed or not complete else 0


def build(number: int) -> None:
    """Results, log entries and files, past their models."""
    from django.utils import timezone
    from nautobot.extras.models import FileAttachment, FileProxy, JobLogEntry, JobResult

    now = timezone.now()
    for start in range(0, number, 5000):
        numbers = range(start, min(start + 5000, number))
        results = JobResult.objects.bulk_create(
            JobResult(
                name="run",
                task_name=f"jobs.{'kept' if index % KEPT_OF == 0 else 'audits'}.job_{index % 40}.Job",
                status="FAILURE" if index % 7 == 0 else "SUCCESS",
                result={"findings": index},
                date_done=now,
            )
            for index in numbers
        )
        JobLogEntry.objects.bulk_create(
            JobLogEntry(job_result=result, message="A message of a usual length, with a name or two in it. " * 2)
            for result in results
        )
        with_files = results[1::FILES_OF]  # none of those that are kept
        names = [f"extras.FileAttachment/bytes/filename/mimetype/{result.pk}.html" for result in with_files]
        FileAttachment.objects.bulk_create(
            FileAttachment(filename=name, bytes=b"x" * 20_000, mimetype="text/html") for name in names
        )
        FileProxy.objects.bulk_create(
            FileProxy(name="report.html", file=name, job_result=result)
            for name, result in zip(names, with_files, strict=True)
        )
    # These are set when rows are made.
    JobResult.objects.update(date_created=now - timedelta(days=40))
    JobLogEntry.objects.update(created=now - timedelta(days=40))
    FileProxy.objects.update(uploaded_at=now - timedelta(days=40))


def run(*, dryrun: bool) -> dict[str, Any]:
    """A run of the Job, and how long it took."""
    from django.contrib.auth import get_user_model

    job = registered_class(JOB)
    upload = job._save_file_to_proxy(named(POLICY))
    arguments = {"policy": upload, "kinds": [], "days": 1, "keep_last": 0, "undo_files": False, "batch": 1000}
    started = time.perf_counter()
    outcome = execute(job, {**arguments, "dryrun": dryrun}, get_user_model().objects.get(is_superuser=True))
    if outcome.status != "SUCCESS":
        raise SystemExit(f"The Job failed: {outcome.messages()}")
    return {"seconds": time.perf_counter() - started, "result": outcome.result, "queries": outcome.query_count}


def named(content: bytes) -> Any:
    """An upload."""
    from django.core.files.base import File

    return File(io.BytesIO(content), name="policy.yml")


def check(number: int, dry: dict[str, Any], real: dict[str, Any]) -> bool:
    """Is deleted what was planned, and left what should be?"""
    from nautobot.extras.models import FileAttachment, FileProxy, JobLogEntry, JobResult

    kept = JobResult.objects.filter(task_name__startswith="jobs.kept.")
    named = set(FileProxy.objects.values_list("file", flat=True))
    return (
        dry["result"]["planned"] == real["result"]["planned"] == real["result"]["deleted"]
        and kept.count() == number // KEPT_OF
        and not JobLogEntry.objects.filter(job_result__in=kept, log_level="info").exists()
        and set(FileAttachment.objects.values_list("filename", flat=True)) == named
    )


if __name__ == "__main__":
    sys.exit(main())
