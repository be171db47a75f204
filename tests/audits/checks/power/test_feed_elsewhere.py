"""DCIM-POWER-015: which power feeds are for a rack elsewhere."""

from jobs.audits.checks.power import FeedElsewhere


def test_locations(lab, ask, feed):
    feed("same", lab.rack("R1"))
    feed("no rack")
    london = lab.rack("R2")
    lab.force(london, location=lab.location("LON01"))
    lab.force(feed("elsewhere"), rack=london)
    (finding,) = ask(FeedElsewhere())
    assert finding.display == "Panel A elsewhere"
    assert finding.details == {"rack": "R2", "location of the rack": "EMEA / LON01"}


def test_above_or_below(lab, found, feed):
    rack = lab.rack("R1")
    one = feed("feed", rack)
    lab.force(rack, location=lab.region)
    assert found(FeedElsewhere()) == []
    lab.force(rack, location=lab.site)
    lab.force(one.power_panel, location=lab.region)
    assert found(FeedElsewhere()) == []
