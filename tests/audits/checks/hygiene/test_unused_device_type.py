"""DCIM-DEVICETYPE-001: which device types have no device."""

from jobs.audits.checks.hygiene import UnusedDeviceType


def test_no_device(lab, found):
    lab.device_type("old", interfaces=2, console=1, bays=1)
    assert found(UnusedDeviceType()) == ["Maker old"]


def test_a_device(found, switch):
    assert found(UnusedDeviceType()) == []


def test_a_planned_device(lab, found, switch):
    lab.force(switch, status=lab.status("Planned"))
    assert found(UnusedDeviceType()) == []


def test_a_config_context_asks_for_it(lab, found, config_context):
    config_context.device_types.add(lab.device_type("new"))
    assert found(UnusedDeviceType()) == []
