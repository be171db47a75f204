"""The scorecard over a large network, shared by 1, 2 and 4 worker processes: seconds, and whether the result is the same.

Builds the network once, and runs the scorecard over everything in real Celery workers: alone, then with helpers, as many as there are processes (the
run that leads is one of the workers, and one helper more takes the place of one that Celery may have set aside behind it). Run it with
`uv run invoke bench --only fan_out`. Exit code 1 if a result differs.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import scale
import worker_jobs
from nautobot_dev_tools import run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

INPUTS = {"everything": True, "fail_at": "never", "log_limit": 0}
TIMES = ("new", "fixed")  # depend on whether there was an earlier run


def main() -> None:
    """Measure, print, save; exit code 1 if a result differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    record = Record("fan_out", parser)
    options = parser.parse_args()
    with scratch_database(Project.find(ROOT)) as instance:
        scale.build(options.devices, truth=None, log=lambda line: None)
        analyze()
        worker_jobs.load(instance)
        rows = [one(instance, options.processes[0], 0)]
        rows += [one(instance, processes, processes) for processes in options.processes]
    expected = rows[0].pop("result")
    for row in rows[1:]:
        row["same"] = row.pop("result") == expected
    rows[0]["same"] = True
    table = Table("Processes", "Helpers", "Seconds", "Asked by helpers", "Findings", "The same result")
    for row in rows:
        names = ("processes", "helpers", "seconds", "by_helpers", "findings", "same")
        table.add_row(*(str(row[name]) for name in names))
    Console().print(table)
    record.save(options, {"devices": options.devices, "runs": rows})
    sys.exit(0 if all(row["same"] for row in rows) else 1)


def analyze() -> None:
    """Tell PostgreSQL what the tables are like, as it would find out by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def one(instance: Any, processes: int, helpers: int) -> dict[str, Any]:
    """One run of the scorecard."""
    from nautobot.extras.models import Job, JobResult

    JobResult.objects.all().delete()  # it would be compared with the run before
    job = Job.objects.get(job_class_name="Scorecard")
    with worker_jobs.worker(instance, processes):
        outcome = run.wait(enqueue_job(job, instance.ensure_admin(), {**INPUTS, "helpers": helpers}), timeout=3600)
    if outcome.status != "success":
        raise SystemExit(f"The run failed: {outcome.result}\n{outcome.job_result.traceback or ''}")
    result = {name: value for name, value in outcome.result.items() if name not in TIMES}
    others = JobResult.objects.exclude(pk=outcome.job_result.pk).filter(status="SUCCESS")
    return {
        "processes": processes,
        "helpers": helpers,
        "seconds": round(outcome.seconds, 1),
        "by_helpers": sum(len((each.result or {}).get("asked", [])) for each in others),
        "findings": result["findings"],
        "result": result,
    }


if __name__ == "__main__":
    main()
