"""Each Job that talks to devices or to the DNS, over 10,000 of them that answer: seconds, queries and memory.

The devices are another process: real SSH on loopback, each on an address of its own, with four interfaces and a neighbour.
Names come from a real DNS server. Exit code 1: something does not answer. Run it with `uv run invoke bench --only fleet`; it
takes half an hour, since logging in is work for both sides.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import network
from nautobot_dev_tools.console import step
from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.metrics import peak_memory, reset_peak
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import JobRun, execute
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

OVER_SSH: dict[str, dict[str, Any]] = {
    "show_commands.RunShowCommands": {"commands": "show version\nshow interfaces"},
    "configuration_snapshot.ConfigurationSnapshot": {},
    "facts_drift.FactsDrift": {"dryrun": True},
    "neighbours.NeighboursAgainstCabling": {"dryrun": True},
    "ports.PortsInReality": {},
}
JOBS = [*OVER_SSH, "reachability.ReachabilitySweep", "dns_consistency.DnsConsistency", "zone_files.ZoneFiles"]
ZONE = "example.com"
COLUMNS = ("job", "devices", "answered", "seconds", "queries", "memory_mb")


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--job", action="append", choices=JOBS, help="only this one; may be repeated")
    record = Record("fleet", parser)
    options = parser.parse_args()
    project = Project.find(ROOT)
    command = [sys.executable, str(network.SIMULATOR), str(options.devices), "0"]
    with (
        scratch_database(project),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as simulator,
        TemporaryDirectory() as folder,
    ):
        create_job_records(load_jobs(project.root))
        with step(f"Recording {options.devices:,} devices"):
            network.build(options.devices)
            add_interfaces_and_names()
        port = int(simulator.stdout.readline())
        rows = list(measured(options, port, Path(folder) / "zones"))
        simulator.stdin.close()
    record.save(options, rows)
    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*(str(row[name]) for name in COLUMNS))
    Console().print(table)
    return int(any(row["answered"] < row["devices"] for row in rows))


def measured(options: argparse.Namespace, port: int, folder: Path) -> Iterable[dict[str, Any]]:
    """Run each Job once."""
    with chosen(port, folder, options.devices, options.at_once) as values:
        for name in options.job or JOBS:
            with step(name):
                row = measure(name, values[name], options.devices)
            yield row


@contextmanager
def chosen(port: int, folder: Path, devices: int, at_once: int) -> Iterator[dict[str, dict[str, Any]]]:
    """What each Job is given, by its name, while a name server runs.

    Args:
        port: of the simulated devices.
        folder: for the zones.
        devices: how many have names.
        at_once: how many are asked at the same time.
    """
    from name_server import serving

    over_ssh = {"everything": True, "port": port, "at_once": at_once}
    with serving(folder, zones(devices)) as resolver:
        yield {
            **{name: {**over_ssh, **values} for name, values in OVER_SSH.items()},
            "reachability.ReachabilitySweep": {"everything": True, "ports": str(port), "rate": 1000},
            "dns_consistency.DnsConsistency": {"everything": True, "resolvers": f"127.0.0.1:{resolver}"},
            "zone_files.ZoneFiles": {"everything": True, "domains": ZONE, "servers": f"ns1.{ZONE}"},
        }


def run(name: str, values: dict[str, Any]) -> JobRun:
    """Run one Job in this process.

    Raises:
        SystemExit: it failed unexpectedly, or refused.
    """
    from django.contrib.auth import get_user_model
    from nautobot.extras.jobs import get_job
    from nautobot_dev_tools import inputs

    job = get_job(f"jobs.network.{name}")
    found = execute(job, inputs.clean(job, values), get_user_model().objects.get(is_superuser=True))
    if found.exception or "refused" in found.result:
        raise SystemExit(found.exception or found.result["refused"])
    return found


def measure(name: str, values: dict[str, Any], devices: int) -> dict[str, Any]:
    """One run of the whole Job, in this process."""
    before, started = reset_peak() or 0, time.perf_counter()
    found = run(name, values)
    seconds = time.perf_counter() - started
    answered = next(found.result[each] for each in ("answered", "answer", "asked", "records") if each in found.result)
    return {
        "job": f"network.{name}",
        "devices": devices,
        "answered": answered,
        "seconds": round(seconds, 1),
        "queries": found.query_count,
        "memory_mb": round(((peak_memory() or 0) - before) / 2**20, 1),
    }


def add_interfaces_and_names() -> None:
    """Give each device the interfaces that it tells of, and its address a name."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Interface
    from nautobot.extras.models import Status
    from nautobot.ipam.models import IPAddress, IPAddressToInterface
    from simulated_devices import PORTS

    active = Status.objects.get(name="Active")
    active.content_types.add(ContentType.objects.get_for_model(Interface))
    devices = list(Device.objects.order_by("pk"))
    interfaces = Interface.objects.bulk_create(
        [
            Interface(device=device, name=name, type="1000base-t", status=active)
            for device in devices
            for name in ("Management", *PORTS)
        ],
        batch_size=5000,
    )
    IPAddressToInterface.objects.bulk_create(
        [
            IPAddressToInterface(ip_address_id=device.primary_ip4_id, interface=interface)
            for device, interface in zip(devices, interfaces[:: len(PORTS) + 1], strict=True)
        ],
        batch_size=5000,
    )
    for device in devices:
        IPAddress.objects.filter(pk=device.primary_ip4_id).update(dns_name=f"{device.name}.{ZONE}")


def zones(number: int) -> dict[str, str]:
    """Forward and reverse zones of the devices."""
    from simulated_devices import addresses

    hosts = list(enumerate(addresses(number)))
    forward = "\n".join(f"sw{index} A {address}" for index, address in hosts)
    pointer = ("{3}.{2}.{1} PTR".format(*address.split(".")) + f" sw{index}.{ZONE}." for index, address in hosts)
    return {ZONE: forward, "127.in-addr.arpa": "\n".join(pointer)}


if __name__ == "__main__":
    sys.exit(main())
