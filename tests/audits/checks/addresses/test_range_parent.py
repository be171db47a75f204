"""IPAM-RANGE-002: which ranges are outside their prefix."""

import pytest

from jobs.audits.checks.addresses import RangeParent
from jobs.toolkit.compat import address_ranges

pytestmark = pytest.mark.skipif(address_ranges() is None, reason="Nautobot before 3.2 has no ranges of addresses")


@pytest.fixture
def span(lab):
    from jobs.toolkit.compat import address_ranges

    lab.prefix("10.0.1.0/24")
    span = address_ranges()(
        start_address="10.0.1.10", end_address="10.0.1.19", namespace=lab.namespace(), status=lab.active
    )
    span.validated_save()
    return span


@pytest.mark.parametrize("forced", [{"start_host": "10.0.0.10"}, {"end_host": "10.0.2.1"}, {"start_host": "10.0.1.20"}])
def test_outside(lab, ask, span, forced):
    lab.force(span, **forced)
    (finding,) = ask(RangeParent())
    assert finding.pk == str(span.pk)
    assert finding.details == {"prefix": "10.0.1.0/24"}


def test_inside(found, span):
    assert found(RangeParent()) == []


@pytest.mark.parametrize("forced", [{"start_host": "10.0.1.0"}, {"end_host": "10.0.1.255"}, {"end_host": "10.0.1.10"}])
def test_up_to_the_ends(lab, found, span, forced):
    lab.force(span, **forced)
    assert found(RangeParent()) == []
