"""IPAM-VLAN-003: which VLANs in use have no prefix."""

import pytest

from jobs.audits.checks.vlans import VlanWithoutPrefix


def test_no_prefix(ask, lab, vlans):
    vlan = vlans.vlan(10, "data", lab.site)
    vlans.port(untagged=vlan)
    (finding,) = ask(VlanWithoutPrefix())
    assert (finding.pk, finding.display, finding.location) == (str(vlan.pk), "data (10)", "EMEA / AMS01")


def test_tagged(found, vlans):
    vlans.port(tagged=[vlans.vlan(10)])
    assert found(VlanWithoutPrefix()) == ["data (10)"]


def test_prefix(ask, vlans):
    vlan = vlans.vlan(10)
    vlans.port(untagged=vlan)
    vlans.prefix("192.0.2.0/24", vlan)
    assert ask(VlanWithoutPrefix()) == []


def test_unused_is_another_check(ask, vlans):
    vlans.vlan(10)
    assert ask(VlanWithoutPrefix()) == []


@pytest.mark.parametrize(("vid", "name"), [(1, "data"), (999, "Native VLAN"), (998, "PARKING"), (997, "black-hole")])
def test_no_addresses_expected(found, vlans, vid, name):
    vlans.port(untagged=vlans.vlan(vid, name))
    assert found(VlanWithoutPrefix()) == []
    assert found(VlanWithoutPrefix(exempt_names="")) == ([f"{name} ({vid})"] if vid > 1 else [])


def test_exempt_role(found, lab, vlans):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.ipam.models import VLAN

    role = lab.make_role("Transit")
    role.content_types.add(ContentType.objects.get_for_model(VLAN))
    vlans.port(untagged=vlans.vlan(10, role=role))
    assert found(VlanWithoutPrefix()) == ["data (10)"]
    assert found(VlanWithoutPrefix(exempt_roles=("Transit",))) == []


def test_reserved(found, lab, vlans):
    vlans.port(untagged=vlans.vlan(10, status=lab.status("Reserved")))
    assert found(VlanWithoutPrefix()) == []
    assert found(VlanWithoutPrefix(statuses=("Reserved",))) == ["data (10)"]
