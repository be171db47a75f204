"""Compose: which one is taken, what it is called with, and that a run leaves nothing behind. Programs are small shell scripts."""

import os
import re
import stat
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from nautobot_dev_tools import ci_container, containers, snapshot
from nautobot_dev_tools.containers import Stack
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import Exercise
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.rest import JobRecord

DEVELOPMENT = Path(__file__).parents[3] / "development"
ANSWERS = "exit 0"
NO_DAEMON = 'if [ "$1" = info ]; then echo "Cannot connect to the Docker daemon" >&2; exit 1; fi'
NO_PLUGIN = "echo \"docker: 'compose' is not a docker command\" >&2; exit 1"


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A function that makes these programs, and no others beside a shell's, the ones on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(**bodies: str) -> None:
        for name, body in bodies.items():
            path = folder / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)

    return make


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"docker": ANSWERS}, ["docker", "compose"]),
        ({"docker": ANSWERS, "podman_compose": ANSWERS, "podman": ANSWERS}, ["docker", "compose"]),
        ({"docker": NO_DAEMON, "podman_compose": ANSWERS, "podman": ANSWERS}, ["podman-compose"]),
        ({"docker": NO_PLUGIN, "podman_compose": ANSWERS, "podman": ANSWERS}, ["podman-compose"]),
        ({"podman_compose": ANSWERS, "podman": ANSWERS}, ["podman-compose"]),
        ({"podman": ANSWERS}, ["podman", "compose"]),
    ],
)
def test_what_is_there_and_answers_is_taken(programs, there, taken):
    programs(**there)

    assert containers.find_compose() == taken


def test_nothing_answers(programs):
    programs(docker=NO_DAEMON, podman_compose=ANSWERS, podman="exit 3")

    with pytest.raises(DevToolsError) as error:
        containers.find_compose()

    told = str(error.value)
    assert "docker compose: `docker info`: Cannot connect to the Docker daemon" in told
    assert "podman-compose: `podman info`: exit code 3" in told
    assert "NAUTOBOT_JOBS_COMPOSE" in told


def test_nothing_is_installed(programs):
    with pytest.raises(DevToolsError, match="podman-compose: podman-compose is not installed"):
        containers.find_compose()


def test_a_configured_command_is_taken_as_it_is(programs):
    assert containers.find_compose("sudo docker compose --ansi never") == [
        "sudo",
        "docker",
        "compose",
        "--ansi",
        "never",
    ]


@pytest.fixture
def stack(project, write) -> Stack:
    """The repository's own compose files, in a folder of the test's own; Compose is `echo`."""
    write(
        {f"development/{path.name}": path.read_text() for path in DEVELOPMENT.glob("*.*") if path.name != "creds.env"}
    )
    return Stack(project, ["echo"], nautobot="3.2.7", python="3.12")


def test_credentials_are_made_once_at_random_and_for_their_owner_alone(stack):
    first = containers.ensure_credentials(stack.folder)
    text = first.read_text()

    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    values = containers.read_env(first)
    assert values["POSTGRES_PASSWORD"] == values["NAUTOBOT_DB_PASSWORD"] == values["MYSQL_PASSWORD"]
    secrets = {name: value for name, value in values.items() if name not in ("POSTGRES_PASSWORD", "MYSQL_PASSWORD")}
    assert len(set(secrets.values())) == len(secrets)
    assert re.fullmatch(r"[0-9a-f]{40}", values["NAUTOBOT_SUPERUSER_API_TOKEN"])
    assert len(values["NAUTOBOT_SECRET_KEY"]) >= 50
    assert "<" not in "".join(values.values())
    assert containers.ensure_credentials(stack.folder).read_text() == text
    first.unlink()
    assert containers.ensure_credentials(stack.folder).read_text() != text


def test_credentials_without_an_example(project):
    with pytest.raises(DevToolsError, match=r"creds\.example\.env is missing"):
        containers.ensure_credentials(project.root)


def test_settings_of_the_containers(stack):
    settings = stack.credentials

    assert settings["NAUTOBOT_SUPERUSER_NAME"] == "admin"
    assert settings["POSTGRES_USER"] == settings["MYSQL_USER"] == settings["NAUTOBOT_DB_USER"]
    assert settings["POSTGRES_DB"] == settings["MYSQL_DATABASE"] == settings["NAUTOBOT_DB_NAME"]
    assert not any(name.startswith("#") for name in settings)


@pytest.mark.parametrize("database", containers.DATABASES)
def test_a_command_names_the_files_of_its_database(stack, database):
    own = replace(stack, database=database)
    files = [own.folder / f"docker-compose.{part}.yml" for part in ("base", database, "redis", "dev")]

    expected = ["echo", "-p", own.name, *(word for path in files for word in ("-f", str(path))), "ps", "-q"]
    assert own.command("ps", "-q") == expected


@pytest.mark.parametrize("database", containers.DATABASES)
def test_what_is_removed_does_not_depend_on_the_database_that_is_named(stack, database):
    words = " ".join(replace(stack, database=database).command("down", "--volumes"))

    assert "docker-compose.postgres.yml" in words
    assert "docker-compose.mysql.yml" in words


def test_a_missing_file_is_told(stack):
    (stack.folder / "docker-compose.redis.yml").unlink()

    with pytest.raises(DevToolsError, match=r"lacks docker-compose\.redis\.yml"):
        stack.command("ps")


def test_two_checkouts_and_two_runs_of_one_do_not_meet(stack, tmp_path):
    other = replace(stack, project=Project(tmp_path / "other"))
    runs = [
        containers.suffix_of_run(*which) for which in (("3.2.7", "postgres"), ("3.2.7", "mysql"), ("3.3.0b1", "mysql"))
    ]
    names = [stack.name, other.name, *(replace(stack, suffix=suffix).name for suffix in runs)]

    assert len(set(names)) == len(names)
    # What Compose allows.
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) for name in names)
    assert stack.environment["COMPOSE_PROJECT_NAME"] == stack.name


def test_the_snapshot_is_handed_to_postgresql_and_to_nothing_else(stack):
    stack.prepare()
    folder = Path(stack.environment["NAUTOBOT_SNAPSHOT"])
    assert [path.name for path in folder.iterdir()] == [snapshot.file_name("3.2.7")]
    # Whoever the database runs as.
    assert stat.S_IMODE(next(folder.iterdir()).stat().st_mode) & stat.S_IROTH

    replace(stack, nautobot="1.5.0").prepare()
    assert list(folder.iterdir()) == []
    replace(stack, database="mysql").prepare()
    assert list(folder.iterdir()) == []


def test_a_failing_command_is_told_with_the_end_of_its_output(stack, tmp_path):
    failing = replace(stack, compose=["sh", "-c", "echo the reason; exit 7"])

    with pytest.raises(DevToolsError, match=r"The build failed with exit code 7(?s:.*)the reason"):
        failing.run("build", log=tmp_path / "logs" / "compose.log", what="The build")


def test_a_command_that_takes_too_long_is_ended(stack, tmp_path):
    sleeping = replace(stack, compose=["sh", "-c", "echo $$; exec sleep 60"])
    log = tmp_path / "compose.log"

    with pytest.raises(DevToolsError, match="took longer than 1 s"):
        sleeping.run("up", log=log, what="Starting", timeout=1)

    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text().split()[0]), 0)


def _recording(stack: Stack, tmp_path: Path, fails_at: str) -> tuple[Stack, Path]:
    """A stack whose Compose writes down its commands, and fails at one of them."""
    calls = tmp_path / "calls"
    script = (
        'while [ "$1" = -f ] || [ "$1" = -p ]; do shift 2; done; '
        f'echo "$@" >>{calls}; '
        f'case "$1" in {fails_at}) echo broken; exit 1;; logs) echo "log of $4";; esac'
    )
    return replace(stack, compose=["sh", "-c", script, "compose"]), calls


def test_a_run_that_fails_keeps_the_logs_and_leaves_nothing_behind(stack, tmp_path):
    failing, calls = _recording(stack, tmp_path, "build")
    logs = tmp_path / "logs"

    with pytest.raises(DevToolsError, match="broken"), containers.fresh(failing, logs / "compose.log"):
        raise AssertionError("never reached")

    called = calls.read_text().splitlines()
    assert called[0] == called[-1] == "down --timeout 20 --volumes"
    assert [line.split()[0] for line in called if not line.startswith("logs")] == ["down", "build", "down"]
    for service in containers.SERVICES:
        assert (logs / f"{service}.log").read_text().strip() == f"log of {service}"
    assert "broken" in (logs / "compose.log").read_text()


class _NotFound(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


def test_a_port_that_another_program_has(stack, tmp_path):
    with HTTPServer(("127.0.0.1", 0), _NotFound) as other:
        threading.Thread(target=other.serve_forever, args=(0.05,), daemon=True).start()
        taken = replace(stack, port=other.server_address[1])
        with pytest.raises(DevToolsError, match=f"port {taken.port}"):
            taken.up(tmp_path / "compose.log")
        other.shutdown()


MINIMUM = '''
class Other(Job):
    minimum_nautobot = "9.9"

class Newer(Job):
    """Needs something new."""

    minimum_nautobot = "3.1.2"

class Plain(Job):
    pass
'''


@pytest.mark.parametrize(
    ("job", "minimum"),
    [("jobs.a.Newer", "3.1.2"), ("jobs.a.Plain", None), ("jobs.a.Gone", None), ("jobs.b.Newer", None)],
)
def test_the_lowest_nautobot_of_a_job_is_read_from_its_source(project, write, job, minimum):
    write({"jobs/a.py": MINIMUM})

    assert ci_container.minimum_nautobot(project, job) == minimum


@pytest.mark.parametrize(("nautobot", "needs"), [("3.1.1", {"jobs.a.Newer": "3.1.2"}), ("3.1.2", {}), ("3.2.0", {})])
def test_a_job_is_missed_only_where_it_should_be_there(stack, write, nautobot, needs):
    write({"jobs/a.py": MINIMUM})
    declared = [Exercise(f"jobs.a.{name}", "x", stack.folder) for name in ("Newer", "Plain", "There")]
    slug = stack.project.slug
    jobs = {f"{slug}.jobs.a.There": JobRecord("1", "There", f"{slug}.jobs.a.There", True, True)}

    assert ci_container._needs(replace(stack, nautobot=nautobot), jobs, declared) == needs
