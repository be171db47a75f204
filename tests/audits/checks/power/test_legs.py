"""DCIM-POWER-011: which inlets have unbalanced phases."""

import pytest

from jobs.audits.checks.power import UnbalancedLegs


@pytest.fixture
def legs(lab, load):
    """A function that makes a PDU with an outlet on each leg, and a load on each."""

    def make(*watts, legs="ABC"):
        pdu = lab.pdu("pdu")
        for index, (leg, number) in enumerate(zip(legs, watts, strict=True), 1):
            pdu.power_outlets.filter(name=str(index)).update(feed_leg=leg)
            if number:
                load(f"load-{index}", number, pdu, str(index))
        return pdu

    return make


@pytest.mark.parametrize(
    ("watts", "wrong"),
    [
        ((2400, 600, 500), True),
        ((1100, 1000, 1200), False),
        ((2400, 0, 0), True),
        ((300, 100, 0), False),
        ((0, 0, 0), False),
    ],
)
def test_draws(found, legs, watts, wrong):
    legs(*watts)
    assert found(UnbalancedLegs()) == (["pdu Inlet"] if wrong else [])


def test_details_and_parameters(ask, legs):
    legs(300, 100, 0)
    (finding,) = ask(UnbalancedLegs(least=200))
    assert finding.details == {"leg A": "300 VA", "leg B": "100 VA", "leg C": "0 VA"}
    assert ask(UnbalancedLegs(least=200, percent=130)) == []


def test_one_leg_only(found, legs):
    legs(2400, 2400, 0, legs="AAB")
    assert found(UnbalancedLegs()) == []


def test_no_legs(lab, found, load):
    load("load", 5000, lab.pdu("pdu"))
    assert found(UnbalancedLegs()) == []
