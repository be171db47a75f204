"""The private PostgreSQL and Valkey of a checkout: real servers, in projects of their own in temporary folders."""

import contextlib
import json
import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nautobot_dev_tools import services as module
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.instance import Instance
from nautobot_dev_tools.processes import Background, wait_for_end
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.services import Postgres, Services


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Services that were started once; the tests below stop, kill and start them again, which is quicker than new ones."""
    services = Services(Project(tmp_path_factory.mktemp("cluster")))
    services.start()
    yield services
    services.stop()


@pytest.fixture
def started(cluster):
    """The same, running."""
    cluster.start()
    return cluster


def _processes_of(root: Path) -> list[psutil.Process]:
    """Every process on this machine whose command line names a folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and any(str(root) in part for part in process.cmdline()):
                found.append(process)
    return found


def _postmaster(services: Services) -> psutil.Process:
    return psutil.Process(int((services.postgres.data / "postmaster.pid").read_text().splitlines()[0]))


def _kill(process: psutil.Process) -> None:
    process.kill()
    assert wait_for_end([process], 10) == []


def _write(services: Services, table: str) -> None:
    # Written through to the disk: by default a crash may lose the last moments.
    services.postgres.sql(f"SET synchronous_commit = on; CREATE TABLE {table} (n int); INSERT INTO {table} VALUES (42)")


def _read(services: Services, table: str) -> list[str]:
    return services.postgres.sql(f"SELECT n FROM {table}")


def _redis(services: Services, command: str) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        connection.connect(str(services.redis.socket))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(200).decode().strip()


def test_both_answer(started):
    assert started.postgres.running()
    assert started.redis.running()
    assert started.postgres.sql("SELECT 1 + 1") == ["2"]
    assert _redis(started, "PING") == "+PONG"


def test_they_listen_on_no_network_port(started):
    # Of PostgreSQL, which runs as another user for root, a container's root may not see the open files: its own word counts.
    assert started.postgres.sql("SHOW listen_addresses") == [""]
    assert started.redis.background.process().net_connections("inet") == []


def test_the_database_takes_any_language(started):
    assert started.postgres.sql("SHOW server_encoding") == ["UTF8"]
    assert started.postgres.sql("SELECT upper('zürich')") == ["ZÜRICH"]


def test_postgres_keeps_its_promise_of_consistency(started):
    assert started.postgres.sql("SHOW fsync") == ["on"]


def test_an_sql_error_is_told_in_the_servers_own_words(started):
    with pytest.raises(DevToolsError, match='relation "nowhere" does not exist'):
        started.postgres.sql("SELECT * FROM nowhere")


def test_start_again_changes_nothing(started):
    before = {process.pid for process in _processes_of(started.project.root)}

    assert started.postgres.start() is False
    assert started.redis.start() is False

    assert {process.pid for process in _processes_of(started.project.root)} == before


def test_stop_leaves_no_process_and_start_finds_the_data_again(started):
    _write(started, "kept")
    assert len(_processes_of(started.project.root)) >= 2

    assert sorted(started.stop()) == ["postgres", "redis"]

    assert _processes_of(started.project.root) == []
    assert not started.postgres.running()
    assert not started.redis.running()
    assert started.stop() == []
    started.start()
    assert _read(started, "kept") == ["42"]


def test_start_after_kill_9_recovers_with_the_data(started):
    _write(started, "survives")
    _redis(started, "SET a b")
    _kill(_postmaster(started))
    _kill(started.redis.background.process())
    assert not started.postgres.running()
    assert not started.redis.running()

    started.start()

    assert _read(started, "survives") == ["42"]
    assert _redis(started, "PING") == "+PONG"


def test_a_stale_pid_file_with_the_pid_of_another_process_is_no_hindrance(started):
    _write(started, "rebooted")
    pid_file = started.postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    started.stop()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        started.redis.background.record.write_text(json.dumps({"pid": stranger.pid, "created": 1.0}))
        assert not started.postgres.running()
        assert not started.redis.running()

        started.start()

        assert _read(started, "rebooted") == ["42"]
        assert _redis(started, "PING") == "+PONG"
        assert _postmaster(started).pid != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_damaged_pid_file_is_no_hindrance(started):
    started.stop()
    (started.postgres.data / "postmaster.pid").write_text("")

    started.start()

    assert started.postgres.sql("SELECT 1") == ["1"]


def test_a_leftover_socket_is_no_hindrance(started):
    started.stop()
    started.project.make_sockets()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as leftover:
        leftover.bind(str(started.redis.socket))
    assert not started.redis.running()

    started.start()

    assert _redis(started, "PING") == "+PONG"


def test_data_of_another_major_version_is_refused_with_a_remedy(started):
    started.stop()
    marker = started.postgres.data / "PG_VERSION"
    ours = marker.read_text()
    marker.write_text("9\n")
    try:
        with pytest.raises(DevToolsError, match=r"made by PostgreSQL 9, .*nautobot-jobs destroy"):
            started.start()
    finally:
        marker.write_text(ours)


def test_a_server_that_does_not_start_shows_its_log(started):
    started.stop()
    settings = started.postgres.data / "postgresql.conf"
    ours = settings.read_text()
    settings.write_text(ours + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(DevToolsError, match="no_such_setting"):
            started.start()
    finally:
        settings.write_text(ours)
    assert _processes_of(started.project.root) == []


def test_the_last_user_stops_them(started):
    started.stop()

    with started.running() as first:
        with Services(started.project).running() as second:
            assert second.postgres.running()
        assert first.postgres.running()
        assert first.redis.running()
        assert first.stop_if_unused() == []
        assert first.postgres.running()

    assert _processes_of(started.project.root) == []


def test_a_web_server_that_is_left_running_is_a_user_too(started):
    """What `start` leaves behind, whoever watches or not."""
    started.stop()
    web = Background("web", started.project.state)
    try:
        with started.running():
            web.start(["sleep", "600"])
        assert started.postgres.running()
        assert started.redis.running()
    finally:
        web.stop()

    with started.running():
        pass
    assert _processes_of(started.project.root) == []


def test_an_error_stops_them_too(started):
    started.stop()

    with pytest.raises(ZeroDivisionError), started.running():
        _ = 1 / 0

    assert _processes_of(started.project.root) == []


def test_stop_if_unused_stops_what_nobody_uses(started):
    assert sorted(started.stop_if_unused()) == ["postgres", "redis"]
    assert _processes_of(started.project.root) == []


def test_flush_empties_only_the_databases_named(started):
    for number in (4, 5, 6):
        assert _redis(started, f"SELECT {number}\r\nSET left over").startswith("+OK")

    started.redis.flush(4, 5)

    sizes = [_redis(started, f"SELECT {number}\r\nDBSIZE").split()[-1] for number in (4, 5, 6)]
    assert sizes == [":0", ":0", ":1"]


def test_clone_drop_and_rename(started):
    postgres = started.postgres
    postgres.sql('CREATE DATABASE "original"')
    postgres.sql("CREATE TABLE t AS SELECT 7 AS n", database="original")

    postgres.clone("original", "copy")
    postgres.sql("UPDATE t SET n = 8", database="copy")
    assert postgres.sql("SELECT n FROM t", database="original") == ["7"]
    postgres.clone("original", "copy")
    assert postgres.sql("SELECT n FROM t", database="copy") == ["7"]
    postgres.rename("copy", "moved")
    postgres.drop("original")

    names = postgres.databases()
    assert "moved" in names
    assert "original" not in names
    assert "copy" not in names


def test_drop_does_not_wait_for_who_is_connected(started):
    started.postgres.sql('CREATE DATABASE "busy"')
    client = subprocess.Popen(
        [str(module.binary("psql")), "-XqAt", "-d", "busy"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **started.postgres.environment},
        text=True,
    )
    try:
        client.stdin.write("SELECT 'connected';\n")
        client.stdin.flush()
        assert client.stdout.readline().strip() == "connected"

        started.postgres.drop("busy")

        assert "busy" not in started.postgres.databases()
    finally:
        client.kill()
        client.communicate()


def test_two_checkouts_side_by_side_do_not_meet(started, tmp_path):
    other = Services(Project(tmp_path))
    try:
        other.start()
        _write(other, "theirs")
        _redis(other, "SET who other")

        assert "theirs" not in started.postgres.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert _redis(started, "GET who") == "$-1"
        assert other.project.sockets != started.project.sockets
        assert _postmaster(other) != _postmaster(started)
        other.stop()
        assert started.postgres.sql("SELECT 1") == ["1"]
        assert _redis(started, "PING") == "+PONG"
    finally:
        other.stop()


def test_a_path_too_long_for_a_unix_socket(tmp_path):
    root = tmp_path / ("deep" * 20) / "repository"
    root.mkdir(parents=True)
    services = Services(Project(root))
    folder = services.project.sockets
    try:
        services.start()

        assert services.postgres.sql("SELECT 1") == ["1"]
        assert _redis(services, "PING") == "+PONG"
        assert not folder.is_relative_to(root)
        assert len(f"{folder}/.s.PGSQL.5432.lock") <= 103
        assert folder != Project(root.parent).sockets
        services.stop()
        assert _processes_of(root) == []
        assert not folder.exists()
    finally:
        services.stop()


def test_a_path_with_blanks_and_quotes(tmp_path):
    services = Services(Project(tmp_path / "Zoë's jobs"))
    services.project.root.mkdir()
    try:
        services.start()

        assert services.postgres.sql("SELECT 1") == ["1"]
        assert _redis(services, "PING") == "+PONG"
    finally:
        services.stop()
    assert _processes_of(tmp_path) == []


def test_a_first_start_that_was_interrupted_is_made_good(tmp_path, monkeypatch):
    """Half a data directory would never start."""
    services = Services(Project(tmp_path))
    run = Postgres._as_server_user

    def interrupted(self, program, *arguments):
        run(self, program, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(Postgres, "_as_server_user", interrupted)
    with pytest.raises(KeyboardInterrupt), services.running():
        pass
    monkeypatch.undo()

    with services.running():
        assert services.postgres.sql("SELECT 1") == ["1"]
    assert not (services.project.state / "postgres.building").exists()


def test_a_start_that_is_interrupted_leaves_no_process(started, monkeypatch):
    """Ctrl-C while the program that starts the server waits for it."""
    started.stop()
    communicate = subprocess.Popen.communicate

    def interrupted(process, *arguments, **options):
        if "pg_ctl" in str(process.args):
            raise KeyboardInterrupt
        return communicate(process, *arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt), started.running():
        pass
    monkeypatch.undo()

    assert _processes_of(started.project.root) == []


_AS_AN_ORDINARY_USER = """
import json, os, sys
from pathlib import Path
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.services import Services, _server_account

services = Services(Project(Path(sys.argv[1])))
with services.running():
    told = {
        "euid": os.geteuid(),
        "account": _server_account(),
        "owner": services.postgres.data.stat().st_uid,
        "server": services.postgres._postmaster().uids().effective,
        "answer": services.postgres.sql("SELECT 1 + 1"),
        "redis": services.redis.running(),
    }
told["running"] = [services.postgres.running(), services.redis.running()]
print(json.dumps(told))
"""


def test_as_an_ordinary_user(tmp_path, plain_environment):
    """The session itself may be root's: PostgreSQL refuses root, so the two ways differ."""
    command, user = [sys.executable, "-c", _AS_AN_ORDINARY_USER, str(tmp_path)], os.geteuid()
    if user == 0:
        # Of those that every machine has; initdb asks for the user's name. Not nobody, whom the server runs as for root.
        user = pwd.getpwnam("daemon").pw_uid
        os.chown(tmp_path, user, user)
        # The checkout and its environment may lie below folders that only root may enter; that one right stays.
        rights = ["--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", *rights, *command]

    done = subprocess.run(command, capture_output=True, text=True, env=plain_environment, cwd=tmp_path, timeout=60)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "euid": user,
        "account": None,
        "owner": user,
        "server": user,
        "answer": ["2"],
        "redis": True,
        "running": [False, False],
    }
    assert _processes_of(tmp_path) == []


@pytest.fixture
def existing(started, monkeypatch):
    """The cluster as an existing PostgreSQL and Redis that the user names in the environment, without the workbench's own mark."""
    for name in [name for name in os.environ if name.startswith(("NAUTOBOT_", "PG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NAUTOBOT_DB_HOST", str(started.project.sockets))
    monkeypatch.setenv("NAUTOBOT_DB_PORT", "5432")
    monkeypatch.setenv("NAUTOBOT_DB_USER", "nautobot")
    monkeypatch.setenv("NAUTOBOT_REDIS_HOST", str(started.redis.socket))
    monkeypatch.setenv("NAUTOBOT_REDIS_SCHEME", "unix")
    yield started
    monkeypatch.undo()
    started.start()


def test_existing_services_are_used_and_never_started_or_stopped(existing, tmp_path):
    own = Services(Project(tmp_path))

    with own.running():
        assert own.postgres.sql("SHOW data_directory") == [str(existing.postgres.data)]
        assert own.postgres.environment["PGHOST"] == str(existing.project.sockets)
        assert own.redis.environment(0) == {}
        assert _processes_of(tmp_path) == []
    assert own.stop() == []
    assert own.stop_if_unused() == []

    assert not own.postgres.data.exists()
    assert _postmaster(existing).is_running()
    assert _redis(existing, "PING") == "+PONG"


def test_an_existing_redis_is_never_emptied(existing, tmp_path):
    _redis(existing, "SELECT 4\r\nSET theirs kept")

    Services(Project(tmp_path)).redis.flush(4)

    assert _redis(existing, "SELECT 4\r\nGET theirs").endswith("kept")


def test_a_command_started_by_a_command_does_not_take_the_private_services_for_existing_ones(tmp_path, monkeypatch):
    services = Services(Project(tmp_path))
    for name, value in Instance(services).environment.items():
        monkeypatch.setenv(name, value)

    assert not module.external_postgres()
    assert not module.external_redis()
    assert not services.postgres.running()


def test_nor_the_existing_ones_for_private(existing, tmp_path, monkeypatch):
    """This process takes the instance's environment itself, and goes on to use the services."""
    services = Services(Project(tmp_path))
    for name, value in Instance(services).environment.items():
        monkeypatch.setenv(name, value)

    assert module.external_postgres()
    assert module.external_redis()
    assert services.postgres.sql("SHOW data_directory") == [str(existing.postgres.data)]


def test_one_may_be_an_existing_one_and_the_other_private(existing, tmp_path, monkeypatch):
    monkeypatch.delenv("NAUTOBOT_REDIS_HOST")
    services = Services(Project(tmp_path))
    for name, value in Instance(services).environment.items():
        monkeypatch.setenv(name, value)

    assert module.external_postgres()
    assert not module.external_redis()
    assert os.environ["NAUTOBOT_REDIS_HOST"] == str(services.redis.socket)


def test_a_state_folder_of_another_user_is_told(tmp_path, monkeypatch):
    services = Services(Project(tmp_path))
    monkeypatch.setattr(Path, "read_text", _forbidden)

    with pytest.raises(DevToolsError, match="belongs to another user"):
        services.postgres.running()


def _forbidden(path, *args, **kwargs):
    raise PermissionError(13, "Permission denied", str(path))
