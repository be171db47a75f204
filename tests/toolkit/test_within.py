"""Addresses in prefixes: of the same namespace, and of those that one may view."""

import pytest
from nautobot.ipam.models import IPAddress, Prefix

from jobs.toolkit.access import RefusalError
from jobs.toolkit.within import within


def hosts(queryset):
    return sorted(str(address.host) for address in queryset)


@pytest.fixture
def addresses(lab):
    lab.prefix("10.0.0.0/8", "container")
    lab.prefix("10.1.0.0/24")
    lab.prefix("10.2.0.0/24")
    lab.prefix("10.1.0.0/24", namespace="elsewhere")
    for text, namespace in (("10.1.0.1/24", "Global"), ("10.2.0.1/24", "Global"), ("10.1.0.2/24", "elsewhere")):
        IPAddress(address=text, namespace=lab.namespace(namespace), status=lab.active).validated_save()
    return IPAddress.objects.all()


def chosen(prefix, namespace="Global"):
    return list(Prefix.objects.filter(prefix=prefix, namespace__name=namespace))


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        ([], ["10.1.0.1", "10.1.0.2", "10.2.0.1"]),
        ([("10.1.0.0/24",)], ["10.1.0.1"]),
        ([("10.1.0.0/24", "elsewhere")], ["10.1.0.2"]),
        ([("10.0.0.0/8",)], ["10.1.0.1", "10.2.0.1"]),
        ([("10.2.0.0/24",), ("10.1.0.0/24", "elsewhere")], ["10.1.0.2", "10.2.0.1"]),
    ],
)
def test_addresses(addresses, superuser, prefixes, expected):
    found = [prefix for each in prefixes for prefix in chosen(*each)]
    assert hosts(within(addresses, superuser, found)) == expected


def test_prefixes_that_one_may_not_view_are_refused(addresses, make_user):
    user = make_user(permissions={"ipam.view_ipaddress": None, "ipam.view_prefix": {"network": "10.1.0.0"}})
    with pytest.raises(RefusalError, match="you may not view 1 of those selected"):
        within(addresses, user, chosen("10.1.0.0/24") + chosen("10.2.0.0/24"))
