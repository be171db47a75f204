"""IPAM-VLAN-002: which VLANs have the ID of another one in the same place."""

from jobs.audits.checks.vlans import VlanDuplicate


def test_one_location(ask, lab, vlans):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(10, "voice", lab.site)
    one, other = ask(VlanDuplicate())
    assert (one.display, one.details) == ("data (10)", {"other VLANs": "voice (10)"})
    assert (other.display, other.details) == ("voice (10)", {"other VLANs": "data (10)"})


def test_one_of_two_in_a_group(ask, lab, vlans):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(10, "voice", lab.site, vlan_group=vlans.group("Hall A"))
    one, other = ask(VlanDuplicate())
    assert one.details == {"other VLANs": "voice (10) of group Hall A"}
    assert other.details == {"group": "Hall A", "other VLANs": "data (10)"}


def test_two_groups(ask, lab, vlans):
    for name in ("Hall A", "Hall B"):
        vlans.vlan(10, "data", lab.site, vlan_group=vlans.group(name))
    assert ask(VlanDuplicate()) == []


def test_two_locations(ask, lab, vlans):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(10, "data", lab.location("LON01"))
    assert ask(VlanDuplicate()) == []


def test_two_ids(ask, lab, vlans):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(20, "data", lab.site)
    assert ask(VlanDuplicate()) == []


def test_two_tenants(ask, lab, vlans):
    from nautobot.tenancy.models import Tenant

    tenants = [Tenant(name=name) for name in "ab"]
    for tenant in tenants:
        tenant.validated_save()
        vlans.vlan(10, "data", lab.site, tenant=tenant)
    assert ask(VlanDuplicate()) == []
    vlans.vlan(10, "data", lab.site)
    assert len(ask(VlanDuplicate())) == 3


def test_without_location(found, lab, vlans):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(10, "data")
    vlans.vlan(10, "voice")
    assert found(VlanDuplicate()) == []
    vlans.vlan(10, "Data")
    assert sorted(found(VlanDuplicate())) == ["Data (10)", "data (10)"]


def test_names_of_what_the_user_may_not_view_are_left_out(ask, lab, vlans, make_user):
    vlans.vlan(10, "data", lab.site)
    vlans.vlan(10, "voice", lab.site)
    one, other = ask(VlanDuplicate(), make_user("limited", {"ipam.view_vlan": {"name": "data"}}))
    assert (one.display, one.details) == ("data (10)", {})
    assert (other.display, other.details) == ("voice (10)", {"other VLANs": "data (10)"})
