"""What changing Jobs cost, against the same changes made by bare `validated_save()` calls, and a dry run against applying.

Each case builds a network and copies it for every run, so that all runs begin with the same database. The bare calls are made in the same
process, in one transaction, under Nautobot's change logging, as a script would that does nothing but save: no plan, no permissions, no files,
no undo. What is timed of a Job is all of its run, that which Nautobot does before and after it included. Rounds of bare calls, applying and
a dry run follow each other, so that a busy machine disturbs all of them alike; ratios are medians of those within a round. The seconds of
this process's processor are recorded as well: where others work on the machine, they tell more.

Exit code 1: a Job takes more than 1.3 times as long as the bare calls, or its dry run longer than applying. Run it with
`uv run invoke bench --only changes`. To add a case, write a subclass of `Case` and name it in `CASES`.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar

from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.metrics import QueryCounter
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute
from nautobot_dev_tools.workbench import scratch_database
from record import ROOT, Record
from rich.console import Console
from rich.table import Table

# At most so many times as long as the bare calls; and a dry run as applying, with room for what a busy machine does.
BAR, DRY_BAR = 1.3, 1.05
WARM_UP = 10
BARE, APPLY, DRY = "bare", "apply", "dry run"


class Case:
    """Changes that a Job makes, and the same by bare calls.

    Args:
        size: how many objects are changed. A network that was built for more has to do for fewer.

    Attributes:
        title: what is done.
        job: class path of the Job.
    """

    title: ClassVar[str]
    job: ClassVar[str]

    def __init__(self, size: int) -> None:
        self.size = size

    def build(self) -> None:
        """Build the network that is changed, in an empty database."""
        raise NotImplementedError

    def bare(self) -> None:
        """Make the changes with `validated_save()`."""
        raise NotImplementedError

    def inputs(self) -> dict[str, Any]:
        """What the Job is given, by variable, to make the same changes."""
        raise NotImplementedError

    def count(self) -> int:
        """How many of the objects that are created or changed are in the database as they should be."""
        raise NotImplementedError


class Cables(Case):
    """Cables between pairs of switches."""

    title = "connect cables of a list"
    job = "jobs.changes.connect_cables.ConnectCables"
    ports = 50

    def build(self) -> None:
        """Pairs of switches with fifty ports each."""
        from nautobot.dcim.models import Interface
        from nautobot.extras.models import Status

        active = Status.objects.get(name="Active")
        pairs = -(-self.size // self.ports)
        Interface.objects.bulk_create(
            Interface(device=device, name=f"Ethernet1/{number}", type="1000base-t", status=active)
            for device in switches(2 * pairs)
            for number in range(1, self.ports + 1)
        )

    def rows(self) -> list[dict[str, str]]:
        """The cables, as the list has them."""
        return [
            {
                "device_a": f"sw-{number // self.ports * 2:04}",
                "port_a": f"Ethernet1/{number % self.ports + 1}",
                "device_b": f"sw-{number // self.ports * 2 + 1:04}",
                "port_b": f"Ethernet1/{number % self.ports + 1}",
                "status": "Connected",
                "type": "cat6",
                "label": f"C-{number:04}",
            }
            for number in range(self.size)
        ]

    def bare(self) -> None:
        """A cable at a time; the ports are fetched by one query."""
        from nautobot.dcim.models import Cable, Interface
        from nautobot.extras.models import Status

        connected = Status.objects.get(name="Connected")
        ports = {(port.device.name, port.name): port for port in Interface.objects.select_related("device")}
        for row in self.rows():
            a, b = (ports[row[f"device_{side}"], row[f"port_{side}"]] for side in "ab")
            cable = Cable(termination_a=a, termination_b=b, status=connected, type=row["type"], label=row["label"])
            cable.validated_save()

    def inputs(self) -> dict[str, Any]:
        """The list."""
        return {"table": upload(self.rows())}

    def count(self) -> int:
        """Cables."""
        from nautobot.dcim.models import Cable

        return int(Cable.objects.filter(label__startswith="C-", type="cat6").count())


class Addresses(Case):
    """Addresses of a prefix."""

    title = "allocate addresses of a prefix"
    job = "jobs.changes.allocate_addresses.AllocateAddresses"
    first = 10 << 24 | 1

    def build(self) -> None:
        """A prefix in a container."""
        from nautobot.extras.models import Status
        from nautobot.ipam.models import Prefix

        active = Status.objects.get(name="Active")
        for text in ("10.0.0.0/8", "10.0.0.0/16"):
            Prefix(prefix=text, status=active).validated_save()

    def bare(self) -> None:
        """The same addresses, known beforehand: nothing is looked for."""
        from ipaddress import IPv4Address

        from nautobot.extras.models import Status
        from nautobot.ipam.models import IPAddress, Namespace

        active, namespace = Status.objects.get(name="Active"), Namespace.objects.get(name="Global")
        for number in range(self.size):
            address = f"{IPv4Address(self.first + number)}/16"
            IPAddress(
                address=address, namespace=namespace, status=active, description=f"sensor {number + 1}"
            ).validated_save()

    def inputs(self) -> dict[str, Any]:
        """How many, and what for."""
        from nautobot.ipam.models import Prefix

        prefix = Prefix.objects.get(network="10.0.0.0", prefix_length=16)
        return {"prefixes": [prefix], "number": self.size, "purpose": "sensor {{ number }}"}

    def count(self) -> int:
        """Addresses."""
        from nautobot.ipam.models import IPAddress

        return int(IPAddress.objects.filter(description__startswith="sensor ", mask_length=16).count())


class Components(Case):
    """Components of 500 devices, whose type has got new templates: interfaces, and power ports and outlets."""

    title = "synchronise components of 500 devices"
    job = "jobs.changes.synchronize_components.SynchronizeComponents"
    interfaces = 3  # of each device, beside a power port and an outlet

    @property
    def devices(self) -> int:
        """How many devices get components."""
        return self.size // (self.interfaces + 2)

    def build(self) -> None:
        """Devices without components, and a type that has templates by now."""
        from nautobot.dcim.models import DeviceType, InterfaceTemplate, PowerOutletTemplate, PowerPortTemplate

        switches(self.devices)
        device_type = DeviceType.objects.get()
        for number in range(1, self.interfaces + 1):
            InterfaceTemplate(device_type=device_type, name=f"Ethernet1/{number}", type="1000base-t").validated_save()
        inlet = PowerPortTemplate(device_type=device_type, name="PSU", maximum_draw=200)
        inlet.validated_save()
        PowerOutletTemplate(device_type=device_type, name="Outlet", power_port_template=inlet).validated_save()

    def bare(self) -> None:
        """A component at a time; devices are fetched by one query."""
        from nautobot.dcim.models import Device, Interface, PowerOutlet, PowerPort
        from nautobot.extras.models import Status

        active = Status.objects.get(name="Active")
        for device in Device.objects.select_related("device_type", "location").order_by("name")[: self.devices]:
            inlet = PowerPort(device=device, name="PSU", maximum_draw=200)
            inlet.validated_save()
            PowerOutlet(device=device, name="Outlet", power_port=inlet).validated_save()
            for number in range(1, self.interfaces + 1):
                interface = Interface(device=device, name=f"Ethernet1/{number}", type="1000base-t", status=active)
                interface.validated_save()

    def inputs(self) -> dict[str, Any]:
        """Active devices: all of them, or as many as there are to be."""
        from nautobot.dcim.models import Device
        from nautobot.extras.models import Status

        others = Device.objects.filter(name__gte=f"sw-{self.devices:04}")
        others.update(status=Status.objects.get(name="Planned"))
        return {"everything": True, "statuses": [Status.objects.get(name="Active")]}

    def count(self) -> int:
        """Components."""
        from nautobot.dcim.models import Interface, PowerOutlet, PowerPort

        outlets = PowerOutlet.objects.filter(name="Outlet", power_port__name="PSU")
        return int(Interface.objects.filter(type="1000base-t").count() + PowerPort.objects.count() + outlets.count())


# Each case with how many objects it changes.
CASES: list[tuple[type[Case], int]] = [(Cables, 1000), (Components, 2500), (Addresses, 1000)]


def switches(count: int) -> list[Any]:
    """Switches `sw-0000` and so on at one site, without components."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, DeviceType, Location, LocationType, Manufacturer
    from nautobot.extras.models import Role, Status

    active = Status.objects.get(name="Active")
    kind = LocationType(name="Site")
    kind.validated_save()
    kind.content_types.add(ContentType.objects.get_for_model(Device))
    site = Location(name="AMS01", location_type=kind, status=active)
    site.validated_save()
    role = Role(name="Switch")
    role.validated_save()
    role.content_types.add(ContentType.objects.get_for_model(Device))
    maker = Manufacturer(name="Maker")
    maker.validated_save()
    device_type = DeviceType(manufacturer=maker, model="Switch")
    device_type.validated_save()
    devices = [
        Device(name=f"sw-{number:04}", device_type=device_type, role=role, location=site, status=active)
        for number in range(count)
    ]
    return list(Device.objects.bulk_create(devices))


def upload(rows: list[dict[str, str]]) -> Any:
    """Rows as an uploaded CSV file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("list.csv", text.getvalue().encode())


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    record = Record("changes", parser)
    names = [case.__name__ for case, _ in CASES]
    parser.add_argument("--case", action="append", choices=names, help="only this one; may be given several times")
    parser.add_argument("--size", type=int, help="so many objects instead of those of each case")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of bare calls, applying and dry run (default: 3)")
    options = parser.parse_args()
    if options.keep and (options.case or options.size):
        parser.error("what is kept has all cases at their own sizes: leave --case and --size out")
    results = []
    with scratch_database(Project.find(ROOT)) as instance:
        create_job_records(load_jobs(ROOT))
        with ExitStack() as stack:
            empty = copy(instance, stack, "empty")
            for kind, size in CASES:
                if not options.case or kind.__name__ in options.case:
                    restore(instance, empty)
                    size = options.size or size
                    kind(size).build()
                    built = copy(instance, stack, f"built_{kind.__name__.lower()}")
                    results.append(measure(kind, size, options.rounds, lambda built=built: restore(instance, built)))
    show(results)
    record.save(options, results)
    missed = [line for row in results for line in judge(row)]
    for line in missed:
        print(line)
    return 1 if missed else 0


def copy(instance: Any, stack: ExitStack, name: str) -> str:
    """Copy the database, until the stack is closed; returns the copy's name."""
    from django.db import connections

    postgres, target = instance.services.postgres, f"{instance.database_name}_{name}"
    connections.close_all()
    postgres.clone(instance.database_name, target)
    stack.callback(postgres.drop, target)
    return target


def restore(instance: Any, source: str) -> None:
    """Make the database what the copy is."""
    from django.db import connections

    connections.close_all()
    instance.services.postgres.clone(source, instance.database_name)


def measure(kind: type[Case], size: int, rounds: int, begin: Callable[[], Any]) -> dict[str, Any]:
    """Seconds and queries of each way."""
    seconds: dict[str, list[float]] = {BARE: [], APPLY: [], DRY: []}
    processor: dict[str, list[float]] = {BARE: [], APPLY: [], DRY: []}
    queries: dict[str, int] = {}
    # A small round first, which does not count: it fills caches and imports what is imported late.
    for number, case in enumerate([kind(min(size, WARM_UP)), *[kind(size)] * rounds]):
        for way in seconds:
            begin()
            used = time.process_time()
            elapsed, sent = bare(case) if way == BARE else run(case, dryrun=way == DRY)
            used = time.process_time() - used
            expected = 0 if way == DRY else case.size
            if case.count() != expected:
                raise SystemExit(f"{case.title}, {way}: {case.count()} of {expected} objects are as they should be.")
            print(f"{case.title}: {way}, {case.size} objects: {elapsed:.1f} s, {sent:,} queries", flush=True)
            if number:
                seconds[way].append(round(elapsed, 3))
                processor[way].append(round(used, 3))
                queries[way] = sent
    return {"case": kind.__name__, "title": kind.title, "job": kind.job, "objects": size} | {
        "seconds": seconds,
        "processor_seconds": processor,
        "queries": queries,
        "apply_to_bare": ratio(seconds[APPLY], seconds[BARE]),
        "dry_run_to_apply": ratio(seconds[DRY], seconds[APPLY]),
        "by_processor": [ratio(processor[APPLY], processor[BARE]), ratio(processor[DRY], processor[APPLY])],
    }


def ratio(these: list[float], those: list[float]) -> float:
    """The median of the ratios within a round."""
    return round(statistics.median(a / b for a, b in zip(these, those, strict=True)), 2)


def bare(case: Case) -> tuple[float, int]:
    """Seconds and queries of the bare calls."""
    from django.contrib.auth import get_user_model
    from django.db import connection, transaction
    from nautobot.apps.change_logging import web_request_context

    user, counter = get_user_model().objects.get(is_superuser=True), QueryCounter()
    started = time.perf_counter()
    with connection.execute_wrapper(counter), web_request_context(user), transaction.atomic():
        case.bare()
    return time.perf_counter() - started, counter.total


def run(case: Case, *, dryrun: bool) -> tuple[float, int]:
    """Seconds and queries of the Job."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from nautobot.extras.jobs import get_job
    from nautobot_dev_tools import inputs

    user, counter = get_user_model().objects.get(is_superuser=True), QueryCounter()
    job = get_job(case.job)
    arguments = inputs.clean(job, {**case.inputs(), "dryrun": dryrun})
    started = time.perf_counter()
    with connection.execute_wrapper(counter):
        outcome = execute(job, arguments, user)
    elapsed = time.perf_counter() - started
    if outcome.status != "SUCCESS" or outcome.result["applied"] == dryrun:
        raise SystemExit(f"{case.title}: {outcome.exception or outcome.messages()[-3:]}")
    return elapsed, counter.total - counter.log


def show(results: list[dict[str, Any]]) -> None:
    """Print the table."""
    table = Table(title="Changes by Jobs and by bare validated_save() calls", caption="Seconds: median of the rounds.")
    for name in ("Changes", "Objects"):
        table.add_column(name)
    for name in (
        "Bare, s",
        "Apply, s",
        "Dry run, s",
        "Apply / bare",
        "Dry run / apply",
        "By processor",
        "SQL an object, bare",
        "Apply",
        "Dry run",
    ):
        table.add_column(name, justify="right")
    for row in results:
        table.add_row(
            row["title"],
            f"{row['objects']:,}",
            *(f"{statistics.median(row['seconds'][way]):.1f}" for way in (BARE, APPLY, DRY)),
            f"{row['apply_to_bare']:.2f}",
            f"{row['dry_run_to_apply']:.2f}",
            " / ".join(f"{each:.2f}" for each in row["by_processor"]),
            *(f"{row['queries'][way] / row['objects']:.1f}" for way in (BARE, APPLY, DRY)),
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def judge(row: dict[str, Any]) -> list[str]:
    """What is slower than it may be."""
    missed = []
    if row["apply_to_bare"] > BAR:
        missed.append(f"{row['title']}: {row['apply_to_bare']} times the bare calls; at most {BAR}.")
    if row["dry_run_to_apply"] > DRY_BAR:
        missed.append(f"{row['title']}: a dry run takes {row['dry_run_to_apply']} times as long as applying.")
    return missed


if __name__ == "__main__":
    sys.exit(main())
