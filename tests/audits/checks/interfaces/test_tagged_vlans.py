"""DCIM-LINK-004: which trunks do not carry the same VLANs at both ends."""

import pytest

from jobs.audits.checks.interfaces import LinkTaggedVlans


@pytest.fixture
def trunk(links):
    ports = [links.port(device, mode="tagged") for device in "ab"]
    links.join(*ports)
    links.vlan(10, None, *ports)
    return ports


def test_vlan_at_one_end(links, link_findings, ends_of, trunk):
    links.vlan(20, None, trunk[0])
    links.vlan(30, None, trunk[1])
    findings = link_findings(LinkTaggedVlans())
    assert ends_of(findings) == [["a eth1", "b eth1"]]
    details = findings[0].details
    assert {details["only here"], details["only at the far end"]} == {"20", "30"}


@pytest.mark.parametrize("index", [0, 1])
def test_either_end(links, link_findings, trunk, index):
    links.vlan(20, None, trunk[index])
    (finding,) = link_findings(LinkTaggedVlans())
    here = finding.pk == str(trunk[index].pk)
    assert finding.details["only here" if here else "only at the far end"] == "20"
    assert "only at the far end" not in finding.details or not here


def test_same_vlans(link_findings, trunk):
    assert link_findings(LinkTaggedVlans()) == []


def test_same_ids_of_different_vlans(links, link_findings, trunk):
    links.vlan(20, "here", trunk[0])
    links.vlan(20, "there", trunk[1])
    assert link_findings(LinkTaggedVlans()) == []


def test_native_vlan_tagged_at_one_end(lab, links, link_findings, trunk):
    vlan = links.vlan(20, None, trunk[0])
    lab.force(trunk[1], untagged_vlan=vlan)
    assert link_findings(LinkTaggedVlans()) == []


def test_all_vlans_at_one_end(lab, links, link_findings, trunk):
    links.vlan(20, None, trunk[0])
    lab.force(trunk[1], mode="tagged-all")
    assert link_findings(LinkTaggedVlans()) == []


def test_none_at_one_end_is_another_check(link_findings, trunk):
    trunk[1].tagged_vlans.clear()
    assert link_findings(LinkTaggedVlans()) == []


def test_lags(links, link_findings, ends_of):
    lags = links.bundle("a", "b", mode="tagged")
    links.vlan(10, None, *lags)
    assert link_findings(LinkTaggedVlans()) == []
    links.vlan(20, None, lags[0])
    assert ends_of(link_findings(LinkTaggedVlans())) == [["a ae1", "b ae1"]]


def test_details_of_what_the_user_may_not_view(links, link_findings, make_user, trunk):
    links.vlan(20, None, trunk[0])
    low = min(trunk, key=lambda port: str(port.pk))
    user = make_user("limited", {"dcim.view_interface": {"pk": str(low.pk)}, "dcim.view_device": None})
    (finding,) = link_findings(LinkTaggedVlans(), user)
    assert finding.details == {}
