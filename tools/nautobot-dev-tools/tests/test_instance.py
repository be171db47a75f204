"""An instance that is not booted: addresses, ports."""

import socket

import pytest
from nautobot_dev_tools import instance as instance_module
from nautobot_dev_tools import snapshot
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.instance import Instance
from nautobot_dev_tools.services import Services


def test_a_demo_runs_beside_what_start_left(project, monkeypatch):
    monkeypatch.setenv("NAUTOBOT_PORT", "9000")

    assert Instance(Services(project)).url == "http://localhost:9000"
    assert Instance(Services(project), "demo").url == "http://localhost:9001"


def test_a_port_of_another_program_is_refused(project, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("NAUTOBOT_PORT", str(other.getsockname()[1]))
        instance = Instance(Services(project))

        with pytest.raises(DevToolsError, match="NAUTOBOT_PORT"):
            instance.start_web()

        assert instance.web.process() is None


@pytest.fixture
def made_by(scratch_instance, monkeypatch):
    """A function that makes the instance's database as another Nautobot would have."""

    def made(version: str):
        with monkeypatch.context() as context:
            context.setattr(instance_module, "nautobot_version", lambda: version)
            scratch_instance.services.postgres.sql(f'CREATE DATABASE "{scratch_instance.database_name}"')
            scratch_instance.mark()
        return scratch_instance

    return made


def test_a_database_of_another_nautobot_is_noticed(made_by):
    instance = made_by("0.0.7")

    with pytest.raises(DevToolsError, match=r"made by Nautobot 0\.0\.7, installed is Nautobot .*destroy"):
        instance.exists()

    assert instance.exists(of_any_version=True)
    instance.mark()  # once it is migrated
    assert instance.exists()


def test_a_database_of_this_nautobot_and_one_that_says_nothing(made_by, session_services):
    instance = made_by(snapshot.nautobot_version())

    assert instance.exists()
    session_services.postgres.sql(f'COMMENT ON DATABASE "{instance.database_name}" IS NULL')
    assert instance.exists()
    instance.drop()
    assert not instance.exists()


def test_what_is_made_is_marked_and_its_clones_are_not(scratch_instance, session_services):
    postgres, name = session_services.postgres, scratch_instance.database_name
    scratch_instance.create()

    assert postgres.comment(name) == f"Nautobot {snapshot.nautobot_version()}"
    try:
        postgres.clone(name, f"{name}_clone")
        assert postgres.comment(f"{name}_clone") == ""
    finally:
        postgres.drop(f"{name}_clone")
