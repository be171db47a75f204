"""IPAM-PREFIX-002: which prefixes are nearly full."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.prefixes import PrefixNearlyFull


def fill(lab, base, number, mask, first=1):
    return [lab.host(f"{base}{first + index}/{mask}") for index in range(number)]


def test_nearly_full(lab, ask):
    prefix = lab.prefix("10.0.1.0/28")
    fill(lab, "10.0.1.", 13, 28)
    (finding,) = ask(PrefixNearlyFull())
    assert finding.pk == str(prefix.pk)
    assert finding.message == "13 of 14 addresses are in use, that is 93 %."
    assert finding.details == {"free": "1"}


def test_as_nautobot_reckons(lab, ask):
    prefix = lab.prefix("10.0.1.0/27")
    lab.prefix("10.0.1.16/28", "pool")
    fill(lab, "10.0.1.", 13, 27)
    fill(lab, "10.0.1.", 2, 28, 20)
    used, possible = prefix.get_utilization()
    (finding,) = ask(PrefixNearlyFull())
    assert finding.message.startswith(f"{used} of {possible} ")


def test_the_limit_itself(lab, found):
    lab.prefix("10.0.1.0/28")
    fill(lab, "10.0.1.", 7, 28)
    assert found(PrefixNearlyFull(percent=50)) == []
    assert found(PrefixNearlyFull(percent=49)) == ["10.0.1.0/28"]


def test_first_and_last_address_in_use(lab, ask):
    prefix = lab.prefix("10.0.1.0/28")
    fill(lab, "10.0.1.", 15, 28, 0)
    used, possible = prefix.get_utilization()
    (finding,) = ask(PrefixNearlyFull())
    assert (used, possible) == (15, 16)
    assert finding.message.startswith("15 of 16 ")


def test_pool(lab, found, ask):
    lab.prefix("10.0.1.0/28", "pool")
    fill(lab, "10.0.1.", 14, 32)
    assert found(PrefixNearlyFull()) == []
    lab.host("10.0.1.15/32")
    (finding,) = ask(PrefixNearlyFull())
    assert finding.message.startswith("15 of 16 ")


@pytest.mark.parametrize("text", ["10.0.1.0/30", "10.0.1.0/31", "10.0.1.1/32"])
def test_links(lab, found, text):
    prefix = lab.prefix(text)
    for host in prefix.prefix:
        lab.host(f"{host}/{prefix.prefix_length}")
    assert found(PrefixNearlyFull()) == []


def test_ipv6(lab, found):
    lab.prefix("2001:db8::/64")
    lab.prefix("2001:db8:1::/124")
    lab.prefix("2001:db8:2::/126")
    fill(lab, "2001:db8::", 9, 64)
    for host in range(16):
        lab.host(f"2001:db8:1::{host:x}/124")
    for host in range(4):
        lab.host(f"2001:db8:2::{host:x}/126")
    assert found(PrefixNearlyFull()) == ["2001:db8:1::/124"]


def test_divided_without_remainder(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/25", "pool")
    lab.prefix("10.0.1.128/25", "pool")
    assert found(PrefixNearlyFull()) == []


def test_containers_only_if_asked_for(lab, found):
    lab.prefix("10.0.0.0/24", "container")
    for index in range(15):
        lab.prefix(f"10.0.0.{16 * index}/28", "container")
    assert found(PrefixNearlyFull()) == []
    assert found(PrefixNearlyFull(types=("container",))) == ["10.0.0.0/24"]


def test_deprecated(lab, found):
    lab.prefix("10.0.1.0/28", status="Deprecated")
    fill(lab, "10.0.1.", 14, 28)
    assert found(PrefixNearlyFull()) == []


def test_ranges(lab, ask, found):
    from jobs.toolkit.compat import address_ranges

    if not (model := address_ranges()):
        pytest.skip("Nautobot before 3.2 has no ranges of addresses")
    prefix = lab.prefix("10.0.1.0/28")
    span = model(start_address="10.0.1.1", end_address="10.0.1.12", namespace=lab.namespace(), status=lab.active)
    span.validated_save()
    fill(lab, "10.0.1.", 2, 28, 12)
    assert found(PrefixNearlyFull()) == []
    lab.force(span, count_as_utilized=True)
    used, possible = prefix.get_utilization()
    (finding,) = ask(PrefixNearlyFull())
    assert (used, possible) == (13, 14)
    assert finding.message.startswith("13 of 14 ")


def test_forecast(lab, ask):
    prefix = lab.prefix("10.0.1.0/28")
    addresses = fill(lab, "10.0.1.", 13, 28)
    year_ago = timezone.now() - timedelta(days=365)
    lab.force(prefix, created=year_ago)
    for address in addresses[:10]:
        lab.force(address, created=year_ago)
    (finding,) = ask(PrefixNearlyFull())
    assert finding.details == {"free": "1", "growth": "1.0 addresses in 30 days", "full": "in 30 days"}


def test_no_growth(lab, ask):
    prefix = lab.prefix("10.0.1.0/28")
    for obj in (prefix, *fill(lab, "10.0.1.", 13, 28)):
        lab.force(obj, created=timezone.now() - timedelta(days=365))
    (finding,) = ask(PrefixNearlyFull())
    assert finding.details == {"free": "1", "growth": "none in 90 days"}
