"""In which order objects can be renamed, so that no two of them are ever called the same. No database.

A name is unique in a space: that of an interface among the interfaces of its device. Who wants a name that another
object gives up comes after that one; where all wait for each other (A becomes B and B becomes A), the first steps
aside under a name that nobody has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Key = Any
Space = Hashable


class Wish(NamedTuple):
    """What one object is to be called.

    Args:
        key: of the object.
        space: the names in it are unique; None where names may be the same.
        old: what it is called; "" if it has no name.
        new: what it is to be called; "" if it is to have no name, as any number of objects may.
    """

    key: Key
    space: Space
    old: str
    new: str


class Step(NamedTuple):
    """One renaming; of an object that steps aside, the first of two."""

    key: Key
    name: str
    aside: bool = False


class Order(NamedTuple):
    """What can be done, and what cannot.

    Args:
        steps: renamings, in order.
        refused: key to the keys of the objects that are in its way, sorted: those that want the same name, or the
            one that keeps it.
    """

    steps: list[Step]
    refused: dict[Key, list[Key]]


def in_order(
    wishes: Sequence[Wish], others: Mapping[tuple[Space, str], Key], aside: Callable[[Key], str] = str
) -> Order:
    """Put wishes in order.

    Args:
        wishes: one an object; what is called as it is to be already takes part, since it keeps its name.
        others: of objects without a wish, space and name to the key of one that is called so.
        aside: the name under which an object steps aside.
    """
    refused = _refused(wishes, others)
    moving = {wish.key: wish for wish in wishes if wish.key not in refused and wish.old != wish.new}
    held: defaultdict[tuple[Space, str], list[Key]] = defaultdict(list)
    for wish in moving.values():
        if wish.space is not None and wish.old:
            held[wish.space, wish.old].append(wish.key)
    waits_for = {
        key: held.get((wish.space, wish.new), []) if wish.space is not None and wish.new else []
        for key, wish in moving.items()
    }
    waited_for = {other for waited in waits_for.values() for other in waited}
    known = {(wish.space, name) for wish in wishes for name in (wish.old, wish.new)} | set(others)
    steps: list[Step] = []
    done: set[Key] = set()
    # Those whose old name nobody wants come last of their chain. Whoever is left over then waits in a circle.
    for key in [*(key for key in moving if key not in waited_for), *moving]:
        if key in done:
            continue
        if key in waited_for:
            name = aside(key)
            while (moving[key].space, name) in known:
                name += "~"
            known.add((moving[key].space, name))
            steps.append(Step(key, name, aside=True))
        steps += [Step(each, moving[each].new) for each in _after_others(key, waits_for, done)]
    return Order(steps, refused)


def _after_others(first: Key, waits_for: Mapping[Key, Sequence[Key]], done: set[Key]) -> Iterator[Key]:
    """An object and all that it waits for, each after those that it waits for itself. By hand: chains may be long."""
    done.add(first)
    path = [(first, iter(waits_for[first]))]
    while path:
        key, others = path[-1]
        following = next((other for other in others if other not in done), None)
        if following is None:
            path.pop()
            yield key
        else:
            done.add(following)
            path.append((following, iter(waits_for[following])))


def _refused(wishes: Sequence[Wish], others: Mapping[tuple[Space, str], Key]) -> dict[Key, list[Key]]:
    """Who cannot get a name: several want it, or the one that has it keeps it, perhaps since it is refused itself."""
    wanted: defaultdict[tuple[Space, str], list[Key]] = defaultdict(list)
    held: defaultdict[tuple[Space, str], list[Key]] = defaultdict(list)
    for wish in wishes:
        if wish.space is not None:
            if wish.new:
                wanted[wish.space, wish.new].append(wish.key)
            if wish.old:
                held[wish.space, wish.old].append(wish.key)
    by_key = {wish.key: wish for wish in wishes}
    refused: dict[Key, list[Key]] = {}

    def in_the_way(wish: Wish) -> Collection[Key]:
        place = (wish.space, wish.new)
        rivals = [key for key in wanted[place] if key != wish.key]
        keepers = [key for key in held[place] if key != wish.key and key in refused]
        return {*rivals, *keepers, *([others[place]] if place in others else [])}

    todo = [
        wish.key for wish in wishes if wish.space is not None and wish.new and wish.old != wish.new and in_the_way(wish)
    ]
    while todo:
        key = todo.pop()
        if key not in refused:
            refused[key] = []
            # What it keeps, others want in vain.
            wish = by_key[key]
            others_want = wanted[wish.space, wish.old] if wish.old else ()
            todo += [other for other in others_want if other != key and by_key[other].old != by_key[other].new]
    position = {key: number for number, key in enumerate(by_key)}
    for key in refused:
        refused[key] = sorted(in_the_way(by_key[key]), key=lambda each: (position.get(each, len(position)), str(each)))
    return {key: refused[key] for key in by_key if key in refused}
