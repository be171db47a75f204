"""Patterns for names of ports: nothing is lost, nothing is there twice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.port_patterns import MOST, PatternError, expand

NUMBER = st.integers(0, 400)
PLAIN = st.text(st.characters(exclude_characters="[]", exclude_categories=("Cs",)), max_size=8)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("Ethernet1/[1-3]", ["Ethernet1/1", "Ethernet1/2", "Ethernet1/3"]),
        ("Port [1,3,5-7]", ["Port 1", "Port 3", "Port 5", "Port 6", "Port 7"]),
        ("[3-1]", ["3", "2", "1"]),
        ("ge-[0-1]/0/[8-9]", ["ge-0/0/8", "ge-0/0/9", "ge-1/0/8", "ge-1/0/9"]),
        ("[1-7:3]", ["1", "4", "7"]),
        ("[7-1:3]", ["7", "4", "1"]),
        ("[1-3+24]", ["25", "26", "27"]),
        ("[25-27-24]", ["1", "2", "3"]),
        ("[1-5:2+10]", ["11", "13", "15"]),
        ("[08-11]", ["08", "09", "10", "11"]),
        ("Slot [A-C,x-y]", ["Slot A", "Slot B", "Slot C", "Slot x", "Slot y"]),
        ("eth [ 1 , 2 ]", ["eth 1", "eth 2"]),
        ("mgmt0", ["mgmt0"]),
    ],
)
def test_expands(pattern, names):
    assert expand(pattern) == names


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "]",
        "a[1-2",
        "a]1[",
        "[]",
        "[1-]",
        "[-1]",
        "[1,,2]",
        "[a-B]",
        "[1-a]",
        "[1-4:0]",
        "[1-2-5]",
        "[1,1]",
        "[1-3,3]",
        "[1,11][11,1]",
        "[1-10001]",
        "[1-200][1-200]",
        "[0-999999999]",
        "[1-9999999999]",
        "[[1]]",
        "[١-٣]",
    ],
)
def test_refuses(pattern):
    with pytest.raises(PatternError, match=re.escape(pattern)):
        expand(pattern)


@given(PLAIN, NUMBER, NUMBER, PLAIN)
def test_a_range_has_all_numbers_once_and_backwards_the_same(before, first, last, after):
    names = expand(f"{before}[{first}-{last}]{after}")
    numbers = range(min(first, last), max(first, last) + 1)
    assert sorted(names) == sorted(f"{before}{number}{after}" for number in numbers)
    assert names == expand(f"{before}[{last}-{first}]{after}")[::-1]


@given(st.lists(NUMBER, min_size=1, max_size=50))
def test_a_list_gives_each_of_its_numbers_or_is_refused(numbers):
    pattern = f"[{','.join(map(str, numbers))}]"
    if len(set(numbers)) < len(numbers):
        with pytest.raises(PatternError):
            expand(pattern)
    else:
        assert expand(pattern) == [str(number) for number in numbers]


@given(st.lists(st.tuples(NUMBER, st.integers(0, 9)), min_size=1, max_size=3))
def test_several_brackets_give_every_combination_once(ranges):
    names = expand("/".join(f"[{first}-{first + more}]" for first, more in ranges))
    expected = 1
    for _, more in ranges:
        expected *= more + 1
    assert len(names) == len(set(names)) == expected


@given(NUMBER, NUMBER, st.integers(1, 50), st.integers(0, 500))
def test_steps_and_offsets_lose_nothing(first, last, step, offset):
    plain = [int(name) for name in expand(f"[{first}-{last}]")]
    assert [int(name) for name in expand(f"[{first}-{last}:{step}+{offset}]")] == [n + offset for n in plain[::step]]
    assert expand(f"[{first + offset}-{last + offset}-{offset}]") == expand(f"[{first}-{last}]")


@given(st.text(st.sampled_from("0123456789-,:+[]aZ /"), max_size=14))
def test_whatever_is_typed_gives_different_names_or_a_refusal(text):
    try:
        names = expand(text)
    except PatternError:
        return
    assert 0 < len(names) == len(set(names)) <= MOST
