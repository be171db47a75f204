"""DCIM-POWER-003: which devices have all supplies on one PDU or feed."""

import pytest
from nautobot.dcim.models import PowerOutlet

from jobs.audits.checks.connections import OnePowerSource
from jobs.toolkit.compat import CABLED


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", power=2))


@pytest.fixture
def feeds(lab):
    return [lab.feed("A1", lab.panel("Panel A")), lab.feed("B1", lab.panel("Panel B"))]


def plug(lab, device, *pdus):
    """Plug each power port of the device into the next free outlet of the next PDU."""
    for port, pdu in zip(device.power_ports.order_by("name"), pdus, strict=False):
        lab.plug(port, pdu, pdu.power_outlets.exclude(CABLED).order_by("name").first().name)


def test_two_pdus_on_two_feeds(lab, found, switch, feeds):
    plug(lab, switch, lab.pdu("pdu-a", feeds[0]), lab.pdu("pdu-b", feeds[1]))
    assert found(OnePowerSource()) == []


def test_one_pdu(lab, ask, switch, feeds):
    pdu = lab.pdu("pdu-a", feeds[0])
    plug(lab, switch, pdu, pdu)
    (finding,) = ask(OnePowerSource())
    assert "same PDU" in finding.message
    assert finding.details == {"PDU": "pdu-a", "power feed": "A1"}


def test_one_pdu_without_feed(lab, found, switch):
    pdu = lab.pdu("pdu-a")
    plug(lab, switch, pdu, pdu)
    assert found(OnePowerSource()) == ["switch"]


def test_one_pdu_with_outlets_on_a_module(lab, ask, switch):
    pdu = lab.device("pdu-a", lab.device_type("Modular PDU", bays=1))
    module = lab.module(pdu, lab.module_type("Outlets"))
    for number, port in enumerate(switch.power_ports.order_by("name"), 1):
        outlet = PowerOutlet(module=module, name=str(number))
        outlet.validated_save()
        lab.cable(port, outlet)
    (finding,) = ask(OnePowerSource())
    assert "same PDU" in finding.message
    assert finding.details["PDU"] == "pdu-a"


def test_two_pdus_without_feeds_are_not_judged(lab, found, switch):
    plug(lab, switch, lab.pdu("pdu-a"), lab.pdu("pdu-b"))
    assert found(OnePowerSource()) == []


def test_pdu_and_feed(lab, found, switch, feeds):
    lab.plug(switch.power_ports.first(), lab.pdu("pdu-a", feeds[0]))
    lab.cable(switch.power_ports.last(), feeds[1])
    assert found(OnePowerSource()) == []


def test_two_feeds_directly(lab, found, switch, feeds):
    for port, feed in zip(switch.power_ports.all(), feeds, strict=True):
        lab.cable(port, feed)
    assert found(OnePowerSource()) == []


def test_two_pdus_on_one_ups(lab, ask, switch, feeds):
    ups = lab.pdu("ups", feeds[0])
    pdus = [lab.pdu("pdu-a"), lab.pdu("pdu-b")]
    for outlet, pdu in zip("12", pdus, strict=True):
        lab.plug(pdu.power_ports.get(), ups, outlet)
    plug(lab, switch, *pdus)
    (finding,) = ask(OnePowerSource())
    assert "same feed" in finding.message
    assert finding.details == {"PDU": "pdu-a, pdu-b", "power feed": "A1"}


def test_outlets_that_do_not_say_what_is_behind_them(lab, found, switch, feeds):
    ups = lab.pdu("ups", feeds[0], told=False)
    pdus = [lab.pdu("pdu-a", told=False), lab.pdu("pdu-b", told=False)]
    for outlet, pdu in zip("12", pdus, strict=True):
        lab.plug(pdu.power_ports.get(), ups, outlet)
    plug(lab, switch, *pdus)
    assert found(OnePowerSource()) == ["switch"]


def test_outlets_on_modules_that_do_not_say_what_is_behind_them(lab, found, switch, feeds):
    ups, pdu_type, strip = (
        lab.pdu("ups", feeds[0]),
        lab.device_type("Modular", power=1, bays=1),
        lab.module_type("Strip"),
    )
    for outlet, port in zip("12", switch.power_ports.all(), strict=True):
        pdu = lab.device(f"pdu-{outlet}", pdu_type)
        lab.plug(pdu.power_ports.get(), ups, outlet)
        plugged = PowerOutlet(module=lab.module(pdu, strip), name="1")
        plugged.validated_save()
        lab.cable(port, plugged)
    assert found(OnePowerSource()) == ["switch"]


def test_outlets_of_a_pdu_with_two_inlets_are_not_guessed(lab, found, switch, feeds):
    from nautobot.dcim.models import PowerPort

    shared = lab.pdu("shared", feeds[0])
    pdus = []
    for name, outlet in (("pdu-a", "1"), ("pdu-b", "2")):
        pdu = lab.pdu(name, told=False)
        lab.plug(pdu.power_ports.get(), shared, outlet)
        PowerPort(device=pdu, name="Inlet 2").validated_save()
        pdus.append(pdu)
    plug(lab, switch, *pdus)
    assert found(OnePowerSource()) == []


def test_one_supply_has_no_redundancy_to_lose(lab, found, feeds):
    small = lab.device("small", lab.device_type("Small", power=1))
    plug(lab, small, lab.pdu("pdu-a", feeds[0]))
    assert found(OnePowerSource()) == []


def test_planned_cables_do_not_count(lab, found, switch, feeds):
    pdu = lab.pdu("pdu-a", feeds[0])
    lab.plug(switch.power_ports.first(), pdu, "1")
    lab.plug(switch.power_ports.last(), pdu, "2", status="Planned")
    assert found(OnePowerSource()) == []


def test_two_of_three_supplies_on_one_pdu(lab, found, feeds):
    big = lab.device("big", lab.device_type("Big", power=3))
    a, b = lab.pdu("pdu-a", feeds[0]), lab.pdu("pdu-b", feeds[1])
    plug(lab, big, a, a, b)
    assert found(OnePowerSource()) == []


def test_supplies_on_modules(lab, found, feeds):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
    supply = lab.module_type("Supply", power=1)
    pdu = lab.pdu("pdu-a", feeds[0])
    for outlet, bay in (("1", "Bay 1"), ("2", "Bay 2")):
        lab.plug(lab.module(chassis, supply, bay).power_ports.get(), pdu, outlet)
    assert found(OnePowerSource()) == ["chassis"]


def test_names_of_what_the_user_may_not_view_are_left_out(lab, ask, make_user, switch, feeds):
    pdu = lab.pdu("pdu-a", feeds[0])
    plug(lab, switch, pdu, pdu)
    (finding,) = ask(OnePowerSource(), make_user("limited", {"dcim.view_device": {"name": "switch"}}))
    assert finding.details == {}
