"""``check --load`` and ``migrate --verify``: a repository through the real loader of a real Nautobot.

The code of the repository runs in a process of its own (see `load_process`), never in the one that asks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import step
from .environments import Environment, environment
from .errors import DevToolsError
from .gitserver import WorkingTree
from .project import Project, pyproject, table
from .services import Services
from .snapshot import nautobot_version
from .source.contracts import contract_of
from .source.files import in_folder

if TYPE_CHECKING:
    from .migrate.transformation import Outcome

SECONDS = 300  # a sync that takes longer has hung


@dataclass
class LoadReport:
    """What a Nautobot made of a repository.

    Attributes:
        nautobot: its version.
        synced: whether the sync succeeded.
        jobs: the title of each Job that it registered, by class path from the repository's root.
        forms: what is wrong with the forms that do not open, by class path.
        lost: why each Job that the source registers is not there, by class path.
        needs: the lowest Nautobot of Jobs that are meant for a newer one, by class path.
        problems: what is wrong, each with file and line where they can be known.
    """

    nautobot: str
    synced: bool = False
    jobs: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all that the source registers is there, and all forms open."""
        return self.synced and not (self.forms or self.lost or self.problems)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {"ok": self.ok, **asdict(self)}

    def as_text(self) -> str:
        """The report for a terminal."""
        said = [f"✗ {problem}" for problem in self.problems]
        said += [f"✗ {path} would be lost: {why}" for path, why in self.lost.items()]
        said += [f"✗ {path}: its form does not open: {why}" for path, why in self.forms.items()]
        said += [f"• {path} is meant for Nautobot {least}, and is left out here" for path, least in self.needs.items()]
        good = [path for path in self.jobs if path not in self.forms]
        said += [f"✓ {path} “{self.jobs[path]}”: registered, its form opens" for path in good]
        verdict = "would sync" if self.synced else "would not sync"
        counts = f"{len(self.jobs)} Jobs registered, {len(self.lost)} lost, {len(good)} forms open"
        return "\n".join([*said, f"Nautobot {self.nautobot}: the repository {verdict}; {counts}."])


def project_of(folder: Path) -> Project:
    """The repository in a folder, whether or not it looks like one; its state folder is where databases are kept."""
    root = folder.resolve()
    project = Project(root, table(pyproject(root), "tool", "nautobot-jobs"))
    here = Path(sys.prefix)
    return replace(project, environment=here.name) if here.parent == project.environments else project


def load(folder: Path, *, of: Project | None = None, nautobot: str | None = None) -> LoadReport:
    """Sync the files of a folder into an empty Nautobot, and say what came of it.

    Args:
        folder: the repository as Nautobot would clone it: what is git-ignored stays out.
        of: the repository that it is a copy of, whose state folder, name and settings are used; default: itself.
        nautobot: a version as `environments.environment` takes it; default: the one installed.
    """
    project = of or project_of(folder)
    chosen = environment(project, nautobot or nautobot_version())
    with step(f"Loading into Nautobot {chosen.name}") as progress:
        chosen.ensure(progress)
        found = _in_a_process(folder.resolve(), project, chosen)
    report = LoadReport(
        nautobot=found.get("nautobot", chosen.name),
        synced=found.get("synced", False),
        jobs=found.get("jobs", {}),
        forms=found.get("forms", {}),
        needs=found.get("needs", {}),
        problems=found["problems"],
    )
    failures = found.get("failures", {})
    for path, job in sorted(contract_of(in_folder(folder)).registered().items()):
        if path not in report.jobs and path not in report.needs:
            report.lost[path] = _why(failures.get(job.module.name, ""), report)
    return report


def verify(folder: Path, outcomes: Iterable[Outcome], *, written: bool, nautobot: str | None = None) -> LoadReport:
    """Load what a migration makes of a folder; where it was not `written` there, a copy of the folder in which it is."""
    if written:
        return load(folder, nautobot=nautobot)
    project = project_of(folder)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary).resolve() / "migrated"
        tree = WorkingTree(project, Path(temporary) / "working-tree.git")
        tree.commit()
        tree.export(copy)
        for outcome in outcomes:
            path = copy / outcome.path
            if path.exists() or (
                outcome.before is None and path.parent.is_dir()
            ):  # else Git ignores it, and so does Nautobot
                path.write_bytes(outcome.after.encode(outcome.encoding))
        return load(copy, of=project, nautobot=nautobot)


def _why(failure: str, report: LoadReport) -> str:
    if failure:
        return f"its module cannot be imported: {failure.splitlines()[0]}"
    if not report.synced:
        return "the sync fails as a whole, for what is wrong elsewhere"
    return "Nautobot does not see it"


def _in_a_process(folder: Path, project: Project, chosen: Environment) -> dict[str, Any]:
    """What `load_process` finds; only problems where it comes to no end."""
    state = project if chosen.here else replace(project, environment=chosen.name)
    with Services(state).running(), tempfile.TemporaryDirectory() as temporary:
        # Running for as long as this process asks: whatever the repository's code does to the other, even to end it.
        answer = Path(temporary) / "report.json"
        arguments = {"folder": str(folder), "root": str(project.root), "name": project.name, "answer": str(answer)}
        command = [str(chosen.python), "-m", "nautobot_dev_tools.load_process", json.dumps(arguments)]
        log = state.state / "logs" / "load.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=temporary,
                env=chosen.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code: int | None = process.wait(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
        if answer.exists():
            return json.loads(answer.read_text(encoding="utf-8"))
        if error := _error(log):
            raise DevToolsError(error)
        how = f"did not end in {SECONDS} s" if code is None else f"ended with exit code {code} while it loaded them"
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        return {"problems": [f"The process that loads the Jobs {how}. The last that it wrote ({log}):\n{last}".strip()]}


def _end(process: subprocess.Popen) -> None:
    """End a process with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _error(log: Path) -> str:
    """What the process could not do for a reason that the user can mend, in its own words."""
    text = log.read_text(errors="replace")
    return text.rpartition("DevToolsError: ")[2].strip() if "DevToolsError: " in text else ""
