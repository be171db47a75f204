"""What all benchmarks share: where their results go, and what has to be known of a measurement besides its figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# The results that are committed, and that the documentation shows.
KEPT = ROOT / "benchmarks" / "results"


class Record:
    """The result of one benchmark.

    Args:
        name: of the benchmark, and of its file.
        parser: gets the options `--json` and `--keep`.
    """

    def __init__(self, name: str, parser: argparse.ArgumentParser) -> None:
        self.name = name
        # Before the benchmark itself loads the machine.
        self.environment = environment()
        default = ROOT / ".nautobot" / "benchmarks" / f"{name}.json"
        parser.add_argument("--json", type=Path, default=default, help=f"where the result goes (default: {default})")
        parser.add_argument("--keep", action="store_true", help="keep it in benchmarks/results/, for documentation too")

    def save(self, options: argparse.Namespace, results: Any) -> None:
        """Write the file, or both."""
        text = json.dumps({"benchmark": self.name, "environment": self.environment, "results": results}, indent=1)
        for path in [options.json, *([KEPT / f"{self.name}.json"] if options.keep else [])]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")

    def kept(self) -> dict[str, Any] | None:
        """The committed result, or None."""
        path = KEPT / f"{self.name}.json"
        return json.loads(path.read_text()) if path.exists() else None


def environment() -> dict[str, Any]:
    """Where and when something is measured."""
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "nautobot": version("nautobot"),
    }


def processor() -> str:
    """The processor's name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def add_page_options(parser: argparse.ArgumentParser, noun: str, default: int) -> None:
    """Options of benchmarks of a page that a browser opens, with so many rows of a kind."""
    parser.add_argument(f"--{noun}", type=int, default=default, help=f"default: {default}")
    parser.add_argument(
        "--repeats", type=int, default=3, help="openings in the browser; the median counts (default: 3)"
    )
    parser.add_argument("--write", type=Path, help="write the page to this file, and measure nothing")


def against(targets: dict[str, tuple[str, float]], figures: dict[str, float]) -> list[dict[str, Any]]:
    """Figures with their units and what they may be at most."""
    return [
        {"figure": name, "unit": unit, "most": most, "measured": round(figures[name], 3)}
        for name, (unit, most) in targets.items()
    ]
