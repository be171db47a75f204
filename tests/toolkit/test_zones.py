"""Zones: names, reverse zones of both families, serial numbers; and files that dnspython reads as they were meant."""

from datetime import date

import dns.zone
import pytest

from jobs.toolkit.zones import Head, Zone, forward_zone, is_name, next_serial, reverse_zone, serial_of

HEAD = Head(("ns1.example.com", "ns2.example.net"), "host.master@example.com", 3600)
TODAY = date(2026, 11, 29)


@pytest.fixture
def zone():
    made = Zone("example.com")
    made.add("a.example.com", "A", "192.0.2.10")
    made.add("a.example.com", "A", "192.0.2.9")
    made.add("a.example.com", "AAAA", "2001:db8::1")
    made.add("*.b.example.com", "A", "192.0.2.1")
    made.add("example.com", "A", "192.0.2.2")
    return made


def test_file(zone):
    text = zone.text(HEAD, 2026112900)
    read = dns.zone.from_text(text, origin="example.com", check_origin=True, relativize=False)
    soa = read.get_soa()
    assert (soa.serial, soa.rname.to_text()) == (2026112900, "host\\.master.example.com.")
    records = {
        (name.to_text(), str(rdata)) for name, _, rdata in read.iterate_rdatas() if rdata.rdtype.name in ("A", "AAAA")
    }
    assert records == {
        ("a.example.com.", "192.0.2.10"),
        ("a.example.com.", "192.0.2.9"),
        ("a.example.com.", "2001:db8::1"),
        ("*.b.example.com.", "192.0.2.1"),
        ("example.com.", "192.0.2.2"),
    }
    assert text.index("192.0.2.9") < text.index("192.0.2.10")
    assert zone.size == 5


@pytest.mark.parametrize(
    ("address", "zone_name"),
    [
        ("192.0.2.1", "2.0.192.in-addr.arpa"),
        ("10.1.2.3", "2.1.10.in-addr.arpa"),
        ("2001:db8::1", "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
        ("2001:db8:1:2:3::1", "2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
    ],
)
def test_reverse_zones(address, zone_name):
    from ipaddress import ip_address

    assert reverse_zone(address) == zone_name
    assert ip_address(address).reverse_pointer.endswith(f".{zone_name}")


@pytest.mark.parametrize("name", ["a", "a.example.com", "_sip.a-b.example.com", "*.a.b", "x" * 63, "1.2"])
def test_names(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "a..b",
        "A.b",
        "-a",
        "a-",
        "a b",
        "a\nb IN A 1",
        "a;b",
        "a.*",
        "ü",
        "x" * 64,
        "a." * 127 + "b",
        "a.b.",
        "$x",
        '"',
        "(a",
    ],
)
def test_no_names(name):
    assert not is_name(name)


def test_longest_domain():
    domains = ("example.com", "lab.example.com")
    assert forward_zone("a.lab.example.com", domains) == "lab.example.com"
    assert forward_zone("example.com", domains) == "example.com"
    assert forward_zone("notexample.com", domains) == ""


def test_serials(zone):
    first = next_serial(zone, HEAD, None, TODAY, 0)
    assert first == 2026112900
    earlier = zone.text(HEAD, first)
    assert serial_of(earlier) == first
    assert next_serial(zone, HEAD, earlier, date(2027, 1, 1), 0) == first
    zone.add("new.example.com", "A", "192.0.2.3")
    assert next_serial(zone, HEAD, earlier, TODAY, 0) == first + 1
    assert next_serial(zone, HEAD, earlier, date(2027, 1, 1), 0) == 2027010100
    assert next_serial(zone, HEAD, earlier, TODAY, 2030000000) == 2030000001
    assert next_serial(zone, HEAD, zone.text(HEAD, 2030000001), TODAY, 0) == 2030000001
    assert next_serial(zone, HEAD, zone.text(HEAD, 5), TODAY, 9) == 2026112900
    assert serial_of("nothing") is None


def test_name_servers_without_addresses(zone):
    assert zone.orphans(HEAD) == ["ns1.example.com"]
    zone.add("ns1.example.com", "A", "192.0.2.53")
    assert zone.orphans(HEAD) == []
