"""Patterns for many names of ports: `Ethernet1/[1-24]`.

A pattern is a name with brackets in it. In brackets stand, separated by commas:

    7, A             one number or letter
    1-24, A-D        all from the first to the last
    24-1, D-A        the same, backwards
    1-48:2           every second from the first on; 48-2:2 backwards
    1-24+24          each number plus 24; 25-48-24 is minus 24

Zeros in front are kept: `[01-24]` gives 01, 02 and so on. With several brackets the last one changes fastest:
`[1-2]/[1-3]` gives 1/1, 1/2, 1/3, 2/1 and so on. Text without brackets stands for itself.
"""

from __future__ import annotations

import re
from itertools import product

MOST = 10_000
_PIECES = re.compile(r"\[([^\[\]]*)\]")
_NUMBERS = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?(?::(\d{1,9}))?(?:([+-])(\d{1,9}))?", re.ASCII)
_LETTERS = re.compile(r"([A-Z])(?:-([A-Z]))?(?::(\d{1,9}))?|([a-z])(?:-([a-z]))?(?::(\d{1,9}))?", re.ASCII)


class PatternError(ValueError):
    """It is no pattern; the message tells why, and what to write."""


def expand(pattern: str) -> list[str]:
    """All names that a pattern stands for, in its order; none of them twice.

    Raises:
        PatternError: it is no pattern, gives a name twice, or gives more than `MOST` names.
    """
    texts = _PIECES.split(pattern)
    plain, inner = texts[::2], texts[1::2]
    if any(sign in text for text in plain for sign in "[]"):
        raise PatternError(f'"{pattern}": a bracket is not closed, or not opened. Write it like Ethernet1/[1-24].')
    groups: list[list[str]] = []
    count = 1
    for text in inner:
        values: list[str] = []
        for item in text.split(","):
            values += _values(pattern, item.strip(), MOST // count - len(values))
        groups.append(values)
        count *= len(values)
    names = [
        "".join(part for pair in zip(plain, (*values, ""), strict=True) for part in pair) for values in product(*groups)
    ]
    seen: set[str] = set()
    twice = sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
    if twice:
        raise PatternError(f'"{pattern}" gives {", ".join(twice[:5])} more than once. Each name may be there once.')
    return names


def _values(pattern: str, item: str, room: int) -> list[str]:
    """What one item between commas stands for."""
    if found := _NUMBERS.fullmatch(item):
        first, last, step, sign, shift = found.groups()
        width = len(first) if first.startswith("0") and len(first) > 1 else 0
        numbers = _range(pattern, item, int(first), int(last or first), step, room)
        offset = int(shift or 0) * (-1 if sign == "-" else 1)
        if numbers and min(numbers[0], numbers[-1]) + offset < 0:
            raise PatternError(f'"{pattern}": {item} would give a number below zero.')
        return [str(number + offset).zfill(width) for number in numbers]
    if found := _LETTERS.fullmatch(item):
        first, last, step = found.groups()[:3] if found[1] else found.groups()[3:]
        return [chr(code) for code in _range(pattern, item, ord(first), ord(last or first), step, room)]
    raise PatternError(
        f'"{pattern}": "{item}" is neither a number or letter nor a range of them. '
        "Write it like [1-24], [1,3,5-8], [24-1], [1-48:2] or [1-24+24]."
    )


def _range(pattern: str, item: str, first: int, last: int, step: str | None, room: int) -> range:
    width = int(step or 1)
    if not width:
        raise PatternError(f'"{pattern}": in {item}, every how many-th? Write 1 or more after the colon.')
    found = range(first, last + 1, width) if first <= last else range(first, last - 1, -width)
    if len(found) > room:
        raise PatternError(f'"{pattern}" gives more than {MOST} names. Split it.')
    return found
