"""DCIM-POWER-012: which racks have no reserve."""

import pytest

from jobs.audits.checks.power import RackRedundancy


@pytest.mark.parametrize(("watts", "wrong"), [((600, 401), True), ((600, 400), False), ((900, 0), False)])
def test_two_feeds(lab, found, load, feed, watts, wrong):
    rack = lab.rack("R1")
    for name, number in zip("AB", watts, strict=True):
        pdu = lab.pdu(f"pdu {name}", feed(name, rack))
        if number:
            load(f"load {name}", number, pdu)
    assert found(RackRedundancy()) == (["R1"] if wrong else [])


def test_details(lab, ask, load, feed):
    rack = lab.rack("R1")
    for name in "ABC":
        load(f"load {name}", 700, lab.pdu(f"pdu {name}", feed(name, rack)))
    (finding,) = ask(RackRedundancy())
    assert finding.details == {"power feeds": "3"}
    assert "2100 VA are drawn, and 2000 VA are left" in finding.message


def test_one_feed(lab, found, load, feed):
    load("load", 1500, lab.pdu("pdu", feed("A", lab.rack("R1"))))
    assert found(RackRedundancy()) == []


def test_feeds_of_other_racks(lab, found, load, feed):
    for name in "AB":
        load(f"load {name}", 900, lab.pdu(f"pdu {name}", feed(name, lab.rack(name))))
    assert found(RackRedundancy()) == []
