"""How long `check`, `diff` and `migrate` take over a repository of 500 files: not more than one waits for.

The files are those of repositories in the styles that people write, Nautobot 1 to 3, their classes multiplied. Run it with
`uv run invoke bench --only static_tools`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import ROOT, Record, against
from rich.console import Console
from rich.table import Table

SOURCES = ROOT / "tools" / "nautobot-dev-tools" / "tests" / "repositories"
# What each may take at most, by name: seconds on a machine that does nothing else.
TARGETS: dict[str, tuple[str, float]] = {
    "check, 100 files": ("s", 2),
    "check, 500 files": ("s", 10),
    "diff, 500 files": ("s", 10),
    "migrate, 500 files": ("s", 30),
}


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    record = Record("static_tools", parser)
    parser.add_argument("--repeats", type=int, default=3, help="the median counts (default: 3)")
    options = parser.parse_args()
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    lines: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in (100, 500):
            lines[number] = write_repository(Path(folder) / str(number), number)
        for name in TARGETS:
            command, _, files = name.partition(", ")
            root = str(Path(folder) / files.split()[0])
            arguments = {
                "check": ["check", root, "--fail-on", "never"],
                "diff": ["diff", "HEAD~1", "HEAD", "--path", root, "--fail-on", "never"],
                "migrate": ["migrate", root],
            }
            times = [seconds(arguments[command]) for _ in range(options.repeats)]
            wall[name] = statistics.median(each[0] for each in times)
            cpu[name] = statistics.median(each[1] for each in times)
    rows: list[dict[str, Any]] = against(TARGETS, wall)
    table = Table("Command", "Lines", "Seconds", "of processors", "at most", title="The static tools (medians)")
    for row in rows:
        row["cpu_seconds"] = round(cpu[row["figure"]], 3)
        row["lines"] = lines[500 if "500" in row["figure"] else 100]
        table.add_row(
            row["figure"], f"{row['lines']:,}", f"{row['measured']:.2f}", f"{row['cpu_seconds']:.2f}", str(row["most"])
        )
    Console().print(table)
    record.save(options, rows)
    slow = [row["figure"] for row in rows if row["measured"] > row["most"]]
    if slow:
        raise SystemExit(f"Slower than they may be: {'; '.join(slow)}")


def write_repository(root: Path, number: int) -> int:
    """Write so many Python files and commit them twice, the second time with a tenth of them changed; returns their lines."""
    sources = [path.read_text() for path in sorted(SOURCES.rglob("*.py")) if path.stat().st_size > 600]
    (root / "jobs").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    (root / "jobs" / "__init__.py").write_text("")
    for each in range(number - 2):
        text = sources[each % len(sources)]
        # Each class three times, under names of its own.
        copies = [re.sub(r"\bclass (\w+)", rf"class \g<1>{each}x{copy}", text) for copy in range(3)]
        (root / "jobs" / f"module_{each}.py").write_text("\n\n".join(copies))
    commit(root)
    for path in sorted(root.glob("jobs/module_*0.py")):
        path.write_text(path.read_text().replace("required=False", "required=True").replace("StringVar", "TextVar"))
    commit(root)
    return sum(path.read_text().count("\n") for path in root.rglob("*.py"))


def commit(root: Path) -> None:
    """Commit all."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "--quiet", "--message=State")


def git(root: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run([shutil.which("git") or "git", *arguments], cwd=root, check=True)


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Seconds of a command, start included, and of the processors in it.

    Raises:
        SystemExit: it fails: what was measured is not what it says.
    """
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "nautobot_dev_tools", *arguments], capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - started, os.times()
    if done.returncode or not done.stdout:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


if __name__ == "__main__":
    main()
