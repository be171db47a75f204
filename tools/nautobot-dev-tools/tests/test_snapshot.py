"""Schema snapshots: the one that is shipped fits the installed Nautobot, and templates come of it."""

import lzma
import os
import re
from collections import Counter
from dataclasses import replace

import pytest
from nautobot_dev_tools import snapshot
from nautobot_dev_tools.environments import line
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.services import Services


def test_the_installed_version_has_a_snapshot_in_the_package():
    path = snapshot.SHIPPED / snapshot.file_name(snapshot.nautobot_version())

    assert snapshot.find(snapshot.nautobot_version()) == path


SHIPPED = sorted(snapshot.SHIPPED.iterdir())


def test_each_line_has_one_of_its_oldest_version(repository_project):
    """From which the others of the line can catch up."""
    oldest = {line(version): version for version in reversed(repository_project.supported)}

    assert {snapshot.file_name(version) for version in oldest.values()} <= {path.name for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_snapshot_is_small_and_loads_into_older_servers(path):
    text = lzma.decompress(path.read_bytes()).decode()

    assert path.stat().st_size < 100_000
    assert text == snapshot.portable(text)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The cache and the package's folder, with snapshots of a line: files by version."""
    shipped, cached = tmp_path / "shipped", tmp_path / "cache/nautobot-dev-tools/snapshots"
    monkeypatch.setattr(snapshot, "SHIPPED", shipped)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {}
    for folder, versions in ((shipped, ["2.4.35", "3.0.0", "3.0.11", "3.1.0"]), (cached, ["3.0.4", "3.0.11"])):
        folder.mkdir(parents=True)
        for version in versions:
            files[folder.name, version] = folder / snapshot.file_name(version)
            files[folder.name, version].touch()
    return files


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("3.0.11", ("shipped", "3.0.11")),
        ("3.0.4", ("snapshots", "3.0.4")),
        ("3.0.9", ("snapshots", "3.0.4")),
        ("3.0.3", ("shipped", "3.0.0")),
        ("3.0.12", ("shipped", "3.0.11")),
        ("3.0.12a0", ("shipped", "3.0.11")),
        ("3.1.0a1", None),  # before the first of its line, and no other line will do
        ("2.4.34", None),
        ("2.5.0", None),
        ("4.0.0", None),
    ],
)
def test_the_nearest_older_snapshot_of_the_line_is_found(made, wanted, found):
    assert snapshot.find(wanted) == made.get(found)


def test_what_is_verified_is_what_is_shipped(made):
    assert snapshot.find("3.0.9", [snapshot.SHIPPED]) == made["shipped", "3.0.0"]


def test_a_snapshot_names_no_owner_role_or_right():
    text = lzma.decompress(snapshot.find(snapshot.nautobot_version()).read_bytes()).decode()

    named = re.compile(r"(ALTER .* OWNER TO|GRANT|REVOKE|CREATE (ROLE|DATABASE)) ")
    assert [line for line in text.splitlines() if named.match(line)] == []
    assert "CREATE TABLE public.dcim_device (" in text


def test_a_snapshot_has_no_secret_and_nobody_in_it():
    """It is public: no user, no token, no session, nobody's name."""
    text = lzma.decompress(snapshot.find(snapshot.nautobot_version()).read_bytes()).decode()

    for table in ("auth_user", "users_token", "django_session", "extras_secret", "extras_gitrepository"):
        rows = text.split(f"COPY public.{table} (", 1)[1].split("FROM stdin;\n", 1)[1].split("\\.\n", 1)[0]
        assert rows == ""


@pytest.mark.django_db
def test_no_migration_of_the_installed_version_is_missing():
    """The session's database is a clone of the snapshot's template."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())

    assert [f"{migration.app_label}.{migration.name}" for migration, _ in plan] == []
    assert len(executor.loader.applied_migrations) > 400
    assert executor.loader.detect_conflicts() == {}


@pytest.mark.django_db
def test_no_migration_of_the_snapshot_is_unknown_to_the_installed_version():
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | {old for new in loader.disk_migrations.values() for old in new.replaces}
    # Packages that gave their app another name leave its old names behind, in every Nautobot that was once migrated with them.
    applied = {(app, name) for app, name in loader.applied_migrations if app in loader.migrated_apps}

    assert len(applied) > 400
    assert applied - known == set()


@pytest.mark.django_db
def test_the_rows_that_nautobot_itself_makes_are_there():
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import Job, Role, Status
    from nautobot.ipam.models import Namespace

    assert Status.objects.filter(name="Active").exists()
    assert Role.objects.exists()
    assert Namespace.objects.filter(name="Global").exists()
    assert ContentType.objects.filter(app_label="dcim", model="device").exists()
    assert Job.objects.filter(
        module_name="nautobot.core.jobs", job_class_name="GitRepositorySync", installed=True
    ).exists()


@pytest.fixture
def own_project(session_services, tmp_path, write):
    """A project whose services are the session's, with a template name of its own, by its settings."""
    write({"config.py": f"# {tmp_path}\n"})
    project = replace(session_services.project, settings={"config": str(tmp_path / "config.py")})
    yield project
    for name in (snapshot.template_name(project), f"{snapshot.template_name(project)}_building"):
        session_services.postgres.drop(name)


def test_the_template_is_named_by_version_and_by_settings_of_ones_own(own_project, tmp_path):
    plain, own = snapshot.template_name(Project(tmp_path)), snapshot.template_name(own_project)

    assert plain == "schema_" + snapshot.nautobot_version().replace(".", "_")
    assert own.startswith(f"{plain}_")
    own_project.config.write_text("# changed\n")
    assert snapshot.template_name(own_project) not in (plain, own)


def test_a_template_is_made_once_from_the_snapshot_and_migrated_for_settings_of_ones_own(
    own_project, monkeypatch, tmp_path
):
    """A repository's own settings may add Apps, whose tables no snapshot has."""
    services, migrated, told = Services(own_project), [], []
    small = tmp_path / "x.sql.xz"
    small.write_bytes(lzma.compress(b"CREATE TABLE from_the_snapshot (n integer);\n"))
    monkeypatch.setattr(snapshot, "find", lambda version: small)
    monkeypatch.setattr(snapshot, "migrate", lambda services, database, progress: migrated.append(database))

    name = snapshot.ensure_template(services, lambda step, done, total: told.append(step))

    assert migrated == [f"{name}_building"]
    assert f"{name}_building" not in services.postgres.databases()
    assert told == ["Restoring the schema snapshot"]
    assert services.postgres.sql("SELECT count(*) FROM from_the_snapshot", database=name) == ["0"]
    assert snapshot.ensure_template(services) == name
    assert migrated == [f"{name}_building"]


def test_a_half_built_template_is_not_taken_for_one(own_project, monkeypatch):
    services = Services(own_project)
    name = snapshot.template_name(own_project)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshot, "restore", interrupted)
    with pytest.raises(KeyboardInterrupt):
        snapshot.ensure_template(services)
    assert name not in services.postgres.databases()

    monkeypatch.setattr(snapshot, "restore", lambda postgres, database, path: None)
    monkeypatch.setattr(snapshot, "migrate", lambda *_: None)
    assert snapshot.ensure_template(services) == name


def test_a_version_without_a_snapshot_is_migrated_and_kept(project, session_services, monkeypatch, tmp_path):
    """With its progress, and only where the settings are Nautobot's own: another repository's would not fit."""
    steps = []
    services = Services(replace(session_services.project, settings={}))
    version = f"0.0.{os.getpid()}"
    monkeypatch.setattr(snapshot, "nautobot_version", lambda: version)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(snapshot, "migrate", _make_a_table)
    assert snapshot.find(version) is None

    name = snapshot.ensure_template(services, lambda *step: steps.append(step))
    try:
        kept = snapshot.find(version)

        assert kept == tmp_path / "cache/nautobot-dev-tools/snapshots" / snapshot.file_name(version)
        assert b"CREATE TABLE public.made_by_migrations" in lzma.decompress(kept.read_bytes())
        assert steps == [("Migrating", 1, 2)]
    finally:
        services.postgres.drop(name)


@pytest.mark.parametrize(
    ("version", "kept"), [("90.0.7", True), ("90.0.7a1", False)], ids=["a release", "a branch, which goes on"]
)
def test_a_version_catches_up_from_an_older_snapshot(session_services, monkeypatch, tmp_path, version, kept):
    """The rest is migrated, and the result of a release kept, so that this is done once a machine."""
    services, steps = Services(replace(session_services.project, settings={})), []
    monkeypatch.setattr(snapshot, "nautobot_version", lambda: version)
    monkeypatch.setattr(snapshot, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(snapshot, "migrate", _make_a_table)
    older = snapshot.SHIPPED / snapshot.file_name("90.0.3" if kept else "90.0.0")
    older.parent.mkdir()
    older.write_bytes(lzma.compress(b"CREATE TABLE from_the_snapshot (n integer);\n"))

    name = snapshot.ensure_template(services, lambda *step: steps.append(step[0]))
    try:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        made = services.postgres.sql(tables, database=name)
        cached = snapshot.cache() / snapshot.file_name(version)

        assert steps == ["Restoring the schema snapshot", "Migrating"]
        assert made == ["from_the_snapshot", "made_by_migrations"]
        assert cached.exists() == kept
        assert snapshot.find(version) == (cached if kept else older)
    finally:
        services.postgres.drop(name)


def test_the_template_of_a_branch_is_named_by_its_files_too(tmp_path, monkeypatch):
    """It keeps its version for months, and its migrations change."""
    monkeypatch.setattr(snapshot, "nautobot_version", lambda: "90.0.1a0")

    assert re.fullmatch("schema_90_0_1a0_[0-9a-f]{8}", snapshot.template_name(Project(tmp_path)))


def _make_a_table(services, database, progress):
    progress("Migrating", 1, 2)
    services.postgres.sql("CREATE TABLE made_by_migrations (n integer)", database=database)


def test_dump_and_restore_are_each_others_reverse(scratch_instance, session_services, tmp_path):
    postgres, name = session_services.postgres, scratch_instance.database_name
    postgres.sql(f'CREATE DATABASE "{name}"')
    postgres.sql("CREATE TABLE words AS SELECT 'Zürich' AS word, 1 AS n", database=name)

    path = snapshot.dump(postgres, name, tmp_path / "new" / "x.sql.xz")
    schema, rows = snapshot._schema(postgres, name), snapshot._rows(postgres, name)
    postgres.drop(name)
    postgres.sql(f'CREATE DATABASE "{name}"')
    snapshot.restore(postgres, name, path)

    assert postgres.sql("SELECT * FROM words", database=name) == ["Zürich|1"]
    assert snapshot._schema(postgres, name) == schema
    assert snapshot._rows(postgres, name) == rows == Counter({"words: Zürich|1": 1})
    assert [each.name for each in path.parent.iterdir()] == ["x.sql.xz"]


def test_a_damaged_snapshot_leaves_nothing_behind(scratch_instance, session_services, tmp_path):
    postgres, name = session_services.postgres, scratch_instance.database_name
    postgres.sql(f'CREATE DATABASE "{name}"')
    path = tmp_path / "x.sql.xz"
    path.write_bytes(lzma.compress(b"CREATE TABLE words (n integer);\nSELECT nonsense;\n"))

    with pytest.raises(DevToolsError, match=r"Restoring x\.sql\.xz failed: (?s:.*)nonsense"):
        snapshot.restore(postgres, name, path)

    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == ["0"]


def test_a_cut_snapshot_is_told(scratch_instance, session_services, tmp_path):
    postgres, name = session_services.postgres, scratch_instance.database_name
    postgres.sql(f'CREATE DATABASE "{name}"')
    path = tmp_path / "x.sql.xz"
    path.write_bytes(snapshot.find(snapshot.nautobot_version()).read_bytes()[:1000])

    with pytest.raises(DevToolsError, match=r"x\.sql\.xz"):
        snapshot.restore(postgres, name, path)


def test_the_comparison_tells_each_difference_and_its_side():
    ours = Counter({"CREATE TABLE a": 1, "same": 2, "twice": 2})
    theirs = Counter({"CREATE TABLE b": 1, "same": 2, "twice": 1})

    assert snapshot._compare("schema", ours, ours.copy()) == []
    assert sorted(snapshot._compare("schema", ours, theirs)) == [
        "schema, only after migrating: CREATE TABLE b",
        "schema, only in the snapshot: CREATE TABLE a",
        "schema, only in the snapshot: twice",
    ]


def test_the_comparison_of_rows_sees_what_matters_and_not_what_differs_by_nature(scratch_instance, session_services):
    postgres, name = session_services.postgres, scratch_instance.database_name
    postgres.sql(f'CREATE DATABASE "{name}"')
    postgres.sql(
        "CREATE TABLE t (id serial, key uuid DEFAULT gen_random_uuid(), made timestamptz DEFAULT clock_timestamp(),"
        " owner_id integer DEFAULT floor(random() * 1000), text text, number integer)",
        database=name,
    )
    insert = "INSERT INTO t (text, number) VALUES ('of ' || gen_random_uuid(), 1), ('plain', 2)"
    postgres.sql(insert, database=name)
    first = snapshot._rows(postgres, name)
    postgres.sql("TRUNCATE t", database=name)
    postgres.sql(insert, database=name)

    assert snapshot._rows(postgres, name) == first
    postgres.sql("UPDATE t SET number = 3 WHERE text = 'plain'", database=name)
    assert snapshot._compare("rows", snapshot._rows(postgres, name), first) == [
        "rows, only in the snapshot: t: plain|3",
        "rows, only after migrating: t: plain|2",
    ]


def test_the_comparison_of_schemas_ignores_noise_only(scratch_instance, session_services):
    postgres, name = session_services.postgres, scratch_instance.database_name
    postgres.sql(f'CREATE DATABASE "{name}"')
    postgres.sql("CREATE TABLE t (n integer NOT NULL)", database=name)
    schema = snapshot._schema(postgres, name)

    assert schema["    n integer NOT NULL"] == 1
    assert not [line for line in schema if line.startswith(("--", "SET ", "\\restrict"))]
    postgres.sql("ALTER TABLE t ALTER n DROP NOT NULL", database=name)
    assert snapshot._compare("schema", snapshot._schema(postgres, name), schema) == [
        "schema, only in the snapshot:     n integer",
        "schema, only after migrating:     n integer NOT NULL",
    ]


def test_verifying_without_a_snapshot(project, monkeypatch, tmp_path):
    monkeypatch.setattr(snapshot, "nautobot_version", lambda: "0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    with pytest.raises(DevToolsError, match=r"no snapshot of Nautobot 0\.0\.1; make one"):
        snapshot.verify(Services(project))
