"""DCIM-DEVICE-005: which devices have a serial number twice."""

import pytest

from jobs.audits.checks.devices import SerialDuplicate


@pytest.mark.parametrize(
    ("serial", "twice"),
    [("FDO1", True), ("fdo1", True), (" FDO1 ", True), ("FDO10", False), ("FDO 1", False), ("", False)],
)
def test_other_device(lab, found, switch, serial, twice):
    switch("sw-1", serial="FDO1")
    lab.force(switch("sw-2"), serial=serial)
    assert found(SerialDuplicate(), most_queries=2) == (["sw-1", "sw-2"] if twice else [])


def test_details(ask, switch):
    for name in ("sw-1", "sw-2", "sw-3"):
        switch(name, serial="FDO1")
    finding = ask(SerialDuplicate(), most_queries=2)[0]
    assert finding.details == {"serial": "FDO1", "also on": "sw-2, sw-3"}


@pytest.mark.parametrize("serial", ["N/A", "unknown", "0", "-"])
def test_texts_that_are_no_number(found, switch, serial):
    switch("sw-1", serial=serial)
    switch("sw-2", serial=serial)
    assert found(SerialDuplicate(), most_queries=2) == []


def test_module(lab, ask, switch):
    module = lab.module(lab.device("chassis", lab.device_type("Chassis", bays=1)), lab.module_type("Card"))
    lab.force(module, serial="FDO1")
    switch("sw-1", serial="fdo1")
    (finding,) = ask(SerialDuplicate(), most_queries=2)
    assert finding.display == "sw-1"
    assert finding.details["also on"] == "chassis Card"


def test_item_of_another_device(ask, switch, item):
    item(switch("sw-1"), "PSU", serial="FDO1")
    switch("sw-2", serial="FDO1")
    (finding,) = ask(SerialDuplicate(), most_queries=2)
    assert (finding.display, finding.details["also on"]) == ("sw-2", "sw-1 PSU")


def test_own_parts(lab, found, item):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1), serial="FDO1")
    lab.force(lab.module(chassis, lab.module_type("Card")), serial="FDO1")
    item(chassis, "Chassis", serial="FDO1")
    assert found(SerialDuplicate(), most_queries=2) == []


def test_devices_out_of_scope_count(switch, ask):
    from nautobot.dcim.models import Device

    switch("sw-1", serial="FDO1")
    switch("sw-2", serial="FDO1")
    (finding,) = ask(SerialDuplicate(), objects=Device.objects.filter(name="sw-2"), most_queries=2)
    assert (finding.display, finding.details["also on"]) == ("sw-2", "sw-1")


def test_others_that_the_user_may_not_view(ask, switch, limited):
    from nautobot.dcim.models import Device

    switch("sw-1", serial="FDO1")
    switch("sw-2", serial="FDO1")
    (finding,) = ask(SerialDuplicate(), limited("sw-2"), Device.objects.filter(name="sw-2"), most_queries=2)
    assert finding.details == {"serial": "FDO1"}
