"""The change digest over 1,000, 10,000 and 100,000 entries of the change log: seconds, queries, memory.

Writes entries about 500 devices and their interfaces, in requests of a hundred, and runs the Job over all of them in this process.
Exit code 1: the number of queries grows with the log, or a run needs more than 50 MB. Run it with
`uv run invoke bench --only change_digest`. With `--write FILE` the page of the largest log is written there.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.metrics import QueryCounter, peak_memory, reset_peak
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

SIZES = (1_000, 10_000, 100_000)
DEVICES, IN_REQUEST = 500, 100
MOST_MB = 50
JOB = "jobs.automation.change_digest.ChangeDigest"


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="write the page of the largest log to this file")
    record = Record("change_digest", parser)
    options = parser.parse_args()
    project = Project.find(ROOT)
    rows: list[dict[str, Any]] = []
    with scratch_database(project):
        create_job_records(load_jobs(project.root))
        written, devices = 0, build()
        for size in SIZES:
            fill(devices, written, size)
            written = size
            row, page = measure(size)
            rows.append(row)
        if options.write:
            options.write.write_bytes(page)
    record.save(options, rows)
    show(rows)
    needed = max(row["memory_mb"] for row in rows)
    queries = {row["queries"] for row in rows[1:]}  # the first run of a process asks for content types
    return 1 if needed > MOST_MB or len(queries) > 1 else 0


def build() -> list[Any]:
    """Some places and devices."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, DeviceType, Location, LocationType, Manufacturer
    from nautobot.extras.models import Role, Status

    active, content_type = Status.objects.get(name="Active"), ContentType.objects.get_for_model(Device)
    site = LocationType.objects.create(name="Site")
    site.content_types.add(content_type)
    sites = [Location.objects.create(name=f"S{number:02}", location_type=site, status=active) for number in range(20)]
    role = Role.objects.create(name="Switch")
    role.content_types.add(content_type)
    kind = DeviceType.objects.create(manufacturer=Manufacturer.objects.create(name="Maker"), model="Switch")
    return Device.objects.bulk_create(
        Device(name=f"sw-{number:03}", device_type=kind, role=role, status=active, location=sites[number % 20])
        for number in range(DEVICES)
    )


def fill(devices: list[Any], start: int, stop: int) -> None:
    """Entries of the change log."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from nautobot.core.models.utils import serialize_object
    from nautobot.dcim.models import Device, Interface
    from nautobot.extras.models import ObjectChange

    device_type, interface_type = (ContentType.objects.get_for_model(model) for model in (Device, Interface))
    whole = [serialize_object(device) for device in devices]
    now = timezone.now()
    for first in range(start, stop, 5_000):
        entries = []
        for number in range(first, min(stop, first + 5_000)):
            place = number % DEVICES
            port = number % 3 > 0
            entries.append(
                ObjectChange(
                    user_name=f"user-{number // IN_REQUEST % 12}",
                    request_id=UUID(int=number // IN_REQUEST + 1),
                    action=("create", "update", "update", "delete")[number // IN_REQUEST % 4],
                    changed_object_type=interface_type if port else device_type,
                    changed_object_id=uuid4() if port else devices[place].pk,
                    change_context="orm",
                    object_repr=f"Ethernet{number % 48}" if port else devices[place].name,
                    object_data={**whole[place], "location": None, "device": str(devices[place].pk)}
                    if port
                    else whole[place],
                )
            )
        ObjectChange.objects.bulk_create(entries, batch_size=1_000)
        # Nautobot takes the time of writing.
        keys = [entry.pk for entry in entries]
        ObjectChange.objects.filter(pk__in=keys).update(time=now - timedelta(seconds=stop - first))


def measure(size: int) -> tuple[dict[str, Any], bytes]:
    """One run."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from nautobot.extras.jobs import get_job
    from nautobot_dev_tools import inputs

    job, counter = get_job(JOB), QueryCounter()
    user = get_user_model().objects.get(is_superuser=True)
    before, started = reset_peak() or 0, time.perf_counter()
    with connection.execute_wrapper(counter):
        run = execute(job, inputs.clean(job, {"hours": 8784}), user)
    seconds = time.perf_counter() - started
    if run.status != "SUCCESS" or run.result["entries"] != size:
        raise SystemExit(f"{size} entries: {run.exception or run.result}")
    row = {
        "entries": size,
        "seconds": round(seconds, 2),
        "queries": run.query_count,
        "memory_mb": round(((peak_memory() or 0) - before) / 2**20, 1),
        "page_kb": round(len(run.files["digest.html"]) / 1000),
    }
    return row, run.files["digest.html"]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table."""
    table = Table(title="The change digest", caption="Memory: its peak, above what the process had before.")
    for name in ("Entries", "Seconds", "SQL", "Memory, MB", "Page, kB"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            f"{row['entries']:,}", *(str(row[name]) for name in ("seconds", "queries", "memory_mb", "page_kb"))
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    sys.exit(main())
