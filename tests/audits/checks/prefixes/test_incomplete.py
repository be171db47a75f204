"""IPAM-PREFIX-003: which prefixes lack what the policy requires."""

import pytest

from jobs.audits.checks.prefixes import PrefixIncomplete


def test_all_fields(lab, ask):
    lab.prefix("10.0.1.0/24")
    (finding,) = ask(PrefixIncomplete(required=("vlan", "location", "role", "tenant")))
    assert finding.message == "The prefix has no location, no role, no tenant, no vlan."


def test_complete(lab, found):
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101), tenant=lab.tenant("Retail"), locations=[lab.site])
    assert found(PrefixIncomplete(required=("vlan", "location", "tenant"))) == []


@pytest.mark.parametrize("field", ["location", "role", "tenant", "vlan"])
def test_each_prefix_by_itself(lab, found, field):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.ipam.models import Prefix

    lab.role.content_types.add(ContentType.objects.get_for_model(Prefix))
    complete = {"role": lab.role, "tenant": lab.tenant("Retail"), "vlan": lab.vlan(101), "locations": [lab.site]}
    lab.prefix("10.0.1.0/24", **complete)
    lab.prefix("10.0.2.0/24", **{**complete, **({"locations": []} if field == "location" else {field: None})})
    assert found(PrefixIncomplete(required=("location", "role", "tenant", "vlan"))) == ["10.0.2.0/24"]
    assert found(PrefixIncomplete(required=(field,))) == ["10.0.2.0/24"]


def test_only_what_is_required(lab, ask):
    lab.prefix("10.0.1.0/24")
    (finding,) = ask(PrefixIncomplete(required=("location",)))
    assert finding.message == "The prefix has no location."


def test_links_need_no_vlan(lab, found):
    lab.prefix("10.0.1.0/31")
    lab.prefix("10.0.2.0/30")
    lab.prefix("2001:db8::/127")
    assert found(PrefixIncomplete(required=("vlan",))) == []


def test_other_types_and_statuses(lab, found):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24", status="Reserved")
    assert found(PrefixIncomplete(required=("location",))) == []


def test_idle_without_policy():
    assert PrefixIncomplete().idle()
    assert not PrefixIncomplete(required=("role",)).idle()


def test_unknown_field(ask):
    with pytest.raises(ValueError, match="colour"):
        ask(PrefixIncomplete(required=("colour",)))
