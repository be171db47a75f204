"""The Connection audit against the `DeviceConnectionsReport` of Nautobot's guide: same network, same process, one after the other.

Builds a large network with planted defects, runs both Jobs as a worker would, and compares queries, seconds, and how many of the planted
defects each finds, and how much else. The guide's Job is taken out of the documentation in the installed Nautobot; it is not part of this
repository. Run it with `uv run invoke bench --only connection_audit`.

A network is a Python file with `build(devices=, seed=, truth=)`, which fills an empty database and returns, and writes to the file `truth`,
`{"defects": {name: {"keys": [primary keys of devices]}}}`. SUBJECTS has the names that count; a network need not have all of them.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from record import ROOT, Record
from rich.console import Console
from rich.table import Table


class Subject(NamedTuple):
    """What both Jobs, or ours alone, look for."""

    planted: tuple[str, ...]  # names of defects in the truth
    checks: frozenset[str]  # ids of our checks
    group: str = ""  # grouping of the guide's Job in the log, "" if it does not look for this


SUBJECTS = {
    "console": Subject(("device_no_console_connection",), frozenset({"DCIM-CONSOLE-001"}), "test_console_connection"),
    "power": Subject(
        ("device_lt2_connected_power", "device_supply_not_connected"),
        frozenset({"DCIM-POWER-001", "DCIM-POWER-002"}),
        "test_power_connections",
    ),
    "one PDU": Subject(("device_supplies_one_pdu",), frozenset({"DCIM-POWER-003"})),
    "one panel": Subject(("device_supplies_one_panel",), frozenset({"DCIM-POWER-004"})),
}
OURS, GUIDES = "Connection audit", "DeviceConnectionsReport"
# Figures to reach. What is compared with the guide's Job counts at 10,000 devices or more: it has a fixed part.
MOST_QUERIES, FEWER_QUERIES, FASTER, LARGE = 20, 1000, 30, 10_000


def main() -> None:
    """Measure, print, save; exit code 1 if a figure is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--run",
        action="append",
        metavar="DEVICES:SEED",
        help="a network to build and compare on; may be given several times (default: 10000:1 and 1000:2)",
    )
    parser.add_argument("--network", type=Path, default=ROOT / "benchmarks" / "scale.py", help="what builds it")
    parser.add_argument("--database", help="take this database instead, which is filled already; needs --truth")
    parser.add_argument("--truth", type=Path, help="the file that build() wrote when it filled --database")
    record = Record("connection_audit", parser)
    options = parser.parse_args()
    if bool(options.database) != bool(options.truth):
        parser.error("--database and --truth go together")
    runs = options.run or (["0:0"] if options.database else ["10000:1", "1000:2"])
    # A process can be the Nautobot of one database only.
    results = [compare(options, *map(int, runs[0].split(":")))] if len(runs) == 1 else list(separately(runs))
    show(results)
    record.save(options, results)
    sys.exit(0 if all(figure["reached"] for result in results for figure in result["figures"]) else 1)


def separately(runs: list[str]) -> Iterator[dict]:
    """Do each run in a process of its own."""
    for run in runs:
        Console(stderr=True).print(f"{run} (devices:seed): building the network, then both Jobs …")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "result.json")
            others = [argument for argument in sys.argv[1:] if argument not in ("--run", "--keep", *runs)]
            command = [sys.executable, __file__, *others, "--run", run, "--json", str(path)]
            code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode
            if not path.exists():
                raise SystemExit(f"The run {run} ended with exit code {code} and no result.")
            yield from json.loads(path.read_text())["results"]


def compare(options: argparse.Namespace, devices: int, seed: int) -> dict:
    """Both Jobs on one network."""
    with ExitStack() as stack:
        truth = stack.enter_context(network(options, devices, seed))
        from django.conf import settings
        from nautobot.dcim.models import Device

        settings.JOBS_ROOT = ""  # Nautobot forgets classes that are registered but not in there
        wanted = planted(truth["defects"])
        sys.path.insert(0, str(ROOT))
        from jobs.audits.connections import ConnectionAudit

        result = {
            "devices": devices or truth.get("devices", 0),
            "seed": seed or truth.get("seed", 0),
            "all_devices": Device.objects.count(),
            "jobs": [
                {
                    "job": OURS,
                    **median(measure(ConnectionAudit, {"everything": True}, our_findings, wanted) for _ in range(3)),
                },
                {"job": GUIDES, **measure(guides_job(), {}, guides_findings, wanted)},
            ],
        }
    result["figures"] = figures(result)
    return result


def planted(defects: dict) -> dict[str, set[str]]:
    """Primary keys by subject, for those that the network has."""
    return {
        name: set().union(*(defects[defect]["keys"] for defect in subject.planted if defect in defects))
        for name, subject in SUBJECTS.items()
        if any(defect in defects for defect in subject.planted)
    }


@contextmanager
def network(options: argparse.Namespace, devices: int, seed: int) -> Iterator[dict]:
    """Make this process the Nautobot of a database with the network in it; yields what is planted there."""
    from nautobot_dev_tools.project import Project

    project = Project.find(ROOT)
    if options.database:
        from nautobot_dev_tools.instance import Instance
        from nautobot_dev_tools.services import Services

        with Services(project).running() as services:
            Instance(services, "bench", database=options.database).setup()
            yield json.loads(options.truth.read_text())
        return
    from nautobot_dev_tools.workbench import scratch_database

    with scratch_database(project), tempfile.TemporaryDirectory() as folder:
        spec = importlib.util.spec_from_file_location("benchmark_network", options.network)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        truth = module.build(devices=devices, seed=seed, truth=str(Path(folder, "truth.json")))
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield truth


class _Code(HTMLParser):
    """The texts of the code blocks of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Begin a block."""
        if tag == "code":
            self.blocks.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._inside = self._inside and tag != "code"

    def handle_data(self, data: str) -> None:
        """Add to the block."""
        if self._inside:
            self.blocks[-1] += data


def guides_job() -> type:
    """The guide's Job, out of the documentation that lies in the installed Nautobot."""
    import nautobot

    pages = Path(nautobot.__file__).parent / "project-static" / "docs" / "development" / "jobs"
    for page in sorted(pages.glob("*.html")):
        parser = _Code()
        parser.feed(page.read_text(encoding="utf-8"))
        for block in parser.blocks:
            if f"class {GUIDES}(" in block:
                module = types.ModuleType("guides_job")
                sys.modules[module.__name__] = module
                exec(compile(block, str(page), "exec"), vars(module))  # noqa: S102  documentation of the installed package
                return getattr(module, GUIDES)
    raise SystemExit(f"The documentation of Nautobot in {pages} has no {GUIDES} any more.")


class Counter:
    """Counts the queries of a connection, those for log entries and attached files apart."""

    FILES = ("extras_fileproxy", "extras_fileattachment", "constance", "SAVEPOINT")

    def __init__(self) -> None:
        self.total = self.log = self.files = 0

    def __call__(self, execute, sql, params, many, context):
        """Count one and pass it on."""
        self.total += 1
        if "INSERT INTO" in sql and "extras_joblogentry" in sql:
            self.log += 2  # the handler reads the JobResult first
        elif any(name in sql for name in self.FILES):
            self.files += 1
        return execute(sql, params, many, context)


def measure(job_class: type, inputs: dict, findings_of, wanted: dict[str, set[str]]) -> dict:
    """Run a Job as a worker does, and count what its `run()` costs."""
    from django.contrib.auth import get_user_model
    from django.db import connections
    from nautobot.apps.jobs import register_jobs
    from nautobot.extras.models import Job, JobQueue
    from nautobot.extras.utils import refresh_job_model_from_job_class
    from nautobot_dev_tools.compat import enqueue_job

    register_jobs(job_class)
    model, _ = refresh_job_model_from_job_class(job_model_class=Job, job_class=job_class, job_queue_class=JobQueue)
    model.enabled = True
    model.soft_time_limit, model.soft_time_limit_override = 7200, True
    model.time_limit, model.time_limit_override = 7260, True
    model.save()
    user, _ = get_user_model().objects.get_or_create(username="benchmark", defaults={"is_superuser": True})

    counter, seconds, run = Counter(), [], job_class.run

    def measured(self, *args, **kwargs):
        with ExitStack() as stack:
            for alias in ("default", "job_logs"):
                stack.enter_context(connections[alias].execute_wrapper(counter))
            started = time.perf_counter()
            try:
                return run(self, *args, **kwargs)
            finally:
                seconds.append(time.perf_counter() - started)

    with mock.patch.object(job_class, "run", measured):
        result = enqueue_job(model, user, inputs, synchronous=True)
    result.refresh_from_db()
    if result.traceback:
        raise SystemExit(f"{job_class.__name__} ended with an exception:\n{result.traceback}")
    found = findings_of(result)
    return {
        "queries": counter.total,
        "own_queries": counter.total - counter.log - counter.files,
        "seconds": round(seconds[0], 3),
        "log_rows": result.job_log_entries.count(),
        "found": {
            name: {
                "devices": len(found[name]),
                "recall": share(found[name] & keys, keys),
                "precision": share(found[name] & keys, found[name]),
            }
            for name, keys in wanted.items()
            if name in found
        },
    }


def median(runs: Iterator[dict]) -> dict:
    """The run of the middle; a run of seconds is easily disturbed, one of minutes is not."""
    ordered = sorted(runs, key=lambda run: run["seconds"])
    return {**ordered[len(ordered) // 2], "all_seconds": [run["seconds"] for run in ordered]}


def share(part: set, whole: set) -> float:
    """The size of the part, the whole being 1."""
    return round(len(part) / len(whole), 4) if whole else 1.0


def our_findings(result) -> dict[str, set[str]]:
    """Devices in `findings.json`, however it was attached."""
    content = {proxy.name: proxy.file.read() for proxy in result.files.all()}
    parts = sorted((name for name in content if name.startswith("findings.json")), key=lambda name: (len(name), name))
    data = b"".join(content[name] for name in parts)
    findings = json.loads(gzip.decompress(data) if parts[0] != "findings.json" else data)["findings"]
    return {
        name: {finding["pk"] for finding in findings if finding["check"] in subject.checks}
        for name, subject in SUBJECTS.items()
    }


def guides_findings(result) -> dict[str, set[str]]:
    """Devices in the log: it is all that the guide's Job leaves."""
    entries = list(result.job_log_entries.filter(log_level="failure").values_list("grouping", "absolute_url"))
    return {
        name: {url.rstrip("/").rpartition("/")[2] for group, url in entries if group == subject.group}
        for name, subject in SUBJECTS.items()
        if subject.group
    }


def figures(result: dict) -> list[dict]:
    """What was to be reached, and was it?"""
    ours, guides = result["jobs"]
    rows = [("own queries, at most", MOST_QUERIES, ours["own_queries"], ours["own_queries"] <= MOST_QUERIES)]
    rows += [
        (f"{name}: {measure}", 1.0, found[measure], found[measure] == 1.0)
        for name, found in ours["found"].items()
        for measure in ("recall", "precision")
    ]
    if result["devices"] >= LARGE:
        fewer, faster = guides["queries"] / ours["queries"], guides["seconds"] / ours["seconds"]
        rows += [
            ("times fewer queries, all counted", FEWER_QUERIES, round(fewer), fewer >= FEWER_QUERIES),
            ("times faster, with reports", FASTER, round(faster, 1), faster >= FASTER),
        ]
    return [dict(zip(("figure", "target", "measured", "reached"), row, strict=True)) for row in rows]


def show(results: list[dict]) -> None:
    """Print the tables."""
    for result in results:
        table = Table(
            title=f"{result['devices']:,} network devices ({result['all_devices']:,} in all), seed {result['seed']}",
            caption="found: recall / precision against what was planted",
        )
        for heading in ("Job", "Queries", "own", "Seconds", "Log rows", "Console found", "Power found"):
            table.add_column(heading, justify="left" if heading == "Job" else "right")
        for job in result["jobs"]:
            shares = [
                f"{job['found'][name]['recall']:.2f} / {job['found'][name]['precision']:.2f}"
                for name in ("console", "power")
            ]
            numbers = (
                f"{job['queries']:,}",
                f"{job['own_queries']:,}",
                f"{job['seconds']:.2f}",
                f"{job['log_rows']:,}",
            )
            table.add_row(job["job"], *numbers, *shares)
        Console().print(table)
        for figure in result["figures"]:
            mark = "reached" if figure["reached"] else "[red]MISSED[/red]"
            Console().print(f"  {figure['figure']}: {figure['measured']} (target {figure['target']}) {mark}")


if __name__ == "__main__":
    main()
