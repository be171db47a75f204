"""Files that a Job attaches to its result."""

from __future__ import annotations

import gzip
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string
from nautobot.apps.jobs import Job
from nautobot.apps.utils import get_settings_or_config
from nautobot.extras.models import FileProxy, JobResult

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula.

    Text that begins like a formula gets an apostrophe in front, which spreadsheets do not show (OWASP, "CSV
    Injection"). None becomes "".
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


@contextmanager
def attached(result: JobResult, name: str) -> Iterator[IO[bytes]]:
    """What `attach` attached to a result under this name, put together and uncompressed, to be read in the block.

    Raises:
        FileNotFoundError: there is no such file.
    """
    files = {file.name: file for file in result.files.all()}
    zipped = f"{name}.gz"
    parts = [part for part in (name, zipped) if part in files][:1]
    if not parts:
        numbered = (f"{zipped}.{number}" for number in range(1, len(files) + 1))
        parts = list(takewhile(files.__contains__, numbered))
    if not parts:
        raise FileNotFoundError(name)
    with TemporaryFile() as whole:
        for part in parts:
            with files[part].file.open("rb") as source:
                shutil.copyfileobj(source, whole)
        whole.seek(0)
        if parts == [name]:
            yield whole
        else:
            with gzip.open(whole) as content:
                yield cast(IO[bytes], content)


def create_file(job: Job, name: str, content: bytes) -> None:
    """What `Job.create_file()` does, for runs that attach files of one name in the same moment.

    Nautobot's storage looks for a free name, and only then writes: two runs at once can take the same, and neither file can be read or deleted any
    more. So each is stored under a name that no other run takes; users see the one that was given.

    Raises:
        ValueError: the content is larger than Nautobot's setting JOB_CREATE_FILE_MAX_SIZE.
    """
    if len(content) > (limit := _limit()):
        raise ValueError(f"{name} has {len(content)} bytes, and JOB_CREATE_FILE_MAX_SIZE is {limit}.")
    file = store(job, name, content)
    job.logger.info("Created file [%s](%s)", name, file.file.url, extra={"grouping": "create_file"})


def store(job: Job, name: str, content: bytes) -> FileProxy:
    """Attach a file without a word: one that is the Job's own business, and will be deleted."""
    stem, dot, suffix = name.partition(".")
    stored = f"{stem}_{get_random_string(8)}{dot}{suffix}"
    return FileProxy.objects.create(name=name, job_result=job.job_result, file=ContentFile(content, name=stored))


def attach(job: Job, path: Path, name: str) -> list[str]:
    """Attach a file to the result of the Job, whatever its size; nothing is lost.

    A file larger than Nautobot's setting JOB_CREATE_FILE_MAX_SIZE is compressed; one that is too large even so is cut
    into parts. The log says so, and how to put the parts together.

    Args:
        job: the Job that runs.
        path: the file; those made from it are written beside it.
        name: what the user sees: "findings.csv".

    Returns:
        the names of the attached files: "findings.csv", or "findings.csv.gz", or "findings.csv.gz.1" and so on.
    """
    limit = _limit()
    size = path.stat().st_size
    if size <= limit:
        create_file(job, name, path.read_bytes())
        return [name]

    compressed, zipped = path.with_name(f"{path.name}.gz"), f"{name}.gz"
    with path.open("rb") as source, gzip.open(compressed, "wb") as target:
        shutil.copyfileobj(source, target)
    parts = math.ceil(compressed.stat().st_size / limit)
    names = [zipped] if parts == 1 else [f"{zipped}.{number}" for number in range(1, parts + 1)]
    with compressed.open("rb") as source:
        for part in names:
            create_file(job, part, source.read(limit))
    if parts == 1:
        job.logger.warning(
            "%s has %d bytes and JOB_CREATE_FILE_MAX_SIZE is %d, so it is attached as %s.",
            name,
            size,
            limit,
            zipped,
            extra={"grouping": "files"},
        )
    else:
        job.logger.warning(
            "%s has %d bytes and JOB_CREATE_FILE_MAX_SIZE is %d, so it is attached compressed and in %d parts. "
            "Put them together in this order: cat %s | gunzip > %s",
            name,
            size,
            limit,
            parts,
            " ".join(names),
            name,
            extra={"grouping": "files"},
        )
    return names


def _limit() -> int:
    return int(get_settings_or_config("JOB_CREATE_FILE_MAX_SIZE", fallback=10 << 20))
