"""DCIM-POWER-004: which devices have their A and B feeds on one panel."""

import pytest

from jobs.audits.checks.connections import OnePowerPanel


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", power=2))


@pytest.fixture
def panels(lab):
    return lab.panel("Panel A"), lab.panel("Panel B")


def plug(lab, device, *feeds):
    """Connect each power port to a PDU of its own on the given feed."""
    for port, feed in zip(device.power_ports.order_by("name"), feeds, strict=False):
        lab.plug(port, lab.pdu(f"pdu on {feed}", feed))


def test_feeds_of_two_panels(lab, found, switch, panels):
    plug(lab, switch, lab.feed("A1", panels[0]), lab.feed("B1", panels[1]))
    assert found(OnePowerPanel()) == []


def test_feeds_of_one_panel(lab, ask, switch, panels):
    plug(lab, switch, lab.feed("A1", panels[0]), lab.feed("A2", panels[0]))
    (finding,) = ask(OnePowerPanel())
    assert finding.details == {"power panel": "Panel A", "power feeds": "A1, A2"}


def test_feeds_of_one_panel_directly(lab, found, switch, panels):
    for port, name in zip(switch.power_ports.all(), ("A1", "A2"), strict=True):
        lab.cable(port, lab.feed(name, panels[0]))
    assert found(OnePowerPanel()) == ["switch"]


def test_one_feed_is_another_check(lab, found, switch, panels):
    pdu = lab.pdu("pdu", lab.feed("A1", panels[0]))
    for outlet, port in zip("12", switch.power_ports.all(), strict=True):
        lab.plug(port, pdu, outlet)
    assert found(OnePowerPanel()) == []


def test_a_supply_whose_feed_is_unknown(lab, found, panels):
    big = lab.device("big", lab.device_type("Big", power=3))
    plug(lab, big, lab.feed("A1", panels[0]), lab.feed("A2", panels[0]))
    assert found(OnePowerPanel()) == ["big"]
    lab.plug(big.power_ports.order_by("name").last(), lab.pdu("pdu of unknown origin"))
    assert found(OnePowerPanel()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(lab, ask, make_user, switch, panels):
    plug(lab, switch, lab.feed("A1", panels[0]), lab.feed("A2", panels[0]))
    (finding,) = ask(OnePowerPanel(), make_user("limited", {"dcim.view_device": None}))
    assert finding.details == {}
