"""DCIM-POWER-014: which power feeds are connected to nothing."""

from jobs.audits.checks.power import FeedUnused


def test_cables(lab, ask, feed):
    lab.pdu("pdu", feed("used"))
    feed("unused", lab.rack("R1"))
    lab.cable(lab.pdu("other").power_ports.get(), feed("waiting"), "Planned")
    waiting, unused = sorted(ask(FeedUnused()), key=lambda finding: finding.display, reverse=True)
    assert (unused.display, unused.details) == ("Panel A unused", {"rack": "R1"})
    assert waiting.display == "Panel A waiting"


def test_statuses(lab, found, feed):
    lab.force(feed("planned"), status=lab.status("Planned"))
    assert found(FeedUnused()) == []
    assert found(FeedUnused(statuses=("Planned",))) == ["Panel A planned"]


def test_to_another_panel(lab, found, feed):
    lab.force(feed("feeder"), destination_panel=lab.panel("Panel B"))
    assert found(FeedUnused()) == []
