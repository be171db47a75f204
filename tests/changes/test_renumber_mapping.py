"""Where addresses and prefixes go to."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.renumber_mapping import Mapping, move_of
from jobs.toolkit.access import RefusalError


@st.composite
def moves(draw):
    """A prefix, a new one of the same or larger size that does not overlap it, and an address in it."""
    version = draw(st.sampled_from([4, 6]))
    bits = 32 if version == 4 else 128
    old = draw(st.integers(2, bits))
    new = draw(st.integers(1, old))
    network = ip_network((draw(st.integers(0, 2**bits - 1)), bits) if version == 4 else "::/128")
    if version == 6:
        network = ip_network(f"{ip_address(draw(st.integers(2**32, 2**bits - 1)))}/{bits}")
    before = network.supernet(new_prefix=old)
    after = network.supernet(new_prefix=new)
    # The neighbour of the same size, which has the other last bit of the network.
    sibling = next(each for each in after.supernet(prefixlen_diff=1).subnets(new_prefix=new) if each != after)
    host = before.network_address + draw(st.integers(0, before.num_addresses - 1))
    return str(before), str(sibling), str(host)


@given(moves())
def test_same_place_inside_and_none_twice(case):
    old, new, host = case
    move = move_of("", old, new)
    target = ip_address(move.address(host))
    assert target in ip_network(new)
    assert int(target) - int(ip_network(new)[0]) == int(ip_address(host)) - int(ip_network(old)[0])
    assert Mapping([move]).for_address(host) == move
    assert Mapping([move]).for_network(host, ip_network(old).max_prefixlen) == move


def test_most_specific_line_decides():
    lines = [("10.0.0.0/16", "10.9.0.0/16"), ("10.0.1.0/24", "10.8.1.0/24"), ("10.0.1.5", "10.7.0.1/30")]
    wide, narrow, alone = moves = [move_of(f"Row {number}", *line) for number, line in enumerate(lines, 2)]
    mapping = Mapping(moves)
    assert mapping.for_address("10.0.1.5") == alone
    assert mapping.for_address("10.0.1.6") == narrow
    assert mapping.for_address("10.0.2.5") == wide
    assert mapping.for_network("10.0.1.0", 24) == narrow
    assert mapping.for_network("10.0.0.0", 22) == wide
    with pytest.raises(LookupError):
        mapping.for_address("10.1.0.0")


def test_masks():
    larger = move_of("", "10.0.0.0/24", "10.9.0.0/23")
    assert (larger.length(24), larger.length(32), larger.length(25)) == (23, 32, 25)
    assert str(larger.network("10.0.0.128", 25)) == "10.9.0.128/25"
    assert move_of("", "10.0.0.5", "10.9.0.5").length(24) == 24
    assert move_of("", "10.0.0.5", "10.9.0.5/25").length(24) == 25


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("10.0.0.0/24", "10.1.0.0/25", "new"),
        ("10.0.0.0/24", "10.1.0.0", "new"),
        ("10.0.0.0/24", "10.0.0.0/23", "new"),
        ("10.0.0.0/24", "2001:db8::/64", "new"),
        ("10.0.0.1/24", "10.1.0.0/24", "old"),
        ("10.0.0.0/24", "10.1.0.1/24", "new"),
        ("10.0.0.1", "10.0.0.1/24", "new"),
        ("10.0.0.1", "10.0.0.2/33", "new"),
        ("10.0.0.1", "10.0.0.2/x", "new"),
        ("=cmd", "10.0.0.2", "old"),
        ("10.0.0.1", "here", "new"),
    ],
)
def test_refused(old, new, column):
    with pytest.raises(RefusalError, match=f"column {column}"):
        move_of("", old, new)


def test_twice():
    moves = [
        move_of("Row 2", "10.0.0.0/24", "10.1.0.0/24"),
        move_of("Row 3", "10.0.0.0/24", "10.2.0.0/24"),
        move_of("Row 4", "10.0.5.0/24", "10.2.0.0/23"),
    ]
    assert [move.row for move, _ in Mapping.twice(moves)] == ["Row 3", "Row 4"]
