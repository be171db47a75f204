"""``watch``: syncs again whenever a file of the working tree is saved. What ``start`` leaves running in the background."""

from __future__ import annotations

import time
from pathlib import Path

from watchfiles import DefaultFilter
from watchfiles import watch as changes

from .console import out
from .project import STATE, Project
from .sync import Verdict
from .workbench import booted


class _Filter(DefaultFilter):
    ignore_dirs = (*DefaultFilter.ignore_dirs, STATE, ".ruff_cache", "dist", "site")


def watch(project: Project) -> None:
    """Sync at once, then after each change, until interrupted; prints each verdict."""
    with booted(project, "dev") as bench:
        first = True
        # It yields nothing as soon as it watches: the first sync comes then, so that no change falls between the two.
        for changed in changes(
            project.root, watch_filter=_Filter(), raise_interrupt=False, rust_timeout=200, yield_on_timeout=True
        ):
            if not (changed or first):
                continue
            first = False
            if changed:
                names = sorted({str(Path(path).relative_to(project.root)) for _, path in changed})
                out.print(
                    f"{time.strftime('%H:%M:%S')} {', '.join(names[:3])}{' …' if len(names) > 3 else ''}", markup=False
                )
            started = time.monotonic()
            report(bench.sync(), time.monotonic() - started)


def report(verdict: Verdict, seconds: float | None = None) -> None:
    """Print a verdict."""
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    counts = ", ".join(
        f"{len(names)} {what}"
        for what, names in (("created", verdict.created), ("refreshed", verdict.refreshed), ("lost", verdict.lost))
    )
    out.print(
        f"[{'green' if verdict.ok else 'red'}]{'✓ synced' if verdict.ok else '✗ sync'}[/]{took}: {counts}; commit {verdict.head[:10]}"
    )
    for problem in verdict.problems:
        out.print(problem, markup=False, soft_wrap=True)
