"""Descriptions from the far end."""

import pytest
from nautobot.dcim.models import Interface

from jobs.changes.interface_descriptions import InterfaceDescriptions

pytest_plugins = ()


@pytest.fixture
def pair(lab):
    device_type = lab.device_type("Switch", interfaces=2)
    first, second = lab.device("sw-01", device_type), lab.device("sw-02", device_type)
    lab.cable(first.interfaces.get(name="eth 1"), second.interfaces.get(name="eth 2"))
    return first, second


def descriptions():
    return {f"{i.device.name} {i.name}": i.description for i in Interface.objects.select_related("device")}


def test_writes(run_job, pair, comes_back):
    with comes_back() as applied:
        run = applied.run = run_job(InterfaceDescriptions, {"everything": True, "dryrun": False})
        assert run.status == "SUCCESS", run.messages()
        assert descriptions() == {
            "sw-01 eth 1": "sw-02 eth 2",
            "sw-01 eth 2": "",
            "sw-02 eth 1": "",
            "sw-02 eth 2": "sw-01 eth 1",
        }
        again = run_job(InterfaceDescriptions, {"everything": True, "overwrite": "all", "dryrun": False})
        assert (again.result["changes"], again.result["unchanged"]) == (0, 2)
