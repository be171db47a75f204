"""The Python files of a folder or of a revision, read with care: whatever is in them, reading ends in text or in a problem."""

from __future__ import annotations

import ast
import io
import os
import stat
import subprocess
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from ..errors import DevToolsError

# A file of 5,000 lines has some 200 kB; what is larger is data.
MOST_BYTES = 2_000_000
_NOT_SOURCE = {"__pycache__", "node_modules", "site-packages"}
# These too, unless they lie where Nautobot looks for Jobs: there they are packages like any other.
_NOT_SOURCE_ELSEWHERE = {"build", "dist", "venv", "env"}


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
            return cls.too_large(path, len(raw))
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            return cls(path, raw, raw.decode(encoding), encoding)
        except SyntaxError as error:
            return cls(path, raw, problem=Problem(1, 1, str(error.msg)))
        except (ValueError, LookupError) as error:  # some codecs raise more than UnicodeDecodeError
            start = getattr(error, "start", 0)
            line = raw.count(b"\n", 0, start) + 1
            return cls(path, raw, problem=Problem(line, 1, f"it is not {encoding} text: {error}"))

    @classmethod
    def too_large(cls, path: str, size: int) -> SourceFile:
        """Stand for a file of so many bytes, which are not read."""
        return cls(path, b"", problem=Problem(1, 1, f"it has {size:,} bytes; {MOST_BYTES:,} are read at most"))

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
    return {path: _from_disk(root, path) for path in sorted(_walk(root))}


def in_revision(root: Path, revision: str) -> dict[str, SourceFile]:
    """The Python files of a Git revision, by path; nothing is checked out.

    Args:
        root: a folder of the repository; only what is below it counts, and paths are relative to it.
        revision: a commit, tag or branch.
    """
    if not root.is_dir():
        raise DevToolsError(f"{root} is no folder.")
    git(root, "rev-parse", "--git-dir")  # where there is no repository, git says so
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if not commit:
        raise DevToolsError(f"{root} has no revision {revision}. In a shallow clone, fetch it first.")
    listed = git(root, "ls-tree", "-r", "-l", "-z", commit.decode().strip())
    found: dict[str, str] = {}
    files: dict[str, SourceFile] = {}
    for entry in filter(None, os.fsdecode(listed).split("\0")):
        about, path = entry.split("\t", 1)
        mode, _, blob, size = about.split()
        if mode.startswith("100") and path.endswith(".py") and _is_source(PurePosixPath(path)):
            if not size.isdigit():
                raise DevToolsError(
                    f"{root}: the repository lacks the object of {path}. In a partial clone, fetch it first."
                )
            found[path] = blob if int(size) <= MOST_BYTES else ""
            if not found[path]:
                files[path] = SourceFile.too_large(path, int(size))
    blobs = _blobs(root, [blob for blob in found.values() if blob])
    return {path: SourceFile.read(path, next(blobs)) if blob else files[path] for path, blob in found.items()}


def git(root: Path, *arguments: str, check: bool = True, stdin: bytes | None = None) -> bytes:
    """What a git command prints.

    Raises:
        DevToolsError: it fails, with what git says; with `check` off, empty bytes are returned instead.
    """
    # Settings of the repository could name programs to run.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    # In a hook these name the repository that is committed to, which need not be that of `root`.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(command, cwd=root, env=environment, input=stdin, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise DevToolsError("git is not installed; revisions can only be read with it.") from error
    if done.returncode and check:
        raise DevToolsError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return b"" if done.returncode else done.stdout


_OF_A_HOOK = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}


def _from_disk(root: Path, path: str) -> SourceFile:
    try:
        size = (root / path).stat().st_size
        return (
            SourceFile.too_large(path, size) if size > MOST_BYTES else SourceFile.read(path, (root / path).read_bytes())
        )
    except OSError as error:
        return SourceFile(path, b"", problem=Problem(1, 1, f"it cannot be read: {error.strerror}"))


def _walk(root: Path) -> Iterator[str]:
    for folder, names, files in os.walk(root):
        here = Path(folder)
        names[:] = sorted(name for name in names if _is_folder(root, here / name))
        for name in sorted(files):
            if name.endswith(".py") and _is_file(here / name):
                yield (here / name).relative_to(root).as_posix()


def _is_file(path: Path) -> bool:
    """Whether it is a file at all, and not a link or a pipe, whose reading would never end."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # gone in the meantime
        return False


def _is_folder(root: Path, path: Path) -> bool:
    return (
        _is_source(PurePosixPath(path.relative_to(root).as_posix()) / "-.py")
        and not path.is_symlink()
        and not (path / "pyvenv.cfg").exists()
    )


def _is_source(path: PurePosixPath) -> bool:
    folders = path.parts[:-1]
    skipped = _NOT_SOURCE if folders[:1] == ("jobs",) else _NOT_SOURCE | _NOT_SOURCE_ELSEWHERE
    return not any(part.startswith(".") or part in skipped for part in folders)


def _blobs(root: Path, names: list[str]) -> Iterator[bytes]:
    out = git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode()) if names else b""
    position = 0
    for _ in names:
        end = out.index(b"\n", position)
        size = int(out[position:end].split()[2])
        yield out[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
