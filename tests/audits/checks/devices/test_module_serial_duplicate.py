"""DCIM-COMPONENT-005: which modules have a serial number twice."""

import pytest

from jobs.audits.checks.devices import ModuleSerialDuplicate


@pytest.fixture
def card(lab):
    """A function that makes a module of a type of its own, with a serial number, in a chassis of that name."""
    chassis_type = lab.device_type("Chassis", bays=1)

    def make(name, number, **values):
        chassis = lab.device(name, chassis_type, **values)
        module = lab.module(chassis, lab.module_type(f"Card of {name}"))
        lab.force(module, serial=number)
        return chassis

    return make


def test_modules(found, card):
    card("a", "FDO1")
    card("b", "fdo1")
    card("c", "FDO3")
    assert found(ModuleSerialDuplicate(), most_queries=2) == ["a Bay 1 Card of a", "b Bay 1 Card of b"]


def test_other_device(ask, card):
    card("a", "FDO1")
    card("b", "FDO2", serial="FDO1")
    (finding,) = ask(ModuleSerialDuplicate(), most_queries=2)
    assert finding.details == {"serial": "FDO1", "also on": "b"}


def test_own_device_and_item(found, card, item):
    item(card("a", "FDO1", serial="FDO1"), "Card", serial="FDO1")
    assert found(ModuleSerialDuplicate(), most_queries=2) == []


def test_without_serial(found, card):
    card("a", None)
    card("b", None)
    card("c", "")
    assert found(ModuleSerialDuplicate(), most_queries=2) == []
