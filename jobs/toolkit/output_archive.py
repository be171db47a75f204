"""What devices have answered, as ZIP files attached to the result of a Job, and compared with those of an earlier run.

A run that takes long attaches what it has in parts as it goes, so that one that is killed, as Nautobot does when it is cancelled,
leaves what it had. Each part has `results.json`, a list of what is known of the devices in it.
"""

from __future__ import annotations

import difflib
import json
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nautobot.apps.jobs import Job
from nautobot.extras.models import JobResult

from .attachments import attach, attached

INDEX = "results.json"
PART_BYTES = 8 << 20
PART_SECONDS = 120.0
# Of all parts: what comes then is told, but not kept.
MOST_BYTES = 64 << 20
_MOST_LINES = 5000
_MOST_SHOWN = 400
_LONGEST_NAME = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Lines that differ at each look, and mean nothing.
_VOLATILE = re.compile(
    r"\buptime\b|\bfree memory\b|\blast (input|clearing|flapped|configured)\b|\bminutes? (input|output) rate\b"
    r"|\b(packets|bytes) (input|output)\b|\b(input|output) (rate|packets|bytes)\b|\bcurrent time\b|^ntp clock-period",
    re.IGNORECASE,
)


class Names:
    """Names for files and folders that are valid everywhere, lead nowhere else, and differ."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def of(self, name: str, pk: str = "", *, ambiguous: bool = False) -> str:
        """A name; one that had to be changed, or that is ambiguous, gets a piece of the primary key."""
        clean = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:_LONGEST_NAME].strip("._-") or "unnamed"
        if pk and (ambiguous or clean != name or _RESERVED.fullmatch(clean)):
            clean = f"{clean}_{pk[:8]}"
        found, number = clean, 1
        while found.lower() in self._seen:
            number += 1
            found = f"{clean}_{pk[:8] or number}" if number == 2 else f"{clean}_{pk[:8]}_{number}"
        self._seen.add(found.lower())
        return found


class Archive:
    """The archive of a run.

    Args:
        job: the Job that runs.
        folder: for files that are made.
        stem: "show" for `show.zip`, `show-2.zip` and so on.
    """

    def __init__(self, job: Job, folder: Path, stem: str) -> None:
        self._job, self._folder, self._stem = job, folder, stem
        self._zip: zipfile.ZipFile | None = None
        self._part, self._attached = 0, 0
        self._records: list[Mapping[str, Any]] = []
        self._names = Names()

    @property
    def full(self) -> bool:
        """Has it had as much as it takes?"""
        return self._attached + self._size() >= MOST_BYTES

    def folder_of(self, name: str, pk: str) -> str:
        """The folder of a device in the archive."""
        return self._names.of(name, pk)

    def add(self, record: Mapping[str, Any], files: Mapping[str, str]) -> None:
        """Take what is known of a device, and its files by their paths in the archive."""
        if self._zip is None:
            self._part += 1
            self._path = self._folder / (f"{self._stem}.zip" if self._part == 1 else f"{self._stem}-{self._part}.zip")
            self._zip = zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED)
            self._begun = time.monotonic()
        for name, text in files.items():
            self._zip.writestr(name, text.encode("utf-8", "replace"))
        self._records.append(record)
        if self._size() >= PART_BYTES or time.monotonic() - self._begun >= PART_SECONDS:
            self.finish()

    def finish(self) -> None:
        """Attach what has not been yet."""
        if self._zip is None:
            return
        self._zip.writestr(INDEX, json.dumps(self._records, indent=1, ensure_ascii=False))
        self._zip.close()
        self._zip, self._records = None, []
        self._attached += self._path.stat().st_size
        attach(self._job, self._path, self._path.name)
        self._path.unlink()

    def _size(self) -> int:
        return self._path.stat().st_size if self._zip is not None else 0


@dataclass(frozen=True)
class Difference:
    """How an answer differs from the earlier one."""

    added: int
    removed: int
    text: str = field(repr=False)


class Earlier:
    """The archive of an earlier run: answers by device and command.

    Args:
        result: the earlier run; None for none.
        folder: for its files.
        stem: of their names.
        stack: closes them.
    """

    def __init__(self, result: JobResult | None, folder: Path, stem: str, stack: ExitStack) -> None:
        self.result = result
        self._places: dict[tuple[str, str], tuple[zipfile.ZipFile, str]] = {}
        for number, name in enumerate(_parts(result, stem) if result else ()):
            path = folder / f"earlier-{number}.zip"
            with attached(result, name) as source, path.open("wb") as target:
                while block := source.read(1 << 20):
                    target.write(block)
            opened = stack.enter_context(zipfile.ZipFile(path))
            for record in json.loads(opened.read(INDEX)):
                for answer in record.get("commands", ()):
                    if answer.get("file"):
                        self._places[record["pk"], answer["command"]] = (opened, answer["file"])

    def answer(self, pk: str, command: str) -> str | None:
        """What the device answered then; None if that is not known."""
        if (pk, command) not in self._places:
            return None
        opened, name = self._places[pk, command]
        return opened.read(name).decode("utf-8")


def has_archive(result: JobResult, stem: str) -> bool:
    """Has a run left an archive?"""
    return any(True for _ in _parts(result, stem))


def _parts(result: JobResult, stem: str) -> Iterator[str]:
    """Names of the archives that are attached, without what `attach` adds to them."""
    wanted = re.compile(rf"({re.escape(stem)}(?:-\d+)?\.zip)(?:\.gz(?:\.\d+)?)?")
    matches = (wanted.fullmatch(file) for file in result.files.values_list("name", flat=True))
    return iter(sorted({match[1] for match in matches if match}))


def compare(before: str, after: str, name: str, *, exactly: bool = False) -> Difference | None:
    """How an answer differs, unless `exactly` lines left aside that differ at each look; None if it does not."""
    old, new = (
        [line.rstrip() for line in text.splitlines() if exactly or (line.strip() and not _VOLATILE.search(line))]
        for text in (before, after)
    )
    if old == new:
        return None
    if max(len(old), len(new)) > _MOST_LINES:
        return Difference(len(new), len(old), f"--- {name}\n+++ {name}\n(too long to be shown)\n")
    lines = list(difflib.unified_diff(old, new, name, name, lineterm="", n=2))
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    more = [f"(and {len(lines) - _MOST_SHOWN} more lines)"] if len(lines) > _MOST_SHOWN else []
    return Difference(added, removed, "\n".join([*lines[:_MOST_SHOWN], *more]) + "\n")
