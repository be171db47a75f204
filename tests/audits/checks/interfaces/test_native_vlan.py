"""DCIM-LINK-003: which links join two VLANs."""

from jobs.audits.checks.interfaces import LinkNativeVlan


def test_different(links, link_findings, ends_of):
    one, other = links.vlan(10), links.vlan(20)
    links.join(links.port("a", mode="tagged", untagged_vlan=one), links.port("b", mode="tagged", untagged_vlan=other))
    findings = link_findings(LinkNativeVlan())
    assert ends_of(findings) == [["a eth1", "b eth1"]]
    assert {findings[0].details["untagged VLAN"], findings[0].details["far untagged VLAN"]} == {"10", "20"}


def test_same_id_of_different_vlans(links, link_findings):
    one, other = links.vlan(10, "here"), links.vlan(10, "there")
    links.join(links.port("a", mode="access", untagged_vlan=one), links.port("b", mode="access", untagged_vlan=other))
    assert link_findings(LinkNativeVlan()) == []


def test_unknown_at_one_end(links, link_findings):
    links.join(links.port("a", mode="access", untagged_vlan=links.vlan(10)), links.port("b"))
    assert link_findings(LinkNativeVlan()) == []


def test_lags(links, link_findings, lab, ends_of):
    lags = links.bundle("a", "b", mode="tagged", untagged_vlan=links.vlan(10))
    assert link_findings(LinkNativeVlan()) == []
    lab.force(lags[0], untagged_vlan=links.vlan(20))
    assert ends_of(link_findings(LinkNativeVlan())) == [["a ae1", "b ae1"]]
