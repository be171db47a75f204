"""The Python files of a folder or of a revision, read with care: whatever is in them, reading ends in text or in a problem."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from ..errors import DevToolsError

# A file of 5,000 lines has some 200 kB; what is larger is data.
MOST_BYTES = 2_000_000
_NOT_SOURCE = {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "env"}


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be understood: line and column count from 1."""

    line: int
    column: int
    message: str


@dataclass(eq=False)
class SourceFile:
    """One Python file.

    Attributes:
        path: relative to the repository's root, with slashes.
        raw: its bytes.
        text: these decoded as Python does (BOM, coding line), with the line ends as they are; empty where that fails.
        encoding: how.
        problem: why it has no text or no tree, if so.
    """

    path: str
    raw: bytes
    text: str = ""
    encoding: str = "utf-8"
    problem: Problem | None = None
    _parsed: bool = field(default=False, repr=False)
    _tree: ast.Module | None = field(default=None, repr=False)

    @classmethod
    def read(cls, path: str, raw: bytes) -> SourceFile:
        """Decode a file's bytes."""
        if len(raw) > MOST_BYTES:
            return cls(path, raw, problem=Problem(1, 1, f"it has {len(raw):,} bytes; {MOST_BYTES:,} are read at most"))
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            return cls(path, raw, raw.decode(encoding), encoding)
        except SyntaxError as error:
            return cls(path, raw, problem=Problem(1, 1, str(error.msg)))
        except (UnicodeDecodeError, LookupError) as error:
            start = getattr(error, "start", 0)
            line = raw.count(b"\n", 0, start) + 1
            return cls(path, raw, problem=Problem(line, 1, f"it is not {encoding} text: {error}"))

    @property
    def tree(self) -> ast.Module | None:
        """Its syntax tree; None, with `problem` saying why, where it does not parse."""
        if not self._parsed:
            self._parsed = True
            if self.problem is None:
                try:
                    with warnings.catch_warnings():  # of invalid escapes in strings
                        warnings.simplefilter("ignore")
                        self._tree = ast.parse(self.text)
                except SyntaxError as error:
                    self.problem = Problem(error.lineno or 1, error.offset or 1, f"it does not parse: {error.msg}")
                except (ValueError, RecursionError, MemoryError) as error:
                    self.problem = Problem(1, 1, f"it does not parse: {error or type(error).__name__}")
        return self._tree

    @cached_property
    def lines(self) -> list[str]:
        """Its lines as Python counts them, without their ends."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @property
    def newline(self) -> str:
        r"""The line end that most of its lines have: "\n", "\r\n" or "\r"."""
        windows = self.text.count("\r\n")
        counts = {"\n": self.text.count("\n") - windows, "\r\n": windows, "\r": self.text.count("\r") - windows}
        return max(counts, key=lambda each: counts[each])


def in_folder(root: Path) -> dict[str, SourceFile]:
    """The Python files below a folder, by path. Links are not followed; hidden folders and those of tools are left out."""
    if not root.is_dir():
        raise DevToolsError(f"{root} is no folder.")
    return _read((path.relative_to(root).as_posix(), path.read_bytes()) for path in _walk(root))


def in_revision(root: Path, revision: str) -> dict[str, SourceFile]:
    """The Python files of a Git revision, by path; nothing is checked out.

    Args:
        root: a folder of the repository; only what is below it counts, and paths are relative to it.
        revision: a commit, tag or branch.
    """
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if not commit:
        raise DevToolsError(f"{root} has no revision {revision}. In a shallow clone, fetch it first.")
    listed = git(root, "ls-tree", "-r", "-z", "--format=%(objectmode) %(objectname) %(path)", commit.decode().strip())
    found: list[tuple[str, str]] = []
    for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        mode, blob, path = entry.split(" ", 2)
        if mode.startswith("100") and path.endswith(".py") and _is_source(PurePosixPath(path)):
            found.append((path, blob))
    return _read(zip((path for path, _ in found), _blobs(root, [blob for _, blob in found]), strict=True))


def git(root: Path, *arguments: str, check: bool = True, stdin: bytes | None = None) -> bytes:
    """What a git command prints.

    Raises:
        DevToolsError: it fails, with what git says; with `check` off, empty bytes are returned instead.
    """
    # Settings of the repository could name programs to run.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        done = subprocess.run(command, cwd=root, input=stdin, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise DevToolsError("git is not installed; revisions can only be read with it.") from error
    if done.returncode and check:
        raise DevToolsError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return b"" if done.returncode else done.stdout


def _walk(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        here = Path(folder)
        names[:] = sorted(name for name in names if _is_folder(here / name))
        yield from (here / name for name in sorted(files) if name.endswith(".py") and not (here / name).is_symlink())


def _is_folder(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name in _NOT_SOURCE
    return not hidden and not path.is_symlink() and not (path / "pyvenv.cfg").exists()


def _is_source(path: PurePosixPath) -> bool:
    return not any(part.startswith(".") or part in _NOT_SOURCE for part in path.parts[:-1])


def _read(found: Iterable[tuple[str, bytes]]) -> dict[str, SourceFile]:
    return {path: SourceFile.read(path, raw) for path, raw in found}


def _blobs(root: Path, names: list[str]) -> Iterator[bytes]:
    out = git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode()) if names else b""
    position = 0
    for _ in names:
        end = out.index(b"\n", position)
        size = int(out[position:end].split()[2])
        yield out[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
