"""What it costs each start of a Job, and each opening of its form, that Nautobot imports all Job repositories again.

Measures that import for an empty repository, for this one, and for this one with generated Jobs and checks added: the size that the design
has to carry. Run it with `uv run invoke bench --only job_start`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import git
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import scratch_database
from record import Record
from rich.console import Console
from rich.table import Table

JOB = '''"""Audit number {n}."""

from nautobot.apps.jobs import BooleanVar, IntegerVar, Job, StringVar
from nautobot.dcim.models import Device

from ..toolkit.scope import DeviceScopeMixin

name = "Generated"


class Generated{n}(DeviceScopeMixin, Job):
    """What it does, what it changes, what it produces, what it needs: a manual of a few lines, as real Jobs have."""

    pattern = StringVar(description="What the name looks like.", required=False)
    limit = IntegerVar(description="How many at most.", default=100)
    verbose = BooleanVar(description="Say more.", default=False)

    class Meta:
        name = "Generated {n}"
        description = "A generated Job."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 600
        time_limit = 660

    def run(self, *, pattern="", limit=100, verbose=False, **scope):
        """Count."""
        return {{"findings": Device.objects.restrict(self.user, "view").count()}}
'''
CHECK = '''"""Check number {n}."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from nautobot.dcim.models import ConsolePort

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class Check{n}(DeviceCheck):
    """A rule of the usual length."""

    id = "GEN-CHECK-{n:03}"
    title = "Something is wrong"
    severity = Severity.LOW
    description = "The exact rule, and why it matters, in a sentence or two."
    remedy = "What to do about it."
    since = "0.1.0"

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices without a console port."""
        for row in self.rows(objects.filter(~Exists(ConsolePort.objects.filter(device=OuterRef("pk"))))):
            yield self.finding(row, context, "No console port")
'''


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    record = Record("job_start", parser)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    project = Project.find()
    rows = []
    with scratch_database(project) as instance, tempfile.TemporaryDirectory() as folder:
        for name, jobs, checks in (
            ("empty repository", None, 0),
            ("this repository", 0, 0),
            ("with 50 Jobs and 100 checks more", 50, 100),
        ):
            root = Path(folder) / f"variant_{len(rows)}"
            write_variant(root, project, jobs, checks)
            rows.append({"repository": name, "seconds": reload_seconds(instance, root, options.rounds)})
    baseline = rows[0]["seconds"]
    table = Table(
        "Repository", "Import at each start, ms", "above an empty one, ms", title="Job start overhead (median)"
    )
    for row in rows:
        row["overhead_ms"] = round((row["seconds"] - baseline) * 1000, 1)
        table.add_row(row["repository"], f"{row['seconds'] * 1000:.1f}", f"{row['overhead_ms']:.1f}")
    Console().print(table)
    record.save(options, rows)


def write_variant(root: Path, project: Project, jobs: int | None, checks: int) -> None:
    """Write a repository: empty (`jobs` is None), or this one plus generated modules."""
    root.mkdir()
    if jobs is None:
        (root / "jobs").mkdir()
        (root / "__init__.py").write_text("")
        (root / "jobs" / "__init__.py").write_text('"""Nothing."""\n')
    else:
        tree = WorkingTree(project)
        tree.commit()
        tree.export(root)
    if jobs:
        generated = root / "jobs" / "generated"
        generated.mkdir()
        (generated / "__init__.py").write_text('"""Generated Jobs."""\n')
        for number in range(jobs):
            (generated / f"job_{number}.py").write_text(JOB.format(n=number))
        rules = root / "jobs" / "audits" / "checks" / "generated"
        rules.mkdir()
        (rules / "__init__.py").write_text(
            "\n".join(f"from .check_{number} import Check{number}" for number in range(checks)) + "\n"
        )
        for number in range(checks):
            (rules / f"check_{number}.py").write_text(CHECK.format(n=number))
        contents = root / "jobs" / "__init__.py"
        contents.write_text(
            contents.read_text()
            + "\nfrom .audits.checks import generated  # noqa\n"
            + "\n".join(f"from .generated.job_{number} import Generated{number}" for number in range(jobs))
            + f"\nregister_jobs({', '.join(f'Generated{number}' for number in range(jobs))})\n"
        )
    repository = git.Repo.init(root, initial_branch="main")
    repository.git.add("--all")
    repository.git.execute(["git", "-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-qm", "variant"])


def reload_seconds(instance, root: Path, rounds: int) -> float:
    """Median seconds of what Nautobot does before each start of a Job, with this as its only repository."""
    from nautobot.extras.jobs import get_jobs
    from nautobot.extras.models import GitRepository

    clone = instance.root / "git" / root.name
    shutil.copytree(root, clone)
    record = GitRepository(
        name=root.name, slug=root.name, remote_url="http://localhost/unused.git", provided_contents=["extras.job"]
    )
    record.current_head = git.Repo(clone).head.commit.hexsha
    record.save()
    try:
        times = []
        for _ in range(rounds + 1):
            started = time.perf_counter()
            jobs = get_jobs(reload=True)
            times.append(time.perf_counter() - started)
        expected = (root / "jobs" / "generated").exists()
        if expected and not any(path.startswith(f"{root.name}.jobs.generated") for path in jobs):
            raise SystemExit("The generated Jobs did not load: what was measured is not what it says.")
        # The first writes the bytecode.
        return statistics.median(times[1:])
    finally:
        record.delete()
        shutil.rmtree(clone, ignore_errors=True)


if __name__ == "__main__":
    main()
