"""IPAM-ADDRESS-003: which addresses are in a deprecated prefix."""

from jobs.audits.checks.addresses import AddressInDeprecated


def test_active_in_deprecated(lab, ask):
    lab.prefix("10.0.1.0/24", status="Deprecated")
    lab.host("10.0.1.1/24")
    (finding,) = ask(AddressInDeprecated())
    assert finding.display == "10.0.1.1/24"
    assert finding.details == {"prefix": "10.0.1.0/24"}


def test_both_deprecated(lab, found):
    lab.prefix("10.0.1.0/24", status="Deprecated")
    lab.host("10.0.1.1/24", status="Deprecated")
    assert found(AddressInDeprecated()) == []


def test_deprecated_in_active(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.1.1/24", status="Deprecated")
    assert found(AddressInDeprecated()) == []


def test_other_statuses(lab, found):
    lab.prefix("10.0.1.0/24", status="Reserved")
    lab.host("10.0.1.1/24")
    assert found(AddressInDeprecated()) == []
    assert found(AddressInDeprecated(statuses=("Reserved",))) == ["10.0.1.1/24"]
