"""IPAM-PREFIX-001: which prefixes hold nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.prefixes import PrefixUnused


def test_empty_network(lab, ask):
    vlan = lab.vlan(101, "data")
    prefix = lab.prefix("10.0.1.0/24", vlan=vlan, locations=[lab.site])
    (finding,) = ask(PrefixUnused())
    assert (finding.pk, finding.display, finding.location) == (str(prefix.pk), "10.0.1.0/24", "EMEA / AMS01")
    assert finding.details == {"VLAN": "data (101)"}


def test_empty_pool_and_link(lab, found):
    lab.prefix("10.0.1.0/24", "pool")
    lab.prefix("10.0.2.0/31")
    assert found(PrefixUnused()) == ["10.0.1.0/24", "10.0.2.0/31"]


def test_with_an_address(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.1.1/24")
    assert found(PrefixUnused()) == []


def test_with_a_prefix(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.128/25", "pool", status="Reserved")
    assert found(PrefixUnused()) == []


def test_with_a_range(lab, found):
    from jobs.toolkit.compat import address_ranges

    if not (model := address_ranges()):
        pytest.skip("Nautobot before 3.2 has no ranges of addresses")
    lab.prefix("10.0.1.0/24")
    model(
        start_address="10.0.1.1", end_address="10.0.1.9", namespace=lab.namespace(), status=lab.active
    ).validated_save()
    assert found(PrefixUnused()) == []


def test_in_a_cloud(lab, found):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.cloud.models import CloudAccount, CloudNetwork, CloudResourceType

    kind = CloudResourceType(name="VPC", provider=lab.manufacturer)
    kind.validated_save()
    kind.content_types.add(ContentType.objects.get_for_model(CloudNetwork))
    account = CloudAccount(name="account", account_number="1", provider=lab.manufacturer)
    account.validated_save()
    network = CloudNetwork(name="vpc", cloud_resource_type=kind, cloud_account=account)
    network.validated_save()
    network.prefixes.add(lab.prefix("10.0.1.0/24"))
    assert found(PrefixUnused()) == []


@pytest.mark.parametrize("text", ["10.0.1.1/32", "2001:db8::1/128"])
def test_host_routes(lab, found, text):
    lab.prefix(text)
    assert found(PrefixUnused()) == []


def test_containers_and_reserved(lab, found):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24", status="Reserved")
    assert found(PrefixUnused()) == []
    assert found(PrefixUnused(statuses=("Reserved",))) == ["10.0.1.0/24"]


def test_young(lab, found):
    prefix = lab.prefix("10.0.1.0/24")
    assert found(PrefixUnused(days=30)) == []
    lab.force(prefix, created=timezone.now() - timedelta(days=31))
    assert found(PrefixUnused(days=30)) == ["10.0.1.0/24"]


def test_the_vlan_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user):
    lab.prefix("10.0.1.0/24", vlan=lab.vlan(101))
    (finding,) = ask(PrefixUnused(), make_user("limited", {"ipam.view_prefix": None}))
    assert finding.details == {}
