"""The network: sites with their racks, power, devices, links and addresses, and the truth about them."""

from __future__ import annotations

import gc
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from nautobot.dcim import models as dcim
from nautobot.ipam import models as ipam
from scale_data.catalogue import Catalogue
from scale_data.installer import Work
from scale_data.plan import PER_REGION, make_plan
from scale_data.rows import Rows
from scale_data.site import build_site
from scale_data.truth import Truth

_SITES_AT_ONCE = 4


def fill(devices: int, progress: Callable[[str, int, int], Any]) -> None:
    """What the workbench calls to make a database that it keeps: the first network of this size, without its truth."""
    build_network(devices, 1, None, lambda line: None, progress)


def build_network(
    devices: int,
    seed: int,
    path: Path | None,
    log: Callable[[str], Any],
    progress: Callable[[str, int, int], Any] = lambda *_: None,
) -> dict[str, Any]:
    """See `scale.build`; `progress` is told the step, and how much of it is done of how much."""
    if dcim.Device.objects.exists() or dcim.LocationType.objects.exists():
        raise RuntimeError("The database is not empty. Scale data goes into an empty, migrated database only.")
    start = time.perf_counter()
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of live instances, none of them garbage
    try:
        truth, written = _fill(devices, seed, log, progress, start)
    finally:
        if collecting:
            gc.enable()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    seconds = round(time.perf_counter() - start, 1)
    result = {"devices": devices, "seed": seed, "build_seconds": seconds, **truth.report()}
    if path is not None:
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    log(f"{sum(written.values())} rows in {seconds} s")
    for label, count in written.most_common():
        log(f"  {count:8d}  {label}")
    return result


def _fill(
    devices: int, seed: int, log: Callable[[str], Any], progress: Callable[[str, int, int], Any], start: float
) -> tuple[Truth, Counter[str]]:
    name = f"{devices}/{seed}"
    truth, rows = Truth(), Rows(random.Random(f"{name}/keys"))
    choices = random.Random(f"{name}/choices")
    plan = make_plan(devices, choices)
    with transaction.atomic():
        catalogue = Catalogue()
        regions = _regions(len(plan), rows, catalogue)
    work = Work(rows, catalogue, truth, choices)
    for first in range(0, len(plan), _SITES_AT_ONCE):
        with transaction.atomic():
            for site in plan[first : first + _SITES_AT_ONCE]:
                build_site(work, site, *regions[site.number // PER_REGION])
            rows.flush()
        done = min(first + _SITES_AT_ONCE, len(plan))
        progress(f"Building a network of {devices:,} devices", done, len(plan))
        log(f"{done} of {len(plan)} sites, {time.perf_counter() - start:.0f} s")
    work.plant_serials()
    return truth, rows.written


def _regions(sites: int, rows: Rows, catalogue: Catalogue) -> list[tuple[Any, Any]]:
    """The regions that so many sites need, each with the container of their networks."""
    top = rows.add(ipam.Prefix, **catalogue.prefix(ip_network("10.0.0.0/8"), "container", None))
    regions = []
    for number in range(-(-sites // PER_REGION)):
        location = dcim.Location(
            id=rows.key(),
            name=f"Region {number + 1:02d}",
            location_type=catalogue.region_type,
            status=rows.status["Active"],
        )
        location.validated_save()
        container = catalogue.prefix(ip_network(f"10.{4 * number}.0.0/14"), "container", top)
        regions.append((location, rows.add(ipam.Prefix, **container)))
    return regions
