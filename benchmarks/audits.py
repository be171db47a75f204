"""All checks of the scorecard on large networks: queries and seconds of each, against hand-written SQL; defects found, and what else; memory; growth.

Builds each network with planted defects in an empty database, asks every check that needs no policy (and those that POLICIES state), then runs the
Scorecard as a worker would. Ten of the checks have the same question in hand-written SQL beside them (`audit_sql.py`), asked in the same
process on the same data; both have to find the same objects. Run it with `uv run invoke bench --only audits`; `--network FILE` takes another network
(see `connection_audit.py`), whose truth may have any of the kinds in KINDS. Exit code 1 if a figure is not reached.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import audit_sql
import connection_audit
from nautobot_dev_tools import metrics
from record import ROOT, Record
from rich.console import Console
from rich.table import Table


class Kind(NamedTuple):
    """A planted defect: the check that has to find it, and which part of the key in the truth is the object's."""

    check: str
    ends: bool = False  # the key has both ends of a link, of which the check names one
    first: bool = False  # the key begins with the object's
    any_status: bool = False  # planted on devices of any status, while audits look at active ones by default


KINDS = {
    "device_no_console_connection": Kind("DCIM-CONSOLE-001"),
    "device_no_primary_ip": Kind("DCIM-PRIMARY-001", any_status=True),
    "device_duplicate_serial": Kind("DCIM-DEVICE-005", any_status=True),
    "device_rack_other_location": Kind("DCIM-RACK-002", any_status=True),
    "interface_enabled_uncabled": Kind("DCIM-CABLE-010", any_status=True),
    "link_mtu_mismatch": Kind("DCIM-LINK-001", ends=True),
    "link_mode_mismatch": Kind("DCIM-LINK-002", ends=True),
    "interface_vlan_other_location": Kind("IPAM-VLAN-001", any_status=True),
    "ip_mask_differs_from_parent": Kind("IPAM-ADDRESS-001"),
    "prefix_unused": Kind("IPAM-PREFIX-001"),
    "prefix_over_90": Kind("IPAM-PREFIX-002"),
    "device_component_missing": Kind("DCIM-COMPONENT-001", first=True, any_status=True),
    "device_planned_stale": Kind("DCIM-DEVICE-009", any_status=True),
    "cable_one_end": Kind("DCIM-CABLE-001"),
    "cable_no_end": Kind("DCIM-CABLE-002"),
    "device_name_nonconforming": Kind("DCIM-DEVICE-001", any_status=True),
    "device_no_platform": Kind("DCIM-DEVICE-007", any_status=True),
    "device_no_rack": Kind("DCIM-DEVICE-012", any_status=True),
    "circuit_uncabled": Kind("CIRCUITS-CIRCUIT-002"),
    "vm_no_primary_ip": Kind("VIRTUALIZATION-VM-003", any_status=True),
    "device_supplies_one_pdu": Kind("DCIM-POWER-003"),
    "device_supplies_one_panel": Kind("DCIM-POWER-004"),
}
MOST_QUERIES, MOST_TIMES_SQL, MOST_GROWTH, MOST_MEMORY_MB = 5, 3.0, 12.0, 150.0
LARGE = 10_000
REPEATS = 3


def main() -> None:
    """Measure, print, save; exit code 1 if a figure is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", action="append", metavar="DEVICES:SEED", help="default: 10000:1 and 1000:2")
    parser.add_argument("--network", type=Path, default=ROOT / "benchmarks" / "scale.py", help="what builds it")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="CHECK=JSON", help="values for parameters of a check"
    )
    parser.add_argument("--database", help="take this database instead, which is filled already; needs --truth")
    parser.add_argument("--truth", type=Path, help="the file that build() wrote when it filled --database")
    record = Record("audits", parser)
    options = parser.parse_args()
    runs = options.run or ["10000:1", "1000:2"]
    results = [one(options, *map(int, runs[0].split(":")))] if len(runs) == 1 else separately(options, runs)
    judged = [*(figure for result in results for figure in result["figures"]), *growth(results)]
    show(results, judged)
    record.save(options, results)
    sys.exit(0 if all(figure["reached"] for figure in judged) else 1)


def separately(options: argparse.Namespace, runs: list[str]) -> list[dict[str, Any]]:
    """Each network in a process of its own: a process can be the Nautobot of one database only."""
    results = []
    for run in runs:
        Console(stderr=True).print(f"{run} (devices:seed): building the network, then the checks …")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "result.json")
            policies = [argument for policy in options.policy for argument in ("--policy", policy)]
            command = [
                sys.executable,
                __file__,
                "--network",
                str(options.network),
                *policies,
                "--run",
                run,
                "--json",
                str(path),
            ]
            code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode
            if not path.exists():
                raise SystemExit(f"The run {run} ended with exit code {code} and no result.")
            results += json.loads(path.read_text())["results"]
    return results


def one(options: argparse.Namespace, devices: int, seed: int) -> dict[str, Any]:
    """One network."""
    policies = {check: json.loads(text) for check, _, text in (policy.partition("=") for policy in options.policy)}
    with ExitStack() as stack:
        truth = stack.enter_context(connection_audit.network(options, devices, seed))
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from nautobot.dcim.models import Device

        settings.JOBS_ROOT = ""
        sys.path.insert(0, str(ROOT))
        from jobs.audits.scorecard import CHECKS, Scorecard
        from jobs.toolkit.checks import Context
        from jobs.toolkit.queries import whole_results
        from jobs.toolkit.scope import Scope

        user, _ = get_user_model().objects.get_or_create(username="benchmark", defaults={"is_superuser": True})
        context = Context(user)
        assert context.location_names
        scope = Scope(user, everything=True, default_statuses=("Active",))
        every = Scope(user, everything=True)
        defects = truth["defects"]
        rows, found, anywhere = [], {}, {}
        whatever_status = {kind.check for kind in KINDS.values() if kind.any_status}
        stack.enter_context(whole_results())
        for check_class in CHECKS:
            check = check_class(**policies.get(check_class.id, {}))
            if check.idle():
                continue
            row, found[check.id] = ask(
                check, lambda check=check: scope.of(check.model, any_status=check.any_status), context
            )
            rows.append(row)
            if check.id in whatever_status:
                anywhere[check.id] = {finding.pk for finding in check.find(every.of(check.model), context)}
        for row in rows:
            if sql := audit_sql.STATEMENTS.get(row["check"]):
                row["sql_seconds"], keys = audit_sql.ask(sql, REPEATS)
                row["only_check"], row["only_sql"] = len(found[row["check"]] - keys), len(keys - found[row["check"]])
        planted = [
            compare(name, kind, defects[name]["keys"], (anywhere if kind.any_status else found).get(kind.check, set()))
            for name, kind in KINDS.items()
            if name in defects
        ]
        job = scorecard(Scorecard, policies)
        return {
            "devices": devices,
            "seed": seed,
            "all_devices": Device.objects.count(),
            "checks": rows,
            "planted": planted,
            "scorecard": job,
            "figures": figures(devices, rows, planted, job),
        }


def ask(check: Any, objects: Callable[[], Any], context: Any) -> tuple[dict[str, Any], set[str]]:
    """One check: its figures, and the primary keys of what it finds. The first run fills caches and counts queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        found = {finding.pk for finding in check.find(objects(), context)}
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        for _ in check.find(objects(), context):
            pass
        seconds.append(time.perf_counter() - started)
    asked = [query for query in queries if "django_content_type" not in query["sql"][:60]]
    return {
        "check": check.id,
        "title": check.title,
        "objects_found": len(found),
        "queries": len(asked),
        "seconds": round(statistics.median(seconds), 4),
    }, found


def compare(name: str, kind: Kind, keys: list[str], found: set[str]) -> dict[str, Any]:
    """What of the planted defects is found, and what else is."""
    if kind.ends:
        pairs = [set(key.split("|")) for key in keys]
        hit = sum(bool(pair & found) for pair in pairs)
        extra = found - set().union(*pairs) if pairs else found
        return {
            "kind": name,
            "check": kind.check,
            "planted": len(pairs),
            "missed": len(pairs) - hit,
            "extra": len(extra),
        }
    wanted = {key.split("|")[0] if kind.first else key for key in keys}
    return {
        "kind": name,
        "check": kind.check,
        "planted": len(wanted),
        "missed": len(wanted - found),
        "extra": len(found - wanted),
    }


def scorecard(job_class: type, policies: dict[str, Any]) -> dict[str, Any]:
    """The whole Job, as a worker runs it: seconds, growth of memory, size of its files."""
    inputs = {"everything": True, "fail_at": "never", "parameters": policies or None, "log_limit": 20}
    before = metrics.reset_peak() or 0
    measured = connection_audit.measure(
        job_class, inputs, lambda result: {"all": {file.name for file in result.files.all()}}, {}
    )
    return {
        "seconds": measured["seconds"],
        "own_queries": measured["own_queries"],
        "memory_mb": round(((metrics.peak_memory() or 0) - before) / 1e6, 1),
    }


def figures(devices: int, rows: list[dict], planted: list[dict], job: dict) -> list[dict[str, Any]]:
    """What was to be reached, and was it?"""
    worst = max(rows, key=lambda row: row["queries"])
    with_sql = [row for row in rows if "sql_seconds" in row]
    missed, extra = sum(row["missed"] for row in planted), sum(row["extra"] for row in planted)
    result = [
        (
            f"queries of a check, at most ({worst['check']})",
            MOST_QUERIES,
            worst["queries"],
            worst["queries"] <= MOST_QUERIES,
        ),
        ("planted defects missed", 0, missed, missed == 0),
        ("objects found beyond the planted ones", 0, extra, extra == 0),
        (
            "checks that disagree with their SQL",
            0,
            ", ".join(row["check"] for row in with_sql if row["only_check"] or row["only_sql"]) or 0,
            not any(row["only_check"] or row["only_sql"] for row in with_sql),
        ),
    ]
    if devices >= LARGE:
        ours, sql = sum(row["seconds"] for row in with_sql), sum(row["sql_seconds"] for row in with_sql)
        result += [
            (
                f"times hand-written SQL ({len(with_sql)} checks: {ours:.2f} s, {sql:.2f} s)",
                MOST_TIMES_SQL,
                round(ours / sql, 2),
                ours <= MOST_TIMES_SQL * sql,
            ),
            ("growth of memory, MB", MOST_MEMORY_MB, job["memory_mb"], job["memory_mb"] <= MOST_MEMORY_MB),
        ]
    return [dict(zip(("figure", "target", "measured", "reached"), row, strict=True)) for row in result]


def growth(results: list[dict]) -> list[dict[str, Any]]:
    """How the seconds grow from the smallest to the largest network."""
    by_size = sorted(results, key=lambda result: result["devices"])
    if len(by_size) < 2 or by_size[-1]["devices"] != 10 * by_size[0]["devices"]:
        return []
    times = by_size[-1]["scorecard"]["seconds"] / by_size[0]["scorecard"]["seconds"]
    return [
        {
            "figure": "times longer on ten times the devices",
            "target": MOST_GROWTH,
            "measured": round(times, 1),
            "reached": times <= MOST_GROWTH,
        }
    ]


def show(results: list[dict], judged: list[dict]) -> None:
    """Print the tables."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    for result in results:
        table = Table(
            title=f"{result['devices']:,} network devices ({result['all_devices']:,} in all), seed {result['seed']}"
        )
        for heading in ("Check", "Title", "Queries", "Found", "Seconds", "SQL"):
            table.add_column(heading, justify="left" if heading in ("Check", "Title") else "right")
        for row in sorted(result["checks"], key=lambda row: -row["seconds"]):
            sql = f"{row['sql_seconds']:.3f}" if "sql_seconds" in row else ""
            table.add_row(
                row["check"], row["title"], str(row["queries"]), str(row["objects_found"]), f"{row['seconds']:.3f}", sql
            )
        console.print(table)
        for row in result["planted"]:
            console.print(
                f"  {row['kind']} ({row['check']}): {row['planted']} planted, {row['missed']} missed, {row['extra']} more found"
            )
        console.print(f"  Scorecard: {result['scorecard']}")
    for figure in judged:
        mark = "reached" if figure["reached"] else "[red]MISSED[/red]"
        console.print(f"  {figure['figure']}: {figure['measured']} (target {figure['target']}) {mark}")


if __name__ == "__main__":
    main()
