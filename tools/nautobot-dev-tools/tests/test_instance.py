"""An instance that is not booted: addresses, ports."""

import socket

import pytest
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
