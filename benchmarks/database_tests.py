"""What a database test costs: in a rolled-back transaction, on a database cloned anew, as TransactionTestCase.

Runs pytest on generated tests whose own work is one INSERT, and takes the seconds of setup, call and teardown together from its reports (a
TransactionTestCase does its setup and its reset within the call). Run it with `uv run invoke bench --only database_tests`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from record import Record
from rich.console import Console
from rich.table import Table

TESTS = """
import pytest
from nautobot.apps.testing import TransactionTestCase


@pytest.mark.parametrize("number", range({many}))
def test_rolled_back(db, number):
    from nautobot.extras.models import Tag

    Tag.objects.create(name=f"tag {{number}}")


@pytest.mark.parametrize("number", range({few}))
def test_cloned_anew(committed_db, number):
    from nautobot.extras.models import Tag

    Tag.objects.create(name=f"tag {{number}}")


class TestTransactionTestCase(TransactionTestCase):
    {methods}
"""
METHOD = """
    def test_{number}(self):
        from nautobot.extras.models import Tag

        Tag.objects.create(name="tag {number}")
"""
KINDS = {
    "test_rolled_back": "rolled-back transaction (`db`)",
    "test_cloned_anew": "database cloned anew (`committed_db`)",
    "TestTransactionTestCase": "TransactionTestCase",
}


class Times:
    """A pytest plugin that keeps the seconds of each test."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test."""
        if report.failed:
            self.failed.append(f"{report.nodeid}: {report.longreprtext[-500:]}")
        kind = next(kind for kind in KINDS if kind in report.nodeid)
        self.seconds[kind][report.nodeid] += report.duration


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    record = Record("database_tests", parser)
    options = parser.parse_args()
    folder = Path(".nautobot/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    tests = folder / "generated_tests.py"
    tests.write_text(
        TESTS.format(many=100, few=10, methods="".join(METHOD.format(number=number) for number in range(4)))
    )
    times = Times()
    code = pytest.main(["-q", "-p", "no:cacheprovider", str(tests)], plugins=[times])
    tests.unlink()
    rows = []
    table = Table("Kind", "Tests", "Setup, one INSERT, teardown: ms (median)", title="Cost of a database test")
    for kind, title in KINDS.items():
        each = list(times.seconds[kind].values())
        # The first of a kind prepares what all of it need.
        median = statistics.median(each[1:]) * 1000 if len(each) > 1 else float("nan")
        rows.append({"kind": title, "tests": len(each), "median_ms": round(median, 2)})
        table.add_row(title, str(len(each)), f"{median:,.1f}")
    Console().print(table)
    for failure in times.failed:
        print(failure)
    record.save(options, rows)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
