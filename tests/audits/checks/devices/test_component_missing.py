"""DCIM-COMPONENT-001: which devices lack components of their type."""

import pytest

from jobs.audits.checks.devices import ComponentMissing


@pytest.fixture
def device(lab):
    return lab.device("sw-1", lab.device_type("Big", console=1, power=2, interfaces=3, bays=1))


def test_nothing_missing(found, device):
    assert found(ComponentMissing()) == []


def test_one_finding_for_a_device(ask, device):
    device.interfaces.get(name="eth 2").delete()
    device.interfaces.get(name="eth 3").delete()
    device.power_ports.get(name="PSU 2").delete()
    (finding,) = ask(ComponentMissing())
    assert finding.details == {"interfaces": "eth 2, eth 3", "power ports": "PSU 2"}
    assert "3 components" in finding.message


def test_bays_and_console(ask, device):
    device.console_ports.all().delete()
    device.module_bays.all().delete()
    (finding,) = ask(ComponentMissing())
    assert finding.details == {"console ports": "Console 1", "module bays": "Bay 1"}


def test_many_are_counted(lab, ask):
    device = lab.device("sw-1", lab.device_type("Huge", interfaces=23))
    device.interfaces.all().delete()
    (finding,) = ask(ComponentMissing())
    assert finding.details["interfaces"].startswith("eth 1, eth 2, eth 3")
    assert finding.details["interfaces"].endswith("eth 20, and 3 more")


def test_on_a_module(lab, found, device):
    module = lab.module(device, lab.module_type("Card"))
    device.interfaces.get(name="eth 3").delete()
    lab.interface(None, "eth 3", module=module, type="1000base-t")
    assert found(ComponentMissing()) == []


def test_of_another_device(lab, found, device):
    device.interfaces.get(name="eth 3").delete()
    lab.device("sw-2", device.device_type)
    assert found(ComponentMissing()) == ["sw-1"]


@pytest.mark.parametrize(
    ("name", "missing"), [("Gi2/0/1", False), ("Gi1/0/1", False), ("Gi2/0/2", True), ("Te2/0/1", True)]
)
def test_renumbered_member(lab, found, switch_type, name, missing):
    rename(switch_type, "Gi1/0/1")
    master, member = lab.device("master", switch_type), lab.device("member", switch_type)
    lab.stack(master, member)
    lab.force(member.interfaces.get(name="Gi1/0/1"), name=name)
    assert found(ComponentMissing()) == (["member"] if missing else [])


def test_renumbered_without_a_stack(lab, found, switch_type):
    rename(switch_type, "Gi1/0/1")
    device = lab.device("alone", switch_type)
    lab.force(device.interfaces.get(name="Gi1/0/1"), name="Gi2/0/1")
    assert found(ComponentMissing()) == ["alone"]


@pytest.mark.parametrize(("name", "missing"), [("eth 1/1", False), ("eth 1:0", False), ("eth 10", True)])
def test_broken_out(lab, found, switch, name, missing):
    lab.force(switch("sw-1").interfaces.get(name="eth 1"), name=name)
    assert found(ComponentMissing()) == (["sw-1"] if missing else [])


def rename(device_type, name):
    device_type.interface_templates.filter(name="eth 1").update(name=name)
