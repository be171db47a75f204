"""Run show commands over 200 simulated devices, each of which takes half a second to answer, 50 at once: seconds and memory.

The devices are another process: real SSH on loopback. Exit code 1: it takes longer than ten seconds, or a device does not answer.
Run it with `uv run invoke bench --only network`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from typing import Any

from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.metrics import peak_memory, reset_peak
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

MOST_SECONDS = 10
JOB = "jobs.network.show_commands.RunShowCommands"
SIMULATOR = ROOT / "tests" / "network" / "simulated_devices.py"
sys.path.insert(0, str(SIMULATOR.parent))


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0.5, help="seconds before each answer to a show command")
    record = Record("network", parser)
    options = parser.parse_args()
    project = Project.find(ROOT)
    command = [sys.executable, str(SIMULATOR), str(options.devices), str(options.latency)]
    with (
        scratch_database(project),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as simulator,
    ):
        create_job_records(load_jobs(project.root))
        build(options.devices)
        port = int(simulator.stdout.readline())
        rows = [measure(port, options, run) for run in ("first of a process", "second")]
        simulator.stdin.close()
    record.save(options, rows)
    table = Table("Run", "Devices", "At once", "Answered", "Seconds", "MB at the peak")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("run", "devices", "at_once", "answered", "seconds", "memory_mb")))
    Console().print(table)
    return int(any(row["seconds"] > MOST_SECONDS or row["answered"] < row["devices"] for row in rows))


def build(number: int) -> None:
    """Records of the devices."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, DeviceType, Location, LocationType, Manufacturer, Platform
    from nautobot.extras.models import Role, Secret, SecretsGroup, SecretsGroupAssociation, Status
    from nautobot.ipam.models import IPAddress, Namespace, Prefix
    from simulated_devices import PASSWORD, addresses

    active, content_type = Status.objects.get(name="Active"), ContentType.objects.get_for_model(Device)
    group = SecretsGroup.objects.create(name="Devices")
    for kind, value in (("username", "robot"), ("password", PASSWORD)):
        os.environ[f"BENCH_{kind}"] = value
        secret = Secret.objects.create(
            name=kind, provider="environment-variable", parameters={"variable": f"BENCH_{kind}"}
        )
        SecretsGroupAssociation.objects.create(secrets_group=group, secret=secret, access_type="SSH", secret_type=kind)
    site_type = LocationType.objects.create(name="Site")
    site_type.content_types.add(content_type)
    site = Location.objects.create(name="AMS01", location_type=site_type, status=active)
    role = Role.objects.create(name="Switch")
    role.content_types.add(content_type)
    kind = DeviceType.objects.create(manufacturer=Manufacturer.objects.create(name="Maker"), model="Switch")
    platform = Platform.objects.create(name="IOS", network_driver="cisco_ios")
    namespace = Namespace.objects.get(name="Global")
    parent = Prefix(prefix="127.0.0.0/8", namespace=namespace, status=active)
    parent.validated_save()
    ips = [
        IPAddress(address=f"{address}/32", parent=parent, status=active, type="host") for address in addresses(number)
    ]
    IPAddress.objects.bulk_create(ips, batch_size=5000)
    Device.objects.bulk_create(
        [
            Device(
                name=f"sw{index}",
                device_type=kind,
                role=role,
                status=active,
                location=site,
                platform=platform,
                secrets_group=group,
                primary_ip4=ip,
            )
            for index, ip in enumerate(ips)
        ],
        batch_size=5000,
    )


def measure(port: int, options: argparse.Namespace, name: str) -> dict[str, Any]:
    """One run of the whole Job, in this process."""
    from django.contrib.auth import get_user_model
    from nautobot.extras.jobs import get_job
    from nautobot_dev_tools import inputs

    job = get_job(JOB)
    values = {"everything": True, "commands": "show version", "port": port, "at_once": options.at_once}
    before, started = reset_peak() or 0, time.perf_counter()
    run = execute(job, inputs.clean(job, values), get_user_model().objects.get(is_superuser=True))
    seconds = time.perf_counter() - started
    if run.exception:
        raise SystemExit(run.exception)
    return {
        "run": name,
        "devices": run.result["devices"],
        "at_once": options.at_once,
        "answered": run.result["answered"],
        "seconds": round(seconds, 2),
        "memory_mb": round(((peak_memory() or 0) - before) / 2**20, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
