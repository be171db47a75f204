"""Fill an empty, migrated Nautobot with a large network and planted defects, and prove that they are there.

    python benchmarks/scale.py --devices 1000 --seed 1 --truth truth.json --verify

`devices` counts routers and switches; out-of-band switches, console servers, PDUs and patch panels come on top. Primary
keys depend on `devices` and `seed` only. Rows are written by `bulk_create`, without signals and validation; `verify`
makes up for it: it finds every defect by another way than it was planted, validates a sample of each model, and has
Nautobot trace a sample of the cable paths.

The truth file: `{"devices", "seed", "build_seconds", "defects": {name: {"rule", "count", "keys", "details"}},
"by_design": {name: [key, ...]}}`. Keys are primary keys as text, of a link both joined by `|`. What is listed under
`by_design` is right: naive rules report it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # for an import of this file by its path

Log = Callable[[str], Any]


def build(
    devices: int = 1000, seed: int = 1, truth: str | Path | None = "truth.json", log: Log = print
) -> dict[str, Any]:
    """Fill the database, and return the truth, which also goes to the file `truth`.

    Args:
        devices: number of routers and switches, up to 40,960.
        seed: which network of this size; the same seed gives the same rows.
        truth: file to write; None writes none.
        log: called with lines of progress.

    Raises:
        RuntimeError: the database is not empty, or its Nautobot too old.
    """
    from scale_data.network import build_network  # imports models: not before Nautobot is set up

    return build_network(devices, seed, Path(truth) if truth else None, log)


def verify(truth: str | Path = "truth.json", sample: int = 25, log: Log = print) -> int:
    """Compare the database with the truth and with Nautobot's own rules, and return the number of differences.

    Args:
        truth: file that `build` has written.
        sample: objects of each model that are validated; cable paths that are traced, four times as many.
        log: called with a line for each result.
    """
    from scale_data.checks import verify_network

    return verify_network(Path(truth), sample, log)


def main() -> int:
    """Build, verify or both, as the command line says; 1 if there are differences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", default="truth.json")
    parser.add_argument("--verify", action="store_true", help="verify after building")
    parser.add_argument("--verify-only", action="store_true", help="verify what an earlier call has built")
    options = parser.parse_args()
    import nautobot

    nautobot.setup()
    if not options.verify_only:
        build(options.devices, options.seed, options.truth)
    if options.verify or options.verify_only:
        return 1 if verify(options.truth) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
