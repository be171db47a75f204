"""Writes new and changed files, all of them or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import DevToolsError


def write(root: Path, new: Mapping[str, bytes], changed: Mapping[str, tuple[bytes, bytes]] | None = None) -> None:
    """Write files below a folder; if one cannot be written, none is there afterwards.

    Args:
        root: the folder, made where it is missing.
        new: content by path; none of them may be there.
        changed: content before and after by path.

    Raises:
        DevToolsError: a new file is there already, one to be changed is another by now, or a path leads out of the folder.
    """
    changed = changed or {}
    top = root.resolve()
    for path in (*new, *changed):
        if not (top / path).parent.resolve().is_relative_to(top) or (top / path).is_symlink():
            raise DevToolsError(f"{path} leads out of {root} by a link.")
    there = [path for path in new if (top / path).exists()]
    if there:
        raise DevToolsError(f"{', '.join(sorted(there))}: there already; nothing was written.")
    for path, (before, _) in changed.items():
        if (top / path).read_bytes() != before:
            raise DevToolsError(f"{path} was changed meanwhile; nothing was written.")
    folders: list[Path] = []
    done: list[Path] = []
    try:
        for path, raw in new.items():
            _make(top / Path(path).parent, folders)
            with (top / path).open("xb") as stream:
                done.append(top / path)
                stream.write(raw)
        for path, (_, after) in changed.items():
            _replace(top / path, after)
    except BaseException as error:
        for path, (before, _) in changed.items():
            if (top / path).read_bytes() != before:
                _replace(top / path, before)
        for file in done:
            file.unlink(missing_ok=True)
        for folder in reversed(folders):
            folder.rmdir()
        if isinstance(error, OSError):
            raise DevToolsError(f"{error.filename}: {error.strerror}; nothing was written.") from error
        raise


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it; note which were."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _replace(path: Path, raw: bytes) -> None:
    """Replace a file's content at once, with its mode."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        Path(temporary).chmod(path.stat().st_mode & 0o7777)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
