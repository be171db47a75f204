"""A copy of a team's data: whatever a dump is, it ends in its own database, complete or with a clear error, and disarmed."""

import gzip
import io
import lzma
import os
from datetime import timedelta

import pytest
import zstandard
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from nautobot.dcim.models import Device
from nautobot.extras.models import GitRepository, Job, JobHook, JobQueue, ScheduledJob, Webhook
from nautobot_dev_tools import exercises, rehearse
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import Exercise
from nautobot_dev_tools.instance import Instance
from nautobot_dev_tools.pytest_plugin import session_key
from nautobot_dev_tools.snapshot import no_progress
from nautobot_dev_tools.workbench import Workbench

# What a cluster has one of belongs to all sessions on it: names of this one.
OWN = f"scratch_{os.getpid()}"
OWNER, READER, GROUP = f"{OWN}_Owner", f"{OWN}_reader", f"{OWN}_group"
VICTIM = f"{OWN}_victim"

HEAD = """--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
"""
TAIL = """
--
-- PostgreSQL database dump complete
--

"""
# The tables by which a Nautobot is known and disarmed, and one to look at. Data that look like commands are data.
TABLES = """
CREATE TABLE public.extras_jobresult (id integer);
CREATE TABLE public.extras_gitrepository (provided_contents text);
CREATE TABLE public.words (number integer, word text);

COPY public.words (number, word) FROM stdin;
1\tZürich
DROP DATABASE words;
\\.

COPY public.extras_gitrepository (provided_contents) FROM stdin;
["extras.job"]
\\.
""".replace("DROP DATABASE words;", "2\tDROP DATABASE words;")
DUMP = HEAD + TABLES + TAIL


@pytest.fixture
def up_to_date(monkeypatch):
    """Nautobot's own question whether migrations are missing takes seconds: here the answer is no."""
    monkeypatch.setattr(rehearse, "nautobot_server", lambda: ["true"])


@pytest.fixture
def restore(scratch_instance, tmp_path, up_to_date):
    """A function that restores the bytes (or text) of a dump and returns a function for queries on the result."""

    def restored(content: bytes | str, name: str = "dataset"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        rehearse.restore(scratch_instance, path, no_progress)
        return lambda query: scratch_instance.services.postgres.sql(query, database=scratch_instance.database_name)

    return restored


@pytest.fixture
def custom(session_services, tmp_path) -> bytes:
    """The same dump in pg_dump's custom format."""
    postgres, database, path = session_services.postgres, f"{OWN}_source", tmp_path / "source"
    path.write_text(DUMP)
    postgres.drop(database)
    postgres.sql(f'CREATE DATABASE "{database}"')
    try:
        postgres.run("psql", "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", str(path))
        postgres.run("pg_dump", "-Fc", "-d", database, "-f", f"{path}.dump")
    finally:
        postgres.drop(database)
    return (tmp_path / "source.dump").read_bytes()


COMPRESSIONS = {
    "none": bytes,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "zstd": lambda content: zstandard.ZstdCompressor().compress(content),
    # What `cat a.zst b.zst` makes, and programs that compress with several processes.
    "zstd frames": lambda content: b"".join(zstandard.ZstdCompressor().compress(half) for half in _halves(content)),
}


def _halves(content: bytes) -> tuple[bytes, bytes]:
    return content[: len(content) // 2], content[len(content) // 2 :]


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_plain_dumps(restore, compress):
    """Told by their first bytes: the name says nothing."""
    sql = restore(compress(DUMP.encode()))

    assert sql("SELECT * FROM words ORDER BY 1") == ["1|Zürich", "2|DROP DATABASE words;"]
    assert sql("SELECT provided_contents FROM extras_gitrepository") == ["[]"]


@pytest.mark.parametrize("compress", [bytes, COMPRESSIONS["zstd"]], ids=["none", "zstd"])
def test_custom_dumps_compressed_once_more_or_not(restore, custom, compress):
    sql = restore(compress(custom))

    assert sql("SELECT * FROM words ORDER BY 1") == ["1|Zürich", "2|DROP DATABASE words;"]


def test_data_that_look_like_commands_of_the_client_are_data(restore):
    """A line of data never starts with one backslash; it may well start with words."""
    data = "CREATE DATABASE x\nDROP ROLE y\nALTER ROLE z\n\\\\connect elsewhere\nGRANT ALL TO nobody\n"
    sql = restore(f"{HEAD}{TABLES}CREATE TABLE lines (line text);\nCOPY lines (line) FROM stdin;\n{data}\\.\n{TAIL}")

    assert sql("SELECT line FROM lines") == data.replace("\\\\", "\\").splitlines()
    assert sql("SELECT count(*) FROM pg_roles WHERE rolname = 'nobody'") == ["0"]


@pytest.fixture
def no_roles(session_services, scratch_instance):
    postgres = session_services.postgres
    roles = (OWNER, READER, GROUP)
    assert not set(roles) & set(postgres.sql("SELECT rolname FROM pg_roles"))
    yield
    scratch_instance.drop()
    for role in roles:
        postgres.sql(f'DROP ROLE IF EXISTS "{role}"')


def test_roles_that_a_dump_names_are_made(restore, no_roles):
    rights = f"""
ALTER TABLE public.words OWNER TO "{OWNER}";
GRANT SELECT ON TABLE public.words TO {READER} WITH GRANT OPTION;
REVOKE ALL ON TABLE public.words FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "{OWNER}" IN SCHEMA public GRANT SELECT ON TABLES TO {GROUP};
SET SESSION AUTHORIZATION '{OWNER}';
SET SESSION AUTHORIZATION DEFAULT;
"""
    sql = restore(HEAD + TABLES + rights + TAIL)

    assert sql("SELECT tableowner FROM pg_tables WHERE tablename = 'words'") == [OWNER]
    assert sql(f"SELECT has_table_privilege('{READER}', 'words', 'SELECT')") == ["t"]
    made = sql(f"SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE '{OWN}%' ORDER BY 1")
    assert sorted(made) == sorted(f"{role}|f|f" for role in (OWNER, READER, GROUP))


def test_a_dump_made_with_create_does_not_leave_its_database(restore, session_services):
    postgres = session_services.postgres
    postgres.drop(VICTIM)
    postgres.sql(f'CREATE DATABASE "{VICTIM}"')
    try:
        postgres.sql("CREATE TABLE precious AS SELECT 1 AS n", database=VICTIM)
        leaving = f"DROP DATABASE {VICTIM};\nCREATE DATABASE {VICTIM};\nALTER DATABASE {VICTIM} OWNER TO nautobot;\n"
        sql = restore(f"{HEAD}{leaving}\\connect {VICTIM}\n\n{HEAD}{TABLES}{TAIL}")

        assert sql("SELECT count(*) FROM words") == ["2"]
        assert postgres.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=VICTIM) == [
            "precious"
        ]
    finally:
        postgres.drop(VICTIM)


def test_roles_of_a_whole_clusters_dump_are_left_as_they_are(restore):
    cluster = "CREATE ROLE nautobot;\nALTER ROLE nautobot WITH NOSUPERUSER NOLOGIN;\n"

    sql = restore(HEAD + cluster + TABLES + TAIL)

    assert sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'nautobot'") == ["t"]


def test_restoring_again_starts_anew(restore):
    restore(HEAD + TABLES + "CREATE TABLE leftover (n integer);\n" + TAIL)

    assert restore(DUMP)("SELECT count(*) FROM pg_tables WHERE tablename = 'leftover'") == ["0"]


def test_a_broken_statement_is_told_in_the_servers_words_and_nothing_is_kept(restore, scratch_instance):
    with pytest.raises(DevToolsError, match=r'Restoring .*dataset failed: (?s:.*)relation "nowhere" does not exist'):
        restore(HEAD + TABLES + "ALTER TABLE nowhere ADD COLUMN n integer;\n" + TAIL)

    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert scratch_instance.services.postgres.sql(tables, database=scratch_instance.database_name) == ["0"]


def test_a_client_that_ends_early_is_told_too(restore):
    """The pipe to it breaks while the rest is still to be written."""
    with pytest.raises(DevToolsError, match="syntax error"):
        restore(HEAD + "NO SUCH STATEMENT;\n" + "SELECT 'much more';\n" * 100_000 + TAIL)


def test_a_talkative_dump_does_not_block(restore):
    warning = f"DO $$ BEGIN RAISE WARNING '{'x' * 900}'; END $$;\n"

    assert restore(HEAD + TABLES + warning * 200 + TAIL)("SELECT count(*) FROM words") == ["2"]


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_a_dump_that_is_cut_short(restore, compress):
    """A download that broke off must not pass for a smaller network."""
    rows = io.StringIO()
    for number in range(5000):
        rows.write(f"{number}\tword {number * 7919 % 10007}\n")
    dump = f"{HEAD}{TABLES}COPY public.words (number, word) FROM stdin;\n{rows.getvalue()}\\.\n{TAIL}"
    whole = compress(dump.encode())

    with pytest.raises(DevToolsError, match=r"dataset is .*cut short"):
        restore(whole[: int(len(whole) * 0.9)])


def test_a_custom_dump_that_is_cut_short(restore, custom):
    with pytest.raises(DevToolsError, match=r"Restoring .*dataset failed"):
        restore(custom[: len(custom) // 2])
    with pytest.raises(DevToolsError, match="dataset"):
        restore(gzip.compress(custom)[:-100])


def test_a_dump_of_something_else_is_refused(restore):
    with pytest.raises(DevToolsError, match="is not a dump of a Nautobot: it has no table extras_jobresult"):
        restore(HEAD + "CREATE TABLE django_migrations (id integer);\n" + TAIL)
    with pytest.raises(DevToolsError, match="dataset is empty"):
        restore("")


def test_bytes_that_are_no_dump_at_all(restore):
    with pytest.raises(DevToolsError, match="dataset"):
        restore(os.urandom(2000).replace(b"\n", b""))


def test_an_older_one_is_migrated(restore, monkeypatch, scratch_instance):
    asked = []
    monkeypatch.setattr(rehearse, "nautobot_server", lambda: ["false"])
    monkeypatch.setattr(rehearse, "migrate", lambda services, name, progress: asked.append(name))

    restore(DUMP)

    assert asked == [scratch_instance.database_name]


def test_a_missing_file(project, tmp_path):
    with pytest.raises(DevToolsError, match="There is no file"):
        rehearse.rehearse(project, tmp_path / "nowhere.dump")


def test_a_copy_is_disarmed(committed_db, session_services, request):
    database = request.config.stash[session_key].instance.database_name
    job = Job.objects.first()
    device = ContentType.objects.get_for_model(Device)
    Webhook.objects.create(name="To the world", payload_url="https://example.com", type_create=True)
    JobHook.objects.create(name="On change", job=job, type_update=True).content_types.set([device])
    ScheduledJob.objects.create(
        name="Nightly", task=job.class_path, job_model=job, interval="daily", start_time=timezone.now() + timedelta(1)
    )
    GitRepository.objects.create(
        name="Theirs", slug="theirs", remote_url="https://example.com/x.git", provided_contents=["extras.job"]
    )
    assert Webhook.objects.filter(enabled=True).count() == JobHook.objects.filter(enabled=True).count() == 1

    rehearse._disarm(session_services.postgres, database)

    for model in (Webhook, JobHook, ScheduledJob):
        assert [record.enabled for record in model.objects.all()] == [False]
    assert [record.provided_contents for record in GitRepository.objects.all()] == [[]]


def _record(module: str, name: str, **fields) -> None:
    Job.objects.create(
        module_name=module,
        job_class_name=name,
        name=f"{module} {name}",
        grouping="x",
        installed=True,
        default_job_queue=JobQueue.objects.first(),
        **fields,
    )


def test_every_job_of_the_repository_is_rehearsed_dry_and_no_other(db, project, monkeypatch, tmp_path):
    slug = project.slug
    _record(f"{slug}.jobs.a", "First")
    _record(f"{slug}.jobs.a", "Button", is_job_button_receiver=True)
    _record(f"{slug}.jobs.b", "Plain")
    _record("theirs.jobs", "Other")
    declared = [
        Exercise("jobs.a.First", "Of one site", tmp_path, inputs={"site": "AMS01"}),
        Exercise("jobs.a.First", "Of all", tmp_path, inputs={"everything": True}, rehearse=True),
        Exercise("jobs.a.First", "Later", tmp_path, rehearse=True),
    ]
    executed = []

    def execute(exercise, project, user, *, reports, dry_run):
        executed.append((exercise.job, exercise.title, dry_run))
        return {"status": "success"}

    monkeypatch.setattr(rehearse.exercises, "execute", execute)
    bench = Workbench(Instance(None, "rehearse"), None, None, "")
    monkeypatch.setattr(Instance, "project", project)

    rows = rehearse._execute(bench, declared, tmp_path)

    assert executed == [("jobs.a.First", "Of all", True), ("jobs.b.Plain", "With its defaults", True)]
    assert [row["status"] for row in rows] == ["not run", "success", "success"]
    assert rows[0]["class_path"] == f"{slug}.jobs.a.Button"
    assert rows[0]["as_expected"] is False

    executed.clear()
    assert len(rehearse._execute(bench, declared, tmp_path, ["Plain"])) == 1
    assert executed == [("jobs.b.Plain", "With its defaults", True)]


def test_exercises_of_ones_own_are_executed_dry_each_of_them(db, project, monkeypatch, tmp_path):
    slug = project.slug
    _record(f"{slug}.jobs.a", "First")
    _record(f"{slug}.jobs.b", "Plain")
    file = tmp_path / "mine.yml"
    file.write_text(
        "- {job: jobs.a.First, title: One}\n- {job: jobs.a.First, title: Two}\n- {job: jobs.b.Plain, title: Three}\n"
    )
    executed = []

    def execute(exercise, project, user, *, reports, dry_run):
        executed.append((exercise.title, dry_run))
        return {"status": "success"}

    monkeypatch.setattr(rehearse.exercises, "execute", execute)
    bench = Workbench(Instance(None, "rehearse"), None, None, "")
    monkeypatch.setattr(Instance, "project", project)
    mine = exercises.load_file(file)

    assert len(rehearse._execute_all(bench, mine, tmp_path)) == 3
    assert executed == [("One", True), ("Two", True), ("Three", True)]

    executed.clear()
    rehearse._execute_all(bench, mine, tmp_path, ["First"])
    assert executed == [("One", True), ("Two", True)]
    with pytest.raises(DevToolsError, match="no exercise of Plain"):
        rehearse._execute_all(bench, mine[:1], tmp_path, ["Plain"])


def test_a_missing_file_of_exercises(tmp_path):
    with pytest.raises(DevToolsError, match=r"mine\.yml.*No such file"):
        exercises.load_file(tmp_path / "mine.yml")
