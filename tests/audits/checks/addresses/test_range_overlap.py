"""IPAM-RANGE-001: which ranges overlap."""

import pytest

from jobs.audits.checks.addresses import RangeOverlap
from jobs.toolkit.compat import address_ranges

pytestmark = pytest.mark.skipif(address_ranges() is None, reason="Nautobot before 3.2 has no ranges of addresses")


@pytest.fixture
def make(lab):
    from jobs.toolkit.compat import address_ranges

    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/24", namespace="Guest")

    def run(start, end, namespace="Global", **forced):
        found = address_ranges()(
            start_address=start, end_address=end, namespace=lab.namespace(namespace), status=lab.active
        )
        found.validated_save()
        lab.force(found, **forced)
        return found

    return run


def test_overlap(ask, make):
    make("10.0.1.10", "10.0.1.19")
    make("10.0.1.20", "10.0.1.29", start_host="10.0.1.19")
    findings = ask(RangeOverlap())
    assert [finding.display for finding in findings] == ["10.0.1.10 - 10.0.1.19", "10.0.1.19 - 10.0.1.29"]
    assert findings[0].details == {"overlaps": "10.0.1.19 - 10.0.1.29", "prefix": "10.0.1.0/24"}


def test_contained(found, make):
    make("10.0.1.10", "10.0.1.19")
    make("10.0.1.20", "10.0.1.29", start_host="10.0.1.12", end_host="10.0.1.13")
    assert len(found(RangeOverlap())) == 2


def test_side_by_side(found, make):
    make("10.0.1.10", "10.0.1.19")
    make("10.0.1.20", "10.0.1.29")
    assert found(RangeOverlap()) == []


def test_other_namespaces(found, make):
    make("10.0.1.10", "10.0.1.19")
    make("10.0.1.15", "10.0.1.29", "Guest")
    assert found(RangeOverlap()) == []


def test_the_other_range_is_not_named_to_those_who_may_not_view_it(ask, make_user, make):
    first = make("10.0.1.10", "10.0.1.19")
    make("10.0.1.20", "10.0.1.29", start_host="10.0.1.19")
    user = make_user("limited", {"ipam.view_ipaddressrange": {"pk": str(first.pk)}})
    findings = ask(RangeOverlap(), user, objects=type(first).objects.filter(pk=first.pk))
    assert [finding.details for finding in findings] == [{}]
