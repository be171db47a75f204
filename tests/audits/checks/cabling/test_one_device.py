"""DCIM-CABLE-006: which cables begin and end at one device."""

from jobs.audits.checks.cabling import CableOnOneDevice


def test_two_interfaces(ask, lab, cabling):
    cable = lab.cable(cabling.port("a"), cabling.port("a", "eth2"))
    (finding,) = ask(CableOnOneDevice())
    assert finding.pk == str(cable.pk)
    assert finding.details == {"A end": "a eth1", "B end": "a eth2"}


def test_two_devices(ask, link):
    assert ask(CableOnOneDevice()) == []


def test_members_of_a_stack(ask, lab, cabling, link):
    lab.stack(cabling.devices["a"], cabling.devices["b"])
    assert ask(CableOnOneDevice()) == []


def test_outlet_to_own_inlet(ask, lab):
    pdu = lab.pdu("pdu")
    lab.cable(pdu.power_ports.get(), pdu.power_outlets.first())
    assert len(ask(CableOnOneDevice())) == 1


def test_front_ports_of_a_panel(ask, lab, cabling):
    _, fronts = cabling.panel(positions=2)
    lab.cable(*fronts)
    assert ask(CableOnOneDevice()) == []


def test_interfaces_on_modules(ask, lab):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
    for bay in ("Bay 1", "Bay 2"):
        lab.module(chassis, lab.module_type(f"Card {bay}", management=1), bay)
    lab.cable(*chassis.all_interfaces.all())
    assert len(ask(CableOnOneDevice())) == 1


def test_exempt_role(ask, lab, cabling):
    lab.cable(cabling.port("a"), cabling.port("a", "eth2"))
    assert ask(CableOnOneDevice(exempt_roles=("Switch",))) == []
    assert len(ask(CableOnOneDevice(exempt_roles=("Other",)))) == 1
