"""DCIM-DEVICE-003: which devices have no serial number."""

import pytest

from jobs.audits.checks.devices import SerialMissing


@pytest.mark.parametrize(
    ("serial", "missing"),
    [("", True), (" ", True), ("N/A", True), ("unknown", True), ("-", True), ("FDO1", False), ("0815", False)],
)
def test_serial(lab, found, switch, serial, missing):
    lab.force(switch("sw-1"), serial=serial)
    assert found(SerialMissing()) == (["sw-1"] if missing else [])


def test_details(lab, ask, switch):
    lab.force(switch("sw-1"), serial="N/A ")
    (finding,) = ask(SerialMissing())
    assert finding.details == {"serial": "N/A"}


def test_passive(found, panel):
    panel("panel")
    assert found(SerialMissing()) == []


def test_chassis_without_ports_of_its_own(lab, found):
    lab.device("chassis", lab.device_type("Chassis", bays=1))
    assert found(SerialMissing()) == ["chassis"]


def test_not_delivered(lab, found, switch):
    switch("planned", status=lab.status("Planned"))
    switch("stock", status=lab.status("Inventory"))
    switch("staged", status=lab.status("Staged"))
    assert found(SerialMissing()) == ["staged"]
