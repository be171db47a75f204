"""Which address is chosen, and which is not."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.primary_choice import (
    BY_NAME,
    LOOPBACK_FIRST,
    MANAGEMENT_FIRST,
    ONLY,
    POLICIES,
    Candidate,
    choose,
    order_of,
    patterns_of,
)
from jobs.toolkit.access import RefusalError
from jobs.toolkit.primary_addresses import LOOPBACK, MANAGEMENT, OTHER


def candidate(number, interface="eth1", kind=OTHER):
    host = ip_address(f"192.0.2.{number}")
    return Candidate(number, host, f"{host}/24", interface, kind)


CANDIDATES = st.lists(
    st.builds(candidate, st.integers(1, 5), st.sampled_from(["eth1", "lo0", "mgmt0"]), st.sampled_from([0, 1, 2])),
    max_size=6,
)
MANAGED, LOOP, ETH = candidate(9, "mgmt0", MANAGEMENT), candidate(8, "lo0", LOOPBACK), candidate(1)


@pytest.mark.parametrize(
    ("policy", "candidates", "expected"),
    [
        (ONLY, [MANAGED, ETH], MANAGED),
        (ONLY, [ETH], ETH),
        (ONLY, [MANAGED, LOOP], None),
        (ONLY, [ETH, candidate(2)], None),
        (MANAGEMENT_FIRST, [LOOP, MANAGED, ETH], MANAGED),
        (MANAGEMENT_FIRST, [LOOP, ETH], LOOP),
        (LOOPBACK_FIRST, [LOOP, MANAGED, ETH], LOOP),
        (LOOPBACK_FIRST, [MANAGED, ETH], MANAGED),
        (BY_NAME, [MANAGED, LOOP, ETH], LOOP),
        (BY_NAME, [ETH], None),
        (BY_NAME, [], None),
        (MANAGEMENT_FIRST, [MANAGED, candidate(9, "mgmt1", MANAGEMENT)], MANAGED),
    ],
)
def test_policies(policy, candidates, expected):
    assert choose(candidates, order_of(policy, ["LO?", "mgmt*"])).chosen == expected


@given(CANDIDATES, st.sampled_from(list(POLICIES)), st.booleans(), st.randoms())
def test_the_order_of_candidates_does_not_matter(candidates, policy, lowest, random):
    rank = order_of(policy, ["lo*", "eth*"])
    first = choose(candidates, rank, lowest=lowest)
    random.shuffle(candidates)
    assert choose(candidates, rank, lowest=lowest) == first


@given(CANDIDATES, st.sampled_from(list(POLICIES)), st.booleans())
def test_chooses_the_best_if_it_is_alone(candidates, policy, lowest):
    rank = order_of(policy, ["lo*", "eth*"])
    choice = choose(candidates, rank, lowest=lowest)
    ranks = [rank(each) for each in candidates if rank(each) is not None]
    best = {each.key for each in candidates if ranks and rank(each) == min(ranks)}
    assert {each.key for each in choice.among} == best
    assert (choice.chosen is not None) == (len(best) == 1 or (lowest and len(best) > 1))
    if choice.chosen:
        assert choice.chosen.key == min(best)


def test_patterns():
    assert patterns_of("Names", " mgmt*, Vlan900 ,,") == ["mgmt*", "Vlan900"]
    assert patterns_of("Names", None) == []
    with pytest.raises(RefusalError):
        patterns_of("Names", "*" * 9)
