"""DCIM-POWER-010: which power feeds are over their rating."""

import pytest

from jobs.audits.checks.power import FeedOverload


@pytest.mark.parametrize(("watts", "over"), [((600, 401), True), ((600, 400), False)])
def test_pdu(lab, found, load, feed, watts, over):
    pdu = lab.pdu("pdu", feed("A"))
    for index, number in enumerate(watts, 1):
        load(f"load-{index}", number, pdu, str(index))
    assert found(FeedOverload()) == (["Panel A A"] if over else [])


def test_details(lab, ask, load, feed):
    load("load", 1500, lab.pdu("pdu", feed("A")))
    (finding,) = ask(FeedOverload())
    assert finding.details == {"draw": "1500 VA", "connected to": "pdu"}
    assert "1500 VA are drawn of 1000 VA" in finding.message


def test_power_factor(lab, found, load, feed):
    load("load", 950, lab.pdu("pdu", feed("A")), power_factor="0.95")
    load("more", 951, lab.pdu("other", feed("B")), power_factor="0.95")
    assert found(FeedOverload()) == ["Panel A B"]


def test_directly_connected(found, load, feed):
    load("load", 1001, feed("A"))
    load("other", 1000, feed("B"))
    assert found(FeedOverload()) == ["Panel A A"]


def test_inlet_with_a_figure_of_its_own(lab, found, load, feed):
    pdu = lab.pdu("pdu", feed("A"))
    load("load", 1500, pdu)
    lab.force(pdu.power_ports.get(), allocated_draw=900)
    assert found(FeedOverload()) == []


def test_maximum_alone(lab, found, load, feed):
    load("load", None, feed("A"), maximum_draw=5000)
    assert found(FeedOverload()) == []


def test_planned_cable(lab, found, load, feed):
    load("load", 1500, lab.pdu("pdu", feed("A")), status="Planned")
    assert found(FeedOverload()) == []


def test_device_that_the_user_may_not_view(lab, ask, load, feed, make_user):
    load("load", 1500, lab.pdu("pdu", feed("A")))
    (finding,) = ask(FeedOverload(), make_user("limited"))
    assert finding.details == {"draw": "1500 VA"}
