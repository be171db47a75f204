"""IPAM-ADDRESS-006: which hosts are in several namespaces."""

import pytest

from jobs.audits.checks.addresses import AddressInNamespaces


@pytest.fixture
def both(lab):
    """A function that records a host in two namespaces."""
    for namespace in ("Global", "Other"):
        for text in ("0.0.0.0/0", "::/0"):
            lab.prefix(text, "container", namespace=namespace)

    def run(text, **values):
        return [lab.host(text, namespace=namespace, **values) for namespace in ("Global", "Other")]

    return run


@pytest.mark.parametrize("text", ["8.8.8.8/24", "2a00::1/64", "223.255.255.254/24"])
def test_public(ask, both, text):
    addresses = both(text)
    findings = ask(AddressInNamespaces())
    assert {finding.pk for finding in findings} == {str(address.pk) for address in addresses}
    assert sorted(finding.details["namespaces"] for finding in findings) == ["Global", "Other"]


@pytest.mark.parametrize(
    "text",
    ["10.1.2.3/24", "172.31.0.1/24", "192.168.0.1/24", "100.64.0.1/24", "192.0.2.1/24", "224.0.0.5/32", "fd00::1/64"],
)
def test_not_public(found, both, text):
    both(text)
    assert found(AddressInNamespaces()) == []


@pytest.mark.parametrize("text", ["2001:db8::1/64", "fe80::1/64"])
def test_ipv6_not_public(found, both, text):
    both(text)
    assert found(AddressInNamespaces()) == []


def test_shared_and_deprecated(lab, found, both):
    both("8.8.8.8/24", role="Anycast")
    lab.force(both("8.8.4.4/24")[0], status=lab.status("Deprecated"))
    assert found(AddressInNamespaces()) == []


def test_once(lab, found, both):
    lab.host("8.8.8.8/24")
    lab.host("8.8.4.4/24", namespace="Other")
    assert found(AddressInNamespaces()) == []


def test_namespaces_that_must_not_overlap(lab, found, both):
    both("10.1.2.3/24")
    assert found(AddressInNamespaces(distinct=(("Global", "Other"),))) == ["10.1.2.3/24"] * 2
    assert found(AddressInNamespaces(distinct=(("Global",), ("Other",)))) == []


def test_public_addresses_not_asked_for(found, both):
    both("8.8.8.8/24")
    assert found(AddressInNamespaces(public=False, distinct=(("Global", "Third"),))) == []
    assert AddressInNamespaces(public=False).idle()
    assert not AddressInNamespaces().idle()


def test_namespaces_that_the_user_may_not_view_are_not_named(ask, make_user, both):
    both("8.8.8.8/24")
    user = make_user("limited", {"ipam.view_ipaddress": None, "ipam.view_namespace": {"name": "Global"}})
    found = sorted(finding.details.get("namespaces", "") for finding in ask(AddressInNamespaces(), user))
    assert found == ["", "Global"]
