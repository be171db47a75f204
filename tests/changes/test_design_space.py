"""What is given out is free, the first of its kind, and inside."""

from ipaddress import ip_interface, ip_network

from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.design_space import Space

PARTS = st.lists(st.tuples(st.integers(25, 32), st.integers(0, 255)), max_size=12).map(
    lambda found: [str(ip_network((0x0A000000 | number, length), strict=False)) for length, number in found]
)
HOSTS = st.lists(st.integers(0, 255), max_size=40)


@given(PARTS, st.integers(25, 32))
def test_next_network(parts, length):
    space = Space("10.0.0.0/24")
    for part in parts:
        space.take_network(part)
    taken = [ip_network(part) for part in parts]
    free = [each for each in ip_network("10.0.0.0/24").subnets(new_prefix=length) if not any(map(each.overlaps, taken))]
    given_out = (
        [space.next_network(length) for _ in range(len(free) + 1)] if len(free) < 20 else [space.next_network(length)]
    )
    assert given_out[: len(free)] == [str(each) for each in free][: len(given_out)]
    assert given_out[len(free) :] in ([], [None])


@given(HOSTS, PARTS, st.booleans())
def test_next_address(hosts, parts, pool):
    space = Space("10.0.0.0/24", pool=pool)
    for host in hosts:
        space.take_addresses(f"10.0.0.{host}/32")
    for part in parts:
        space.take_network(part)
    taken = {ip_interface(f"10.0.0.{host}").ip for host in hosts}
    usable = list(ip_network("10.0.0.0/24")) if pool else list(ip_network("10.0.0.0/24").hosts())
    free = [each for each in usable if each not in taken and not any(each in ip_network(part) for part in parts)]
    assert space.next_address() == (f"{free[0]}/24" if free else None)
    assert space.next_address() == (f"{free[1]}/24" if len(free) > 1 else None)


def test_edges():
    assert Space("10.0.0.0/31").next_address() == "10.0.0.0/31"
    assert Space("10.0.0.0/32").next_address() == "10.0.0.0/32"
    assert Space("2001:db8::/64").next_address() == "2001:db8::/64"
    assert Space("10.0.0.0/24").next_network(24) is None
    assert Space("10.0.0.0/24").next_network(33) is None
    assert Space("2001:db8::/32").next_network(48) == "2001:db8::/48"
    space = Space("10.0.0.0/24")
    space.take_network("10.0.0.0/24")  # itself
    space.take_network("192.0.2.0/25")  # elsewhere
    space.take_addresses("2001:db8::1")
    space.take_addresses("10.0.0.1", "10.0.0.9")
    assert space.next_address() == "10.0.0.10/24"
