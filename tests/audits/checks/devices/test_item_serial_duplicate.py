"""DCIM-COMPONENT-004: which inventory items have a serial number twice."""

from jobs.audits.checks.devices import ItemSerialDuplicate


def test_items_of_two_devices(found, switch, item):
    item(switch("sw-1"), "PSU", serial="FDO1")
    item(switch("sw-2"), "PSU", serial="fdo1")
    item(switch("sw-3"), "PSU", serial="FDO3")
    assert found(ItemSerialDuplicate(), most_queries=2) == ["sw-1 PSU", "sw-2 PSU"]


def test_items_of_one_device(found, switch, item):
    device = switch("sw-1")
    item(device, "PSU1", serial="FDO1")
    item(device, "PSU2", serial="FDO1")
    assert found(ItemSerialDuplicate(), most_queries=2) == ["sw-1 PSU1", "sw-1 PSU2"]


def test_other_device(ask, switch, item):
    item(switch("sw-1"), "PSU", serial="FDO1")
    switch("sw-2", serial="FDO1")
    (finding,) = ask(ItemSerialDuplicate(), most_queries=2)
    assert finding.details == {"serial": "FDO1", "also on": "sw-2"}


def test_own_device_and_module(lab, found, item):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1), serial="FDO1")
    lab.force(lab.module(chassis, lab.module_type("Card")), serial="FDO2")
    item(chassis, "Chassis", serial="FDO1")
    item(chassis, "Card", serial="FDO2")
    assert found(ItemSerialDuplicate(), most_queries=2) == []


def test_without_serial(found, switch, item):
    item(switch("sw-1"), "PSU")
    item(switch("sw-2"), "PSU", serial="N/A")
    item(switch("sw-3"), "PSU", serial="N/A")
    assert found(ItemSerialDuplicate(), most_queries=2) == []
