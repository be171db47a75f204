"""Plans that look like real ones, of any length, made without a database."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

SITES = ("ams01", "fra01", "lon01", "nyc02", "sin01")


def new_outcome(
    *, request: str = "Locations: EMEA. Roles: Access switch.", user: str = "noc", dryrun: bool = True, name: str = ""
) -> Any:
    """An outcome without changes, as an engine run begins."""
    from jobs.toolkit.plan import Plan
    from jobs.toolkit.plan_files import Outcome

    job = SimpleNamespace(
        class_path="jobs.changes.sample.Sample",
        name=name or "Sample change",
        user=user,
        job_result=SimpleNamespace(get_absolute_url=lambda: "/extras/job-results/1/"),
    )
    outcome = Outcome(job, request, datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc), dryrun)
    outcome.base_url = "https://nautobot.example.com"
    outcome.plan = Plan(None)
    return outcome


def settle(outcome: Any, names: dict[tuple[str, Any], str]) -> Any:
    """The outcome of the plan that was filled, with names of objects by model and primary key."""
    outcome.names._names.update(names)
    outcome.take(outcome.plan, [])
    return outcome


def run(changes: int, **options: Any) -> Any:
    """An outcome of so many changes: descriptions of interfaces, new devices, renamed devices, cables that go."""
    from nautobot.dcim.models import Cable, Device, Interface

    outcome = new_outcome(**options)
    plan, names = outcome.plan, {}
    for number in range(changes):
        site, rack = SITES[number % len(SITES)], number // 48 % 40
        name = f"{site}-acc-{rack:02}"
        with plan.row(f"Row {number // 2 + 2}"):
            if number % 10 < 6:
                port = Interface(name=f"GigabitEthernet1/0/{number % 48}", description=f"{name} port {number % 48}")
                plan.update(port, description=f"{name} uplink {number % 48}", mtu=9000, reason="far end")
                names["dcim.interface", port.pk] = f"{name} {port.name}"
            elif number % 10 < 8:
                device = Device(
                    name=f"{name}-{number}",
                    serial=f"FDO{number:08}",
                    asset_tag=f"A-{number:06}",
                    comments="Of the list.",
                )
                plan.create(device, reason="new in the list", verb="install")
                names["dcim.device", device.pk] = device.name
            elif number % 10 == 8:
                device = Device(name=f"{name}-{number}", serial=f"FDO{number:08}")
                plan.update(device, name=f"{name}-{number}.example.com", reason=f"scheme of {site}", verb="rename")
                names["dcim.device", device.pk] = device.name
            else:
                cable = Cable(label=f"C-{number:05}", length=3, length_unit="m")
                plan.delete(cable, reason="no longer patched", verb="disconnect")
                names["dcim.cable", cable.pk] = f"{name} GigabitEthernet1/0/{number % 48} – patch {number % 24}"
    outcome.along.update({"dcim.interface": changes // 20})
    plan.keep(changes // 3)
    return settle(outcome, names)
