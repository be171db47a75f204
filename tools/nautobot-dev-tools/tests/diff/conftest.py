"""Real Git repositories of Jobs, and what is between two of their states."""

import subprocess
import textwrap
from pathlib import Path

import pytest
from nautobot_dev_tools.diff.compare import compare
from nautobot_dev_tools.diff.revision import both_sides

HEAD = "from nautobot.apps.jobs import *\nfrom nautobot.dcim.models import Device, Location, Rack\n"


class Repository:
    """A Git repository in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> str:
        """Run git, as nobody."""
        names = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *names, *arguments], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, files: dict[str, str | None]) -> None:
        """Write files; None removes one."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)

    def commit(self, files: dict[str, str | None] | None = None) -> str:
        """Write files and commit all; returns the commit."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")

    def changes(self, before: dict[str, str | None], after: dict[str, str | None]) -> list:
        """What is different between two states, the first of them committed, the second in the working tree."""
        self.commit(before)
        self.write(after)
        return compare(*both_sides(self.root, "HEAD", None))


@pytest.fixture(scope="session")
def repository_class():
    """What makes one in any folder."""
    return Repository


@pytest.fixture
def repository(tmp_path) -> Repository:
    """An empty one."""
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


def _job(
    body: str = "", *, meta: str = "", run: str = "def run(self, **data): pass", base: str = "Job"
) -> dict[str, str | None]:
    parts = [f"class Example({base}):", *textwrap.dedent(body).strip().splitlines()]
    if meta:
        parts += ["class Meta:", *(f"    {line}" for line in textwrap.dedent(meta).strip().splitlines())]
    parts += textwrap.dedent(run).strip().splitlines()
    text = HEAD + parts[0] + "\n" + "".join(f"    {line}\n" for line in parts[1:] or ["pass"])
    return {
        "__init__.py": "",
        "jobs/__init__.py": "from nautobot.apps.jobs import register_jobs\nfrom .example import Example\nregister_jobs(Example)\n",
        "jobs/example.py": text,
    }


@pytest.fixture(scope="session")
def job():
    """A function that gives a repository with one Job, jobs.example.Example, by path."""
    return _job


@pytest.fixture
def between(repository):
    """A function that compares two bodies of one Job; returns severity and kind of each change, worst first."""

    def compared(before: str | dict, after: str | dict, **options) -> list[tuple[str, str]]:
        one = _job(before, **options) if isinstance(before, str) else before
        other = _job(after, **options) if isinstance(after, str) else after
        return [(change.severity, change.kind) for change in repository.changes(one, other)]

    return compared
