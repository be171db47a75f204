"""IPAM-ADDRESS-005: which hosts are twice in a namespace."""

import pytest

from jobs.audits.checks.addresses import AddressTwice


@pytest.fixture
def prefixes(lab):
    return lab.prefix("10.0.0.0/16"), lab.prefix("10.0.1.0/24")


def test_twice(lab, ask, prefixes):
    first = lab.host("10.0.1.1/24")
    second = lab.host("10.0.2.1/16")
    lab.force(second, host="10.0.1.1")
    findings = ask(AddressTwice())
    assert {finding.pk for finding in findings} == {str(first.pk), str(second.pk)}
    assert {finding.details["prefix"] for finding in findings} == {"10.0.0.0/16", "10.0.1.0/24"}


def test_other_hosts(lab, found, prefixes):
    lab.host("10.0.1.1/24")
    lab.host("10.0.1.2/24")
    assert found(AddressTwice()) == []


def test_other_namespaces(lab, found, prefixes):
    lab.prefix("10.0.1.0/24", namespace="Guest")
    lab.host("10.0.1.1/24")
    lab.host("10.0.1.1/24", namespace="Guest")
    assert found(AddressTwice()) == []
