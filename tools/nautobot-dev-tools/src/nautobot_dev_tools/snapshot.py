"""Migrated, empty databases of a Nautobot version as small files, and the PostgreSQL templates made from them.

Migrating an empty database takes minutes, restoring a snapshot about a second, and cloning the template that comes of it a quarter.
A version without a snapshot of its own starts from the nearest older one of its line (2.4, 3.0, …) and runs the few migrations since.
"""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.version import Version

from .errors import DevToolsError
from .processes import file_lock
from .project import Project
from .services import Postgres, Services

SHIPPED = Path(__file__).parent / "snapshots"
Progress = Callable[[str, int, int], None]

# What pg_dump writes that differs from dump to dump or between its own versions.
_NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|)$")
# What pg_dump writes since PostgreSQL 17 that psql and servers before refuse; none of it matters for a file of our own.
_NOT_PORTABLE = re.compile(r"^(SET transaction_timeout = .*|\\(un)?restrict \w+)\n", re.M)
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def no_progress(step: str, done: int, total: int) -> None:
    """Ignore progress."""


def nautobot_version() -> str:
    """The version that is installed."""
    return version("nautobot")


def file_name(nautobot: str) -> str:
    """The snapshot's file name for a version."""
    return f"nautobot-{nautobot}-postgresql.sql.xz"


def cache() -> Path:
    """The folder of snapshots that were made on this machine."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nautobot-dev-tools" / "snapshots"


def find(nautobot: str, folders: list[Path] | None = None) -> Path | None:
    """Return the snapshot of a version, or of the nearest older one of its line; None if there is none.

    Args:
        nautobot: the version.
        folders: where to look; default: among those made on this machine, and, preferably, the package's own.
    """
    wanted = Version(nautobot)
    found = {}
    for folder in folders or [cache(), SHIPPED]:
        for path in folder.glob(file_name("*")):
            one = Version(path.name.split("-")[1])
            if one.release[:2] == wanted.release[:2] and one <= wanted:
                found[one] = path
    return found[max(found)] if found else None


def fits(snapshot: Path, nautobot: str) -> bool:
    """Whether a snapshot is of this very version, so that no migration is missing."""
    return snapshot.name == file_name(nautobot)


def template_name(project: Project) -> str:
    """The template database's name: by version, and by the settings where they are the repository's own (its Apps have tables too)."""
    name = "schema_" + re.sub(r"\W", "_", nautobot_version())
    if Version(nautobot_version()).is_prerelease:
        # A development branch keeps its version for months.
        name += "_" + hashlib.sha256((distribution("nautobot").read_text("RECORD") or "").encode()).hexdigest()[:8]
    if project.settings.get("config"):
        name += "_" + hashlib.sha256(project.config.read_bytes()).hexdigest()[:8]
    return name


def ensure_template(services: Services, progress: Progress = no_progress) -> str:
    """Return the name of the migrated template database, making it first where it is missing."""
    project, postgres = services.project, services.postgres
    name = template_name(project)
    with file_lock(project.state / "template.lock"):
        if name in postgres.databases():
            return name
        building = f"{name}_building"
        postgres.drop(building)
        postgres.sql(f'CREATE DATABASE "{building}"')
        nautobot, own_settings = nautobot_version(), bool(project.settings.get("config"))
        snapshot = find(nautobot)
        if snapshot is not None:
            progress("Restoring the schema snapshot", 0, 1)
            restore(postgres, building, snapshot)
        exact = snapshot is not None and fits(snapshot, nautobot)
        if own_settings or not exact:
            migrate(services, building, progress)
        if not (own_settings or exact or Version(nautobot).is_prerelease):
            dump(postgres, building, cache() / file_name(nautobot))
        postgres.rename(building, name)
    return name


def restore(postgres: Postgres, database: str, snapshot: Path) -> None:
    """Load a snapshot into an empty database, in one transaction."""
    try:
        text = lzma.decompress(snapshot.read_bytes())
    except lzma.LZMAError as error:
        raise DevToolsError(f"{snapshot} is damaged: {error}") from error
    with subprocess.Popen(
        [str(_binary("psql")), "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", database],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **postgres.environment},
    ) as psql:
        assert psql.stdin is not None
        assert psql.stderr is not None
        with contextlib.suppress(BrokenPipeError), psql.stdin:
            psql.stdin.write(text)
        errors = psql.stderr.read().decode(errors="replace")
    if psql.returncode:
        raise DevToolsError(f"Restoring {snapshot.name} failed: {errors.strip()}")
    postgres.sql("ANALYZE", database=database)


def migrate(services: Services, database: str, progress: Progress = no_progress) -> None:
    """Run Nautobot's real migrations on a database, in a process of its own."""
    from .instance import Instance

    instance = Instance(services, "migrate", database=database)
    # A setting that the cache knows is not written to the database: what is migrated must not depend on what was migrated before.
    services.redis.flush(instance.redis_database, instance.redis_database + 1)
    environment = {**os.environ, **instance.environment}
    plan = subprocess.run(
        [*nautobot_server(), "showmigrations", "--plan"],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if plan.returncode:
        raise DevToolsError(f"nautobot-server showmigrations failed:\n{plan.stderr.strip()}")
    total, done, said = plan.stdout.count("[ ]"), 0, []
    step = f"Migrating Nautobot {nautobot_version()}"
    progress(step, 0, total)
    with subprocess.Popen(
        [*nautobot_server(), "migrate", "--no-input"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                said.append(line)
                if "Applying " in line:
                    done += 1
                    progress(step, min(done, total), total)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DevToolsError(f"nautobot-server migrate failed:\n{''.join(said[-30:])}")


def dump(postgres: Postgres, database: str, to: Path) -> Path:
    """Write a database as a snapshot file."""
    text = portable(postgres.run("pg_dump", "--no-owner", "--no-acl", "-d", database).stdout)
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_suffix(".partial")
    partial.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    partial.rename(to)
    return to


def portable(dumped: str) -> str:
    """Take out of a dump what older servers refuse: the one of the containers is not the one that made it."""
    return _NOT_PORTABLE.sub("", dumped)


def build(services: Services, to: Path, progress: Progress = no_progress) -> Path:
    """Make a snapshot of the installed version by running its migrations on an empty database."""
    postgres = services.postgres
    name = f"snapshot_build_{os.getpid()}"
    postgres.sql(f'CREATE DATABASE "{name}"')
    try:
        migrate(services, name, progress)
        return dump(postgres, name, to)
    finally:
        postgres.drop(name)


def verify(services: Services, progress: Progress = no_progress) -> list[str]:
    """Prove that what `ensure_template` makes of a snapshot equals the migrations of the installed version.

    Only shipped snapshots count: one of the cache was made from them, or from the migrations themselves.

    Returns:
        The differences, in words; empty if there are none.

    Raises:
        DevToolsError: there is no snapshot of this version, or of an older one of its line.
    """
    snapshot = find(nautobot_version(), [SHIPPED])
    if snapshot is None:
        raise DevToolsError(
            f"There is no snapshot of Nautobot {nautobot_version()}; make one with `nautobot-jobs snapshot build`."
        )
    postgres = services.postgres
    restored, migrated = f"snapshot_restored_{os.getpid()}", f"snapshot_migrated_{os.getpid()}"
    try:
        for name in (restored, migrated):
            postgres.sql(f'CREATE DATABASE "{name}"')
        restore(postgres, restored, snapshot)
        if not fits(snapshot, nautobot_version()):
            migrate(services, restored, progress)
        # Before any Nautobot looks at it: reading a setting for the first time writes a row.
        schema, rows = _schema(postgres, restored), _rows(postgres, restored)
        differences = _unapplied(services, restored)
        migrate(services, migrated, progress)
        differences += _compare("schema", schema, _schema(postgres, migrated))
        differences += _compare("rows", rows, _rows(postgres, migrated))
    finally:
        for name in (restored, migrated):
            postgres.drop(name)
    return differences


def nautobot_server() -> list[str]:
    """The command of this environment's ``nautobot-server``."""
    return [sys.executable, "-m", "nautobot_dev_tools.nautobot_server"]


def _unapplied(services: Services, database: str) -> list[str]:
    from .instance import Instance

    environment = {**os.environ, **Instance(services, "migrate", database=database).environment}
    result = subprocess.run(
        [*nautobot_server(), "migrate", "--check"],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return [f"unapplied migrations: {result.stdout.strip() or result.stderr.strip()}"] if result.returncode else []


def _schema(postgres: Postgres, database: str) -> Counter[str]:
    text = postgres.run("pg_dump", "--schema-only", "--no-owner", "--no-acl", "-d", database).stdout
    return Counter(line for line in text.splitlines() if not _NOISE.match(line))


def _rows(postgres: Postgres, database: str) -> Counter[str]:
    """All rows of all tables, without what differs by nature: identifiers, times, and the order of numbering."""
    rows: Counter[str] = Counter()
    columns: dict[str, list[str]] = {}
    for line in postgres.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type NOT IN ('uuid', 'timestamp with time zone') AND column_name !~ '(^id$|_id$)' ORDER BY 1, ordinal_position",
        database=database,
    ):
        table, column = line.split("|")
        columns.setdefault(table, []).append(f'"{column}"')
    for table, names in columns.items():
        for line in postgres.sql(f"""SELECT {", ".join(names)} FROM "{table}" """, database=database):
            rows[f"{table}: {_UUID.sub('UUID', line)}"] += 1
    return rows


def _compare(what: str, snapshot: Counter[str], migrations: Counter[str]) -> list[str]:
    return [f"{what}, only in the snapshot: {line}" for line in (snapshot - migrations)] + [
        f"{what}, only after migrating: {line}" for line in (migrations - snapshot)
    ]


def _binary(program: str) -> Path:
    from .services import binary

    return binary(program)
