"""IPAM-VLAN-001: which interfaces use a VLAN of another location."""

import pytest

from jobs.audits.checks.vlans import VlanElsewhere


@pytest.fixture
def elsewhere(ask):
    """Asks once about untagged VLANs, once about tagged ones."""
    return lambda user=None: ask(VlanElsewhere(), user, most_queries=2)


@pytest.fixture
def other_site(lab):
    return lab.location("LON01")


def test_untagged(elsewhere, vlans, other_site):
    port = vlans.port(untagged=vlans.vlan(10, "data", other_site))
    (finding,) = elsewhere()
    assert (finding.pk, finding.display, finding.key) == (str(port.pk), "switch eth1", "untagged")
    assert finding.location == "EMEA / AMS01"
    assert finding.details == {"VLAN ID": "10", "VLAN": "data (10)", "locations of the VLAN": "EMEA / LON01"}


def test_tagged(elsewhere, lab, vlans, other_site):
    foreign = [vlans.vlan(vid, "data", other_site) for vid in (10, 20)]
    vlans.port(tagged=[*foreign, vlans.vlan(30, "own", lab.site)])
    findings = elsewhere()
    assert {finding.key for finding in findings} == {f"tagged {vlan.pk}" for vlan in foreign}
    assert {finding.display for finding in findings} == {"switch eth1"}


def test_own_location(elsewhere, lab, vlans, other_site):
    vlan = vlans.vlan(10, "data", lab.site, other_site)
    vlans.port(untagged=vlan, tagged=[vlan])
    assert elsewhere() == []


def test_location_above(elsewhere, lab, vlans):
    vlan = vlans.vlan(10, "data", lab.region)
    vlans.port(untagged=vlan, tagged=[vlan])
    assert elsewhere() == []


def test_location_below(elsewhere, lab, vlans):
    hall_type = type(lab.site_type)(name="Hall", parent=lab.site_type)
    hall_type.validated_save()
    hall_type.content_types.set(lab.site_type.content_types.all())
    hall = type(lab.site)(name="Hall", location_type=hall_type, parent=lab.site, status=lab.active)
    hall.validated_save()
    vlans.port(untagged=vlans.vlan(10, "of the hall", hall))
    vlans.port("in the hall", location=hall, untagged=vlans.vlan(20, "of the region", lab.region))
    assert [finding.display for finding in elsewhere()] == ["switch eth1"]


def test_no_location(elsewhere, vlans):
    vlan = vlans.vlan(10)
    vlans.port(untagged=vlan, tagged=[vlan])
    assert elsewhere() == []


def test_location_of_the_group(elsewhere, lab, vlans, other_site):
    vlans.port("wrong", untagged=vlans.vlan(10, vlan_group=vlans.group("there", other_site)))
    vlans.port("here", untagged=vlans.vlan(10, vlan_group=vlans.group("here", lab.site)))
    vlans.port("above", untagged=vlans.vlan(10, vlan_group=vlans.group("above", lab.region)))
    vlans.port("nowhere", untagged=vlans.vlan(10, vlan_group=vlans.group("nowhere")))
    assert [finding.display for finding in elsewhere()] == ["wrong eth1"]


def test_location_of_a_group_below(elsewhere, lab, vlans):
    hall_type = type(lab.site_type)(name="Hall", parent=lab.site_type)
    hall_type.validated_save()
    hall_type.content_types.set(lab.site_type.content_types.all())
    hall = type(lab.site)(name="Hall", location_type=hall_type, parent=lab.site, status=lab.active)
    hall.validated_save()
    vlans.port(untagged=vlans.vlan(10, vlan_group=vlans.group("hall", hall)))
    assert elsewhere() == []


def test_own_location_counts_before_that_of_the_group(elsewhere, lab, vlans, other_site):
    vlans.port(untagged=vlans.vlan(10, "data", lab.site, vlan_group=vlans.group("there", other_site)))
    assert elsewhere() == []


def test_names_of_what_the_user_may_not_view_are_left_out(elsewhere, vlans, other_site, make_user):
    vlans.port(untagged=vlans.vlan(10, "data", other_site))
    (finding,) = elsewhere(make_user("limited", {"dcim.view_interface": None}))
    assert finding.details == {"VLAN ID": "10"}
    (finding,) = elsewhere(make_user("other", {"dcim.view_interface": None, "ipam.view_vlan": None}))
    assert finding.details == {"VLAN ID": "10", "VLAN": "data (10)"}
