"""One side of a comparison: a revision of the repository, or its working tree."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import DevToolsError
from ..source.contracts import Contract, Job, contract_of
from ..source.effects import EffectsReader
from ..source.files import SourceFile, git, in_folder, in_revision
from .change import code

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Beside the Python files: what a repository says of its needs, and what it allows.
ALLOWED = ".nautobot-jobs-allow.yml"
_TEXTS = ("pyproject.toml", "requirements.txt", ALLOWED)


@dataclass(eq=False)
class Revision:
    """One side.

    Attributes:
        name: what people call it.
        commit: its full hash; empty for the working tree.
        files: the Python files, by path.
        texts: pyproject.toml and the like, by name, where they are there.
        notes: what limits what can be told.
    """

    name: str
    commit: str
    files: dict[str, SourceFile]
    texts: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.contract: Contract = contract_of(self.files)
        self.effects = EffectsReader(self.contract)
        self.jobs: dict[str, Job] = self._offered()
        self._pyproject: dict[str, Any] = {}
        try:
            self._pyproject = tomllib.loads(self.texts.get("pyproject.toml", ""))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self.notes.append(f"{self.name}: pyproject.toml cannot be read: {code(str(error))}")

    def is_loaded(self, name: str) -> bool:
        """Whether Nautobot loads a module for its Jobs, by its dotted name."""
        return name.split(".")[0] == "jobs" if self._has_jobs else not is_of_tests(name)

    @cached_property
    def _has_jobs(self) -> bool:
        return any(path == "jobs.py" or path.startswith("jobs/") for path in self.files)

    def pyproject(self, *keys: str) -> dict[str, Any]:
        """A table of pyproject.toml; empty where it is not there, or no table."""
        content: Any = self._pyproject
        for key in keys:
            content = content.get(key) if isinstance(content, dict) else None
        return content if isinstance(content, dict) else {}

    def _offered(self) -> dict[str, Job]:
        """The Jobs that Nautobot would show, by class path.

        Nautobot imports `jobs` of a Git repository; of an App whatever that names. What tests register is of neither.
        """
        counts = self.is_loaded
        registered = {
            path: job
            for path, job in self.contract.registered().items()
            if any(counts(module.name) for module, _ in job.registered)
        }
        unclear = [source for module, _, source in self.contract.unclear if counts(module.name)]
        if registered and not unclear:
            return registered
        bases = {base for job in self.contract.jobs.values() for base in job.bases}
        every = {
            path: job
            for path, job in self.contract.jobs.items()
            if counts(job.module.name)
            and (path in registered or path not in bases)
            and job.methods.keys() & {"run", "receive_job_hook", "receive_job_button"}
        }
        if unclear:
            self.notes.append(
                f"{self.name}: what {code(f'register_jobs({unclear[0]})')} registers cannot be read; all {len(every)} classes of Jobs count."
            )
        elif every:
            self.notes.append(
                f"{self.name}: it registers no Job, as for Nautobot 1; all {len(every)} classes of Jobs count."
            )
        return every


def is_of_tests(name: str) -> bool:
    """Whether a module, by its dotted name, belongs to tests."""
    return any(part.startswith("test") for part in name.split("."))


def both_sides(root: Path, base: str, head: str | None, *, direct: bool = False) -> tuple[Revision, Revision]:
    """The two sides of a comparison.

    Args:
        root: the repository's root.
        base: a commit, tag or branch. Unless `direct`, what counts is where `head` left it, as in a pull request.
        head: the same; None for the working tree.
        direct: compare with `base` itself, whatever has happened on both sides since.

    Raises:
        DevToolsError: there is no such revision, or no Git repository.
    """
    asked = commit_of(root, base)
    tip = commit_of(root, head or "HEAD")
    left = asked if direct else git(root, "merge-base", asked, tip, check=False).decode().strip()
    notes = []
    if not left:
        left = asked
        notes.append(f"{base} and {head or 'HEAD'} have no common ancestor here: compared with {base} itself.")
    name = base if left == asked else f"{base} (as of {left[:10]})"
    before = _revision(root, left, name, {})
    before.notes += notes
    if head is None:
        files = _shared(in_folder(root), before.files)
        texts = {each: (root / each).read_bytes() for each in _TEXTS if (root / each).is_file()}
        return before, Revision("the working tree", "", files, _decoded(texts))
    return before, _revision(root, tip, head, before.files)


def commit_of(root: Path, revision: str) -> str:
    """The full hash of a revision's commit."""
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if not found:
        inside = git(root, "rev-parse", "--git-dir", check=False)
        why = "In a shallow clone, fetch it first." if inside else "It is no Git repository."
        raise DevToolsError(f"{root} has no revision {revision}. {why}")
    return found.decode().strip()


def _revision(root: Path, commit: str, name: str, known: dict[str, SourceFile]) -> Revision:
    read: Callable[[str], bytes] = lambda path: git(root, "cat-file", "blob", f"{commit}:./{path}", check=False)  # noqa: E731
    texts = {each: raw for each in _TEXTS if (raw := read(each))}
    return Revision(name, commit, _shared(in_revision(root, commit), known), _decoded(texts))


def _shared(files: dict[str, SourceFile], known: dict[str, SourceFile]) -> dict[str, SourceFile]:
    """What both sides have is parsed once."""
    return {
        path: known[path] if path in known and known[path].raw == file.raw else file for path, file in files.items()
    }


def _decoded(texts: dict[str, bytes]) -> dict[str, str]:
    return {path: raw.decode("utf-8-sig", errors="replace") for path, raw in texts.items()}
