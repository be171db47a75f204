"""CLOUD-NETWORK-001: which cloud networks have nothing in them."""

import pytest

from jobs.audits.checks.wireless import CloudNetworkEmpty


@pytest.fixture
def make_network(lab, make, cloud):
    account = make("cloud.cloudaccount", name="prod", account_number="1", provider=lab.manufacturer)
    return lambda name, **values: make(
        "cloud.cloudnetwork", name=name, cloud_account=account, cloud_resource_type=cloud, **values
    )


def test_empty(ask, make_network):
    make_network("vpc")
    (finding,) = ask(CloudNetworkEmpty())
    assert (finding.display, finding.details) == ("vpc", {"account": "prod"})


def test_prefix(lab, found, make, make_network):
    from nautobot.ipam.models import Namespace

    namespace = Namespace.objects.get(name="Global")
    prefix = make("ipam.prefix", prefix="192.0.2.0/24", status=lab.active, namespace=namespace)
    make_network("vpc").prefixes.add(prefix)
    assert found(CloudNetworkEmpty()) == []


def test_network_below(found, make_network):
    make_network("subnet", parent=make_network("vpc"))
    assert found(CloudNetworkEmpty()) == ["subnet"]
