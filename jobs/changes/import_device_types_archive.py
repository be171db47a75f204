"""Archives that users upload, unpacked in memory without trusting anything about them; nothing is written to disk."""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..toolkit.access import RefusalError
from ..toolkit.uploads import MOST_BYTES, name_of

MOST_MEMBERS = 10_000
MOST_UNPACKED = 64 << 20
MOST_IN_A_FILE = 1 << 20
_LONGEST_PATH = 400
_MOST_PROBLEMS = 100
_DEFINITIONS = (".yaml", ".yml")
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar")
# A storage may have made x.tar.gz to x.tar_q1w2e3r.gz, to tell it from one that was there.
_PACKED_TAR = re.compile(r"\.tgz$|\.tar(_[a-z0-9]+)?\.gz$")
_ENCRYPTED = 0x1
_UNREADABLE = (
    BadZipFile,
    tarfile.TarError,
    EOFError,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class Text(NamedTuple):
    """A file with definitions: where it is in the archive, and what it has."""

    path: str
    content: bytes


class Unpacked(NamedTuple):
    """What is in an upload: files with definitions in order of their paths, and how many others were left out."""

    texts: list[Text]
    left_out: int


class _Member(NamedTuple):
    """A member of an archive. `kind` is "file", "folder", or what it is instead; `handle` is the library's own."""

    path: str
    kind: str
    size: int
    handle: Any


def unpack(upload: Any) -> Unpacked:
    """Read an uploaded YAML file, or the YAML files of an uploaded archive.

    Args:
        upload: what a FileVar gives.

    Raises:
        RefusalError: it is too large, or no such file, or an archive with anything in it that could do harm. All that
            is wrong with it is told at once.
    """
    name = name_of(upload)
    lower = name.lower()
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise RefusalError(f"File: {name} has more than {MOST_BYTES} bytes. Upload the manufacturers that you need.")
    if lower.endswith(_DEFINITIONS):
        return Unpacked([Text(name, content)], 0)
    try:
        if lower.endswith(".zip"):
            with ZipFile(io.BytesIO(content)) as archive:
                return _read(name, list(_zip_members(archive)), archive.open)
        if _PACKED_TAR.search(lower):
            with tarfile.open(fileobj=io.BytesIO(_gunzip(name, content)), mode="r:") as tar:
                return _read(name, list(_tar_members(tar)), tar.extractfile)
    except _UNREADABLE as error:
        raise RefusalError(f"File: {name} is not readable as an archive ({error}).") from None
    raise RefusalError(
        f"File: {name} is no YAML file and no archive: its name has to end with .yaml, .yml, .zip, .tar.gz or .tgz."
    )


def _gunzip(name: str, content: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
        unpacked = packed.read(MOST_UNPACKED + 1)
    if len(unpacked) > MOST_UNPACKED:
        raise _too_large(name)
    return unpacked


def _too_large(name: str) -> RefusalError:
    return RefusalError(f"File: {name} unpacks to more than {MOST_UNPACKED} bytes. Leave out pictures, or split it.")


def _zip_members(archive: ZipFile) -> Iterator[_Member]:
    for info in archive.infolist():
        # orig_filename: Python changes the path where it is not harmless.
        yield _Member(info.orig_filename, _zip_kind(info), info.file_size, info)


def _zip_kind(info: ZipInfo) -> str:
    mode = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.is_dir():
        return "folder"
    if mode == stat.S_IFLNK:
        return "a link"
    return "file" if mode in (0, stat.S_IFREG) else "no ordinary file"


def _tar_members(tar: tarfile.TarFile) -> Iterator[_Member]:
    for number, info in enumerate(tar):
        kind = "no ordinary file"
        if info.isdir():
            kind = "folder"
        elif info.issym() or info.islnk():
            kind = "a link"
        elif info.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
            kind = "file"
        yield _Member(info.name, kind, info.size, info)
        if number > MOST_MEMBERS:
            return


def _read(name: str, members: list[_Member], opened: Any) -> Unpacked:
    if len(members) > MOST_MEMBERS:
        raise RefusalError(f"File: {name} has more than {MOST_MEMBERS} members. Split it.")
    if sum(member.size for member in members) > MOST_UNPACKED:
        raise _too_large(name)
    problems = list(_problems(members))
    if problems:
        more = [f"and {len(problems) - _MOST_PROBLEMS} more"] if len(problems) > _MOST_PROBLEMS else []
        listed = "\n".join(f"- {each}" for each in problems[:_MOST_PROBLEMS] + more)
        raise RefusalError(f"File: {name} is refused, for these members:\n{listed}")
    texts, total = [], 0
    files = [member for member in members if member.kind == "file"]
    wanted = [member for member in files if _is_definition(member.path)]
    for member in sorted(wanted, key=lambda member: member.path):
        # What an archive says about sizes is not to be believed.
        with opened(member.handle) as file:
            content = file.read(MOST_IN_A_FILE + 1)
        total += len(content)
        if len(content) > MOST_IN_A_FILE:
            raise RefusalError(f"File: {name}: {_shown(member.path)} has more than {MOST_IN_A_FILE} bytes.")
        if total > MOST_UNPACKED:
            raise _too_large(name)
        texts.append(Text(member.path, content))
    return Unpacked(texts, len(files) - len(texts))


def _is_definition(path: str) -> bool:
    parts = PurePosixPath(path.lower()).parts
    return path.lower().endswith(_DEFINITIONS) and not any(part.startswith(".") or part == "__macosx" for part in parts)


def _problems(members: list[_Member]) -> Iterator[str]:
    seen = set()
    for member in members:
        path, shown = member.path, _shown(member.path)
        parts = path.rstrip("/").split("/")
        if len(path) > _LONGEST_PATH or any(ord(sign) < 32 or ord(sign) == 127 for sign in path):
            yield f"{shown}: its path is too long, or has control characters in it"
        elif path.startswith("/") or "\\" in path or path[1:2] == ":":
            yield f"{shown}: its path begins at the root of a disk, or has backslashes in it"
        elif ".." in parts:
            yield f"{shown}: its path leads out of the archive"
        elif member.kind not in ("file", "folder"):
            yield f"{shown}: it is {member.kind}"
        elif member.kind == "file" and path.lower().endswith(_ARCHIVES):
            yield f"{shown}: it is an archive in the archive; unpack it first"
        if member.kind == "file":
            if path in seen:
                yield f"{shown}: it is there twice"
            seen.add(path)


def _shown(path: str) -> str:
    return repr(path if len(path) <= 100 else f"{path[:100]}…")
