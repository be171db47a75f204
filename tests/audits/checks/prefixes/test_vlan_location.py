"""IPAM-PREFIX-007: which prefixes have a VLAN of another location."""

import pytest

from jobs.audits.checks.prefixes import PrefixVlanLocation


@pytest.fixture
def elsewhere(lab):
    return lab.location("LON01")


def test_elsewhere(lab, ask, elsewhere):
    prefix = lab.prefix("10.0.1.0/24", vlan=lab.vlan(101, locations=[elsewhere]), locations=[lab.site])
    (finding,) = ask(PrefixVlanLocation())
    assert finding.pk == str(prefix.pk)
    assert finding.details == {"VLAN": "data (101)", "VLAN at": "LON01"}


def test_same(lab, found, elsewhere):
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101, locations=[lab.site]), locations=[lab.site])
    assert found(PrefixVlanLocation()) == []


def test_one_of_several(lab, found, elsewhere):
    vlan = lab.vlan(101, locations=[lab.site, elsewhere])
    lab.prefix("10.0.1.0/24", vlan=vlan, locations=[lab.site, lab.location("PAR01")])
    assert found(PrefixVlanLocation()) == []


@pytest.mark.parametrize("above", ["vlan", "prefix"])
def test_above_and_below(lab, found, above):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Location
    from nautobot.ipam.models import VLAN, Prefix

    lab.region_type.content_types.set(ContentType.objects.get_for_models(VLAN, Prefix).values())
    top = Location(name="World", location_type=lab.region_type, status=lab.active)
    top.validated_save()
    lab.region.parent = top
    lab.region.validated_save()
    places = (top, lab.site) if above == "vlan" else (lab.site, top)
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101, locations=places[:1]), locations=places[1:])
    assert found(PrefixVlanLocation()) == []


def test_without_location_or_vlan(lab, found, elsewhere):
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101), locations=[lab.site])
    lab.prefix("10.0.2.0/24", vlan=lab.vlan(102, locations=[elsewhere]))
    lab.prefix("10.0.3.0/24", locations=[lab.site])
    assert found(PrefixVlanLocation()) == []


def test_the_vlan_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user, elsewhere):
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101, locations=[elsewhere]), locations=[lab.site])
    user = make_user("limited", {"ipam.view_prefix": None, "dcim.view_location": None})
    (finding,) = ask(PrefixVlanLocation(), user)
    assert finding.details == {}
