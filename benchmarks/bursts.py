"""A burst of changes and a job hook: how many runs Nautobot queues, how many of them work, and how long workers are busy with all of them.

Changes devices in one request, as a bulk edit does, with the hook *Audit what was changed*. Then a worker works off the queue. What it would take if
each run worked is measured with changes of as many different users, whose changes are not handled together. Run it with
`uv run invoke bench --only bursts`.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import scale
import worker_jobs
from nautobot_dev_tools.processes import wait_until
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

MOST_SECONDS = 3600


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--alone", type=int, default=10, help="so many changes of different users")
    parser.add_argument("--processes", type=int, default=2)
    record = Record("bursts", parser)
    options = parser.parse_args()
    with scratch_database(Project.find(ROOT)) as instance:
        scale.build(options.devices, truth=None, log=lambda line: None)
        worker_jobs.load(instance)
        rows = [
            {"what": "one burst", **burst(instance, options)},
            {"what": "each for itself", **alone(instance, options)},
        ]
    table = Table(
        "What", "Changes", "Runs queued", "Runs that worked", "Seconds to queue", "Worker seconds", "Until done"
    )
    for row in rows:
        figures = (row[name] for name in ("changes", "queued", "worked", "queueing", "worker_seconds", "until_done"))
        table.add_row(row["what"], *(str(figure) for figure in figures))
    Console().print(table)
    record.save(options, rows)


def burst(instance: Any, options: argparse.Namespace) -> dict[str, Any]:
    """All devices are changed in one request."""
    from nautobot.dcim.models import Device
    from nautobot.extras.context_managers import web_request_context

    make_hook()
    started = time.perf_counter()
    devices = list(Device.objects.order_by("pk")[: options.devices])
    with web_request_context(instance.ensure_admin()):
        for device in devices:
            device.comments = "changed in a burst"
            device.save()
    return worked_off(instance, options, len(devices), time.perf_counter() - started)


def alone(instance: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Each device is changed by another user."""
    from django.contrib.auth import get_user_model
    from nautobot.dcim.models import Device
    from nautobot.extras.context_managers import web_request_context
    from nautobot.extras.models import JobResult

    JobResult.objects.all().delete()
    started = time.perf_counter()
    for number, device in enumerate(Device.objects.order_by("pk")[: options.alone]):
        with web_request_context(get_user_model().objects.create_superuser(f"user-{number}")):
            device.comments = "changed by somebody"
            device.save()
    return worked_off(instance, options, options.alone, time.perf_counter() - started)


def make_hook() -> None:
    """The hook on devices."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device
    from nautobot.extras.models import Job, JobHook

    hook = JobHook(name="Audit", job=Job.objects.get(job_class_name="AuditChanged"), type_update=True)
    hook.validated_save()
    hook.content_types.set([ContentType.objects.get_for_model(Device)])


def worked_off(instance: Any, options: argparse.Namespace, changes: int, queueing: float) -> dict[str, Any]:
    """Start a worker, and wait until nothing is left."""
    from nautobot.extras.models import JobLogEntry, JobResult

    queued = JobResult.objects.count()
    started = time.perf_counter()
    with worker_jobs.worker(instance, options.processes):
        wait_until(
            lambda: not JobResult.objects.filter(date_done=None).exists(),
            timeout=MOST_SECONDS,
            what="The queue",
            interval=0.5,
        )
    until_done = time.perf_counter() - started
    runs = list(JobResult.objects.values_list("status", "date_started", "date_done"))
    assert {status for status, _, _ in runs} == {"SUCCESS"}, runs
    ended = JobLogEntry.objects.filter(message__startswith="Handled already").count()
    return {
        "changes": changes,
        "processes": options.processes,
        "queued": queued,
        "worked": queued - ended,
        "queueing": round(queueing, 1),
        "worker_seconds": round(sum((done - begun).total_seconds() for _, begun, done in runs), 1),
        "until_done": round(until_done, 1),
    }


if __name__ == "__main__":
    main()
