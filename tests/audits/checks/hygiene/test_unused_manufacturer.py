"""DCIM-MANUFACTURER-001: which manufacturers make nothing."""

from jobs.audits.checks.hygiene import UnusedManufacturer


def test_makes_nothing(found, lab):
    assert found(UnusedManufacturer()) == ["Maker"]


def test_device_type(found, lab):
    lab.device_type("Switch")
    assert found(UnusedManufacturer()) == []


def test_platform(found, lab, make):
    make("dcim.platform", name="IOS", manufacturer=lab.manufacturer)
    assert found(UnusedManufacturer()) == []
