"""DCIM-COMPONENT-002: which devices have ports that their type does not have."""

import pytest

from jobs.audits.checks.devices import ComponentExtra


@pytest.fixture
def device(lab):
    return lab.device("sw-1", lab.device_type("Big", console=1, power=2, interfaces=3, bays=1))


def test_nothing_extra(found, device):
    assert found(ComponentExtra()) == []


def test_ports(lab, ask, device):
    from nautobot.dcim.models import ConsolePort

    lab.interface(device, "eth 4", type="1000base-t")
    lab.interface(device, "eth 5", type="10gbase-x-sfpp")
    ConsolePort(device=device, name="usb").validated_save()
    (finding,) = ask(ComponentExtra())
    assert finding.details == {"interfaces": "eth 4, eth 5", "console ports": "usb"}


@pytest.mark.parametrize("kind", ["virtual", "lag", "bridge", "ieee802.11ac"])
def test_interfaces_that_are_no_ports(lab, found, device, kind):
    lab.interface(device, "x", type=kind)
    assert found(ComponentExtra()) == []


def test_below_another_interface(lab, found, device):
    lab.force(
        lab.interface(device, "x.100", type="virtual"),
        type="other",
        parent_interface=device.interfaces.get(name="eth 1"),
    )
    assert found(ComponentExtra()) == []


def test_on_a_module(lab, found, device):
    lab.module(device, lab.module_type("Card", console=1, management=1))
    assert found(ComponentExtra()) == []


def test_kind_that_the_type_does_not_have(lab, found, switch):
    from nautobot.dcim.models import PowerPort

    PowerPort(device=switch("sw-1"), name="PSU").validated_save()
    assert found(ComponentExtra()) == []


@pytest.mark.parametrize(("name", "extra"), [("eth 1/1", False), ("eth 1:0", False), ("eth 11", True)])
def test_lanes(lab, found, device, name, extra):
    lab.interface(device, name, type="1000base-t")
    assert found(ComponentExtra()) == (["sw-1"] if extra else [])


@pytest.mark.parametrize(("name", "extra"), [("Gi2/0/1", False), ("Gi2/0/2", True)])
def test_renumbered_member(lab, found, switch_type, name, extra):
    switch_type.interface_templates.filter(name="eth 1").update(name="Gi1/0/1")
    member = lab.device("member", switch_type)
    lab.stack(lab.device("master", switch_type), member)
    lab.force(member.interfaces.get(name="Gi1/0/1"), name=name)
    assert found(ComponentExtra()) == (["member"] if extra else [])
