"""Renamings put in order: no two objects of a space are ever called the same, and nobody's name is lost."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.rename_order import Step, Wish, in_order

NAMES = st.sampled_from(["", *"abcdef"])


@st.composite
def networks(draw):
    """Objects with names that are unique in their spaces, what some of them are to be called, and all that is there."""
    old = draw(st.lists(st.tuples(st.sampled_from([None, 1, 2]), NAMES), max_size=10))
    seen, objects = set(), []
    for number, (space, name) in enumerate(old):
        if space is not None and name and (space, name) in seen:
            name = ""
        seen.add((space, name))
        objects.append((number, space, name))
    wishes, others = [], {}
    for number, space, name in objects:
        if draw(st.booleans()):
            wishes.append(Wish(number, space, name, draw(NAMES)))
        elif space is not None and name:
            others[space, name] = number
    return wishes, others


def play(wishes, others, order):
    """Make the steps one by one, as the database would have them."""
    names = {wish.key: (wish.space, wish.old) for wish in wishes} | {key: place for place, key in others.items()}
    for step in order.steps:
        space = names[step.key][0]
        if space is not None and step.name:
            assert (space, step.name) not in [place for key, place in names.items() if key != step.key]
        names[step.key] = (space, step.name)
    return {key: name for key, (_, name) in names.items()}


@given(networks())
def test_never_two_of_one_name_and_nothing_lost(network):
    wishes, others = network
    order = in_order(wishes, others)
    names = play(wishes, others, order)
    for wish in wishes:
        assert names[wish.key] == (wish.old if wish.key in order.refused else wish.new)
    for (_, name), key in others.items():
        assert names[key] == name


@given(networks())
def test_refuses_only_where_somebody_is_in_the_way(network):
    wishes, others = network
    by_key = {wish.key: wish for wish in wishes}
    order = in_order(wishes, others)
    for key, rivals in order.refused.items():
        wish = by_key[key]
        assert rivals
        assert key not in rivals
        assert wish.space is not None
        assert wish.old != wish.new
        for rival in rivals:
            keeps = rival in others.values() or rival in order.refused
            assert keeps or by_key[rival].new == wish.new


@given(networks())
def test_as_few_steps_as_can_be(network):
    wishes, others = network
    order = in_order(wishes, others)
    moving = [wish for wish in wishes if wish.old != wish.new and wish.key not in order.refused]
    assert len([step for step in order.steps if not step.aside]) == len(moving)
    # One a circle at most: every circle has two members.
    assert len([step for step in order.steps if step.aside]) <= len(moving) // 2


@given(st.permutations("abcdef"))
def test_any_permutation(new):
    wishes = [Wish(name, 1, name, to) for name, to in zip("abcdef", new, strict=True)]
    order = in_order(wishes, {})
    assert order.refused == {}
    assert play(wishes, {}, order) == dict(zip("abcdef", new, strict=True))


def test_swap():
    order = in_order([Wish(1, "s", "a", "b"), Wish(2, "s", "b", "a")], {}, lambda key: "free")
    assert order.steps == [Step(1, "free", aside=True), Step(2, "a"), Step(1, "b")]


def test_chain_from_its_free_end():
    order = in_order([Wish(1, "s", "a", "b"), Wish(2, "s", "b", "c"), Wish(3, "s", "c", "d")], {})
    assert order.steps == [Step(3, "d"), Step(2, "c"), Step(1, "b")]


def test_who_keeps_its_name_is_in_the_way_of_the_whole_chain():
    wishes = [Wish(1, "s", "a", "b"), Wish(2, "s", "b", "c"), Wish(3, "t", "a", "b")]
    order = in_order(wishes, {("s", "c"): 9})
    assert order.refused == {1: [2], 2: [9]}
    assert order.steps == [Step(3, "b")]


def test_two_that_are_called_the_same_already():
    order = in_order([Wish(1, "s", "a", "b"), Wish(2, "s", "a", "c"), Wish(3, "s", "x", "a")], {})
    assert [step.key for step in order.steps] == [1, 2, 3]


def test_name_to_step_aside_is_free():
    wishes = [Wish(1, "s", "a", "b"), Wish(2, "s", "b", "a")]
    assert in_order(wishes, {("s", "1"): 9}).steps[0] == Step(1, "1~", aside=True)


def test_long_chain():
    wishes = [Wish(number, "s", f"{number}", f"{number + 1}") for number in range(20_000)]
    assert len(in_order(wishes, {}).steps) == 20_000
