"""``rehearse``: executes a repository's Jobs on a copy of a team's own data, changing nothing for good."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from . import exercises
from .console import err, step
from .demo import conclude, not_run
from .errors import DevToolsError
from .instance import Instance
from .project import Project
from .run import find_job
from .services import Postgres, binary
from .snapshot import Progress, migrate, nautobot_server
from .workbench import Workbench, booted, sync_or_fail

_CUSTOM = b"PGDMP"
# Roles that a plain dump names; they are made, without rights to log in, so that it loads whoever owned the original.
_NAMES_ROLES = re.compile(rb"^(ALTER .* OWNER TO|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION) ")
_ROLE = re.compile(rb"""(?: TO| FROM| FOR ROLE|^SET SESSION AUTHORIZATION) ("[^"]+"|'[^']+'|[\w$]+)""")
# The comments that pg_dump and pg_dumpall put first and last.
_COMMENT = re.compile(rb"^-- PostgreSQL database (?:cluster )?dump( complete|)$")
# A dump made with --create or by pg_dumpall would leave the database it is loaded into.
_LEAVES = re.compile(rb"^(\\connect |(CREATE|DROP|ALTER) (DATABASE|ROLE) )")


def rehearse(
    project: Project,
    dataset: Path,
    only: Sequence[str] = (),
    *,
    own_exercises: Path | None = None,
    json_file: Path | None = None,
) -> bool:
    """Restore a dump, sync the repository, execute Jobs (those that write in dry run); returns whether none raised an exception.

    Args:
        project: the repository of the Jobs.
        dataset: the dump.
        only: Jobs, as `find_job` takes them; by default all.
        own_exercises: a file of exercises that name this data's objects, to execute instead of each Job once.
        json_file: where the rows of the table go too.
    """
    started = time.monotonic()
    if not dataset.is_file():
        raise DevToolsError(f"There is no file {dataset}.")
    declared = exercises.load_file(own_exercises) if own_exercises else exercises.load(project)

    def prepare(instance: Instance, progress: Progress) -> None:
        restore(instance, dataset, progress)

    with booted(project, "rehearse", prepare=prepare) as bench:
        sync_or_fail(bench)
        reports = project.state / "reports" / "rehearse"
        shutil.rmtree(reports, ignore_errors=True)
        reports.mkdir(parents=True)
        rows = (_execute_all if own_exercises else _execute)(bench, declared, reports, only)
    return conclude(rows, time.monotonic() - started, f"Rehearsal on {dataset.name}", reports, json_file)


def restore(instance: Instance, dataset: Path, progress: Progress) -> None:
    """Load a pg_dump (plain, custom, gzip, xz or zstd) into the instance's database, anew, and migrate it if it is older."""
    postgres, name = instance.services.postgres, instance.database_name
    instance.stop()
    postgres.drop(name)
    postgres.sql(f'CREATE DATABASE "{name}"')
    instance.clear()
    progress(f"Restoring {dataset.name}", 0, 1)
    with _decompressed(dataset) as content:
        head = content.read(len(_CUSTOM))
    if not head:
        raise DevToolsError(f"{dataset} is empty, or cut short.")
    if head == _CUSTOM:
        _restore_custom(postgres, name, dataset)
    else:
        _restore_plain(postgres, name, dataset)
    if "extras_jobresult" not in postgres.sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=name
    ):
        raise DevToolsError(
            f"{dataset} is not a dump of a Nautobot: it has no table extras_jobresult in the schema public."
        )
    postgres.sql("ANALYZE", database=name)
    environment = {**os.environ, **instance.environment}
    check = subprocess.run(
        [*nautobot_server(), "migrate", "--check"],
        capture_output=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if check.returncode:
        migrate(instance.services, name, progress)
    instance.mark()
    _disarm(postgres, name)


def _disarm(postgres: Postgres, database: str) -> None:
    """Keep the copy from acting on the world outside: no webhooks, no hooks, no schedules, no foreign repositories to clone."""
    columns = set(
        postgres.sql(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
            database=database,
        )
    )
    for table in ("extras_webhook", "extras_jobhook", "extras_scheduledjob"):
        if f"{table}.enabled" in columns:
            postgres.sql(f"UPDATE {table} SET enabled = false", database=database)
    postgres.sql("UPDATE extras_gitrepository SET provided_contents = '[]'", database=database)


def _execute(
    bench: Workbench, declared: list[exercises.Exercise], reports: Path, only: Sequence[str] = ()
) -> list[dict]:
    from nautobot.extras.models import Job

    project = bench.instance.project
    fitting = exercises.fitting(declared)
    jobs = list(
        Job.objects.filter(module_name__startswith=f"{project.slug}.", installed=True).order_by(
            "module_name", "job_class_name"
        )
    )
    if only:
        wanted = {find_job(each).pk for each in only}
        jobs = [job for job in jobs if job.pk in wanted]
    rows = []
    with step(f"Rehearsing {len(jobs)} Jobs") as progress:
        for number, job in enumerate(jobs):
            progress(job.name, number, len(jobs))
            path = job.class_path.removeprefix(f"{project.slug}.")
            if path not in fitting and (job.is_job_hook_receiver or job.is_job_button_receiver):
                rows.append(not_run(job, "none of its exercises says `rehearse: true`", expected="no exception"))
                continue
            exercise = fitting.get(path) or exercises.Exercise(path, "With its defaults", project.root)
            rows.append(exercises.execute(exercise, project, bench.user, reports=reports, dry_run=True))
    err.print(f"  {sum(row['status'] != 'not run' for row in rows)} of {len(rows)} Jobs executed", markup=False)
    return rows


def _execute_all(
    bench: Workbench, declared: list[exercises.Exercise], reports: Path, only: Sequence[str] = ()
) -> list[dict]:
    """Execute exercises that were written for this very data, or those of some Jobs."""
    project = bench.instance.project
    wanted = {find_job(each).class_path for each in only}
    chosen = [each for each in declared if not wanted or f"{project.slug}.{each.job}" in wanted]
    if not chosen:
        raise DevToolsError(f"In that file is no exercise of {', '.join(only) or 'any Job'}.")
    with step(f"Rehearsing {len(chosen)} exercises") as progress:
        return exercises.on_each(
            chosen,
            lambda each: exercises.execute(each, project, bench.user, reports=reports, dry_run=True),
            progress,
        )


def _restore_custom(postgres: Postgres, database: str, dataset: Path) -> None:
    """Restore pg_dump's custom format, compressed once more or not."""
    with (
        _decompressed(dataset) as content,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [
                str(binary("pg_restore")),
                "--no-owner",
                "--no-acl",
                "--exit-on-error",
                "--single-transaction",
                "-d",
                database,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **postgres.environment},
        ) as process,
    ):
        _pour(content, process, errors, dataset, lambda chunks: chunks)


def _restore_plain(postgres: Postgres, database: str, dataset: Path) -> None:
    roles: set[str] = set()
    comments = []
    with _decompressed(dataset) as content:
        for line, data in _lines(content):
            if data:
                continue
            if _NAMES_ROLES.match(line):
                roles.update(name.decode().strip("\"'") for name in _ROLE.findall(line))
            elif found := _COMMENT.match(line):
                comments.append(found.group(1))
    if b"" in comments and b" complete" not in comments:
        raise DevToolsError(f"{dataset} is cut short: the end that pg_dump writes is missing.")
    for role in sorted(
        roles - {"public", "PUBLIC", "CURRENT_USER", "DEFAULT"} - set(postgres.sql("SELECT rolname FROM pg_roles"))
    ):
        quoted = role.replace('"', '""')
        postgres.sql(f'CREATE ROLE "{quoted}"')
    with (
        _decompressed(dataset) as content,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [str(binary("psql")), "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", database],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **postgres.environment},
        ) as process,
    ):
        _pour(content, process, errors, dataset, _staying)


def _pour(content: IO[bytes], process: subprocess.Popen, errors: IO[bytes], dataset: Path, through) -> None:
    """Feed a dump to a client; its words go to a file, since a pipe that nobody reads meanwhile would block both."""
    assert process.stdin is not None
    try:
        with process.stdin as sink:
            for piece in through(content):
                sink.write(piece)
    except BrokenPipeError:
        pass  # its own words say why
    if process.wait():
        errors.seek(0)
        raise DevToolsError(f"Restoring {dataset} failed: {errors.read().decode(errors='replace').strip()[-2000:]}")


def _lines(content: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of a plain dump, each with whether it is data of a COPY rather than SQL."""
    copying = False
    for line in content:
        yield line, copying
        begins = line.startswith(b"COPY ") and line.rstrip().endswith(b"FROM stdin;")
        copying = line.rstrip(b"\r\n") != b"\\." if copying else begins


def _staying(content: IO[bytes]) -> Iterator[bytes]:
    """A plain dump without the statements that would leave the database."""
    return (line for line, data in _lines(content) if data or not _LEAVES.match(line))


@contextmanager
def _decompressed(path: Path) -> Iterator[Any]:
    """Open a file, whatever it is compressed with; told by its first bytes, not by its name."""
    import zstandard

    try:
        with open(path, "rb") as raw:
            magic = raw.read(6)
            raw.seek(0)
            if magic.startswith(b"\x1f\x8b"):
                with gzip.open(raw) as content:
                    yield content
            elif magic.startswith(b"\xfd7zXZ"):
                with lzma.open(raw) as content:
                    yield content
            elif magic.startswith(b"\x28\xb5\x2f\xfd"):
                with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
                    yield io.BufferedReader(reader)
            else:
                yield raw
    except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
        raise DevToolsError(f"{path} is damaged or cut short: {error}") from error
