"""Nothing is given out twice, nothing that is used, nothing outside, and no free place is lost."""

from ipaddress import ip_network
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.toolkit.compat import address_ranges
from jobs.toolkit.free_space import FreeSpace, Span, free_addresses, free_prefixes, gaps, hosts

LAST = 127
SPACES = st.tuples(st.integers(0, LAST), st.integers(0, LAST)).map(lambda ends: Span(*sorted(ends)))
USED = st.lists(SPACES, max_size=12).map(sorted)
ASKED = st.lists(st.one_of(st.sampled_from([1, 2, 4, 8, 16]), SPACES), max_size=40)


def numbers(span):
    return set(range(span[0], span[1] + 1))


def lowest(free, size):
    """What should be given out, by looking at each place."""
    return next(
        (start for start in range(0, LAST + 1, size) if numbers((start, start + size - 1)) <= free),
        None,
    )


@given(space=SPACES, used=USED)
def test_gaps_are_what_is_not_used(space, used):
    found = list(gaps(space, used))
    assert set().union(*map(numbers, found)) == numbers(space) - set().union(*map(numbers, used))
    assert all(left.last + 1 < right.first for left, right in pairwise(found))


@given(space=SPACES, used=USED, asked=ASKED)
@settings(max_examples=500)
def test_lowest_free_block_and_nothing_else(space, used, asked):
    free = numbers(space) - set().union(*map(numbers, used))
    given_out = FreeSpace(4, space, used)
    for what in asked:
        if isinstance(what, int):
            start = given_out._take(what)
            assert start == lowest(free, what)
            if start is not None:
                free -= numbers((start, start + what - 1))
        else:
            assert given_out.reserve(*what) == (numbers(what) <= free)
            free -= numbers(what)


@given(used=st.lists(st.integers(0, 2**96 - 1), max_size=20).map(sorted), length=st.integers(33, 128))
def test_large_spaces_are_not_listed(used, length):
    base = 0x20010DB8 << 96
    space = FreeSpace(6, Span(base, base + 2**96 - 1), ((base + each, base + each) for each in used))
    prefix = ip_network(space.take_prefix(length) or "2001:db8::/32")
    assert prefix.subnet_of(ip_network("2001:db8::/32"))
    if prefix.prefixlen == length:
        assert not any(int(prefix[0]) <= base + each <= int(prefix[-1]) for each in used)


def test_reads_only_as_far_as_needed():
    def used():
        yield 0, 99
        yield 110, 2**32 - 1
        raise AssertionError("read too far")

    space = FreeSpace(4, Span(0, 2**32 - 1), used())
    assert [space.take_address() for _ in range(10)] == [f"0.0.0.{number}" for number in range(100, 110)]


@pytest.mark.parametrize(
    ("prefix", "pool", "first", "last"),
    [
        ("10.0.0.0/24", False, "10.0.0.1", "10.0.0.254"),
        ("10.0.0.0/24", True, "10.0.0.0", "10.0.0.255"),
        ("10.0.0.0/30", False, "10.0.0.1", "10.0.0.2"),
        ("10.0.0.0/31", False, "10.0.0.0", "10.0.0.1"),
        ("10.0.0.1/32", False, "10.0.0.1", "10.0.0.1"),
        ("2001:db8::/64", False, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
        ("2001:db8::/127", False, "2001:db8::", "2001:db8::1"),
    ],
)
def test_hosts(prefix, pool, first, last):
    network = ip_network(prefix)
    span = hosts(int(network[0]), network.prefixlen, network.version, pool=pool)
    kind = type(network[0])
    assert (str(kind(span.first)), str(kind(span.last))) == (first, last)


def taken(take, number):
    return [take() for _ in range(number)]


def test_addresses_of_a_prefix(lab, django_assert_max_num_queries):
    prefix = lab.prefix("10.0.0.0/24")
    lab.prefix("10.0.0.4/30")
    for host in (1, 2, 5, 9):
        lab.host(f"10.0.0.{host}/24")
    lab.prefix("10.0.0.0/24", namespace="Other")
    lab.host("10.0.0.3/24", namespace="Other")
    with django_assert_max_num_queries(3):
        space = free_addresses(prefix)
        assert taken(space.take_address, 3) == ["10.0.0.3", "10.0.0.8", "10.0.0.10"]


def test_ranges_of_a_prefix(lab):
    if address_ranges() is None:
        pytest.skip("ranges came with 3.2")
    prefix = lab.prefix("10.0.0.0/24")
    for start, end, exclusive in ((1, 99, True), (101, 254, False)):
        address_ranges()(
            start_address=f"10.0.0.{start}", end_address=f"10.0.0.{end}", is_exclusive=exclusive, status=lab.active
        ).validated_save()
    space = free_addresses(prefix)
    assert taken(space.take_address, 2) == ["10.0.0.100", None]
    assert free_prefixes(prefix).take_prefix(25) is None


def test_prefixes_of_a_container(lab, django_assert_max_num_queries):
    container = lab.prefix("10.0.0.0/16", type="container")
    lab.prefix("10.0.0.0/24")
    lab.host("10.0.0.1/24")
    lab.prefix("10.0.2.0/25")
    lab.host("10.0.3.7/16")
    with django_assert_max_num_queries(3):
        space = free_prefixes(container)
        assert taken(lambda: space.take_prefix(24), 3) == ["10.0.1.0/24", "10.0.4.0/24", "10.0.5.0/24"]
    assert taken(lambda: space.take_prefix(25), 2) == ["10.0.2.128/25", "10.0.3.128/25"]
    assert space.take_prefix(16) is None


def test_ipv6(lab):
    container = lab.prefix("2001:db8::/32", type="container")
    lab.prefix("2001:db8::/48")
    space = free_prefixes(container)
    assert taken(lambda: space.take_prefix(64), 2) == ["2001:db8:1::/64", "2001:db8:1:1::/64"]
    assert space.take_prefix(48) == "2001:db8:2::/48"
    assert free_addresses(lab.prefix("2001:db8:ffff::/64")).take_address() == "2001:db8:ffff::1"
