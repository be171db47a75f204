"""How long README's first command takes: in a fresh clone with an empty package cache, and the second time.

Clones the committed state into a temporary folder. Run it with `uv run invoke bench --only start`; it downloads all packages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import Record
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    record = Record("start", parser)
    parser.add_argument("--tests", action="store_true", help="measure README's second command too")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="fresh-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NAUTOBOT_", "PG", "DJANGO_", "VIRTUAL_ENV", "UV_RUN"))
        } | {"UV_CACHE_DIR": str(Path(folder) / "cache"), "NAUTOBOT_PORT": "8097"}
        runs = [("demo, fresh clone, no packages", "demo"), ("demo, second time", "demo")]
        if options.tests:
            runs.append(("test", "test"))
        for title, task in runs:
            started = time.perf_counter()
            result = subprocess.run(["uv", "run", "invoke", task], cwd=clone, env=environment, check=False)
            rows.append(
                {"run": title, "seconds": round(time.perf_counter() - started, 1), "exit_code": result.returncode}
            )
    table = Table("Run", "Seconds", "Exit code", title="README's commands")
    for row in rows:
        table.add_row(row["run"], f"{row['seconds']:.0f}", str(row["exit_code"]))
    Console().print(table)
    record.save(options, rows)
    return max(row["exit_code"] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
