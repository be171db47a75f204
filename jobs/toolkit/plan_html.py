"""The plan of a change for people, `plan.html`: one file that needs nothing else.

All changes are in the file as they are read, so that it is complete without scripts and on paper; its script only hides
what the filters leave out. What is charted and shown is computed here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from markupsafe import Markup, escape

from .page import MOST_BYTES, write_page
from .plan import CREATE, DELETE, UPDATE
from .plan_files import Outcome

MOST_CHANGES = 5000
MOST_PROBLEMS = 1000
MOST_REMARKS = 200
# Problems and remarks that are shown at once; the others have to be unfolded.
FIRST = 20
_MOST_BARS = 12
_LONGEST = 2000
# What the tags round a change and round a field take, about.
_CHANGE_BYTES, _FIELD_BYTES = 260, 90
_ALONG = "along"
_WORDS = {CREATE: "create", UPDATE: "update", DELETE: "delete", _ALONG: "delete along"}


@dataclass
class Group:
    """Changes of one verb and model.

    Args:
        title: what people call it: "connect cables".
        action: CREATE, UPDATE or DELETE.
        model: what its objects are called: "cables".
        changes: as `plan.json` has them, with `lines` and `path`.
        reason: why, if all have the same reason.
    """

    title: str
    action: str
    model: str
    changes: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


@dataclass
class Segment:
    """A piece of a bar: where it begins and how long it is, out of 100."""

    action: str
    count: int
    start: float
    length: float


@dataclass
class Bar:
    """A row of a chart of changes, as that by model."""

    model: str
    counts: Counter[str]
    segments: list[Segment]
    pick: bool = True


def write_html(path: Path, outcome: Outcome) -> None:
    """Write `plan.html`."""
    groups = list(grouped(outcome))
    shown = sum(len(group.changes) for group in groups)
    rows = {change["row"]: None for group in groups for change in group.changes}
    write_page(
        path,
        "plan",
        outcome,
        outcome=outcome,
        counts=outcome.counts(),
        state=state(outcome),
        bars=bars(outcome),
        actions=[action for action in _WORDS if action in (CREATE, UPDATE, DELETE) or outcome.along],
        words=_WORDS,
        problems=outcome.problems[:MOST_PROBLEMS],
        remarks=outcome.plan.remarks[:MOST_REMARKS],
        first=FIRST,
        along={_nouns(label): count for label, count in sorted(outcome.along.items())},
        groups=groups,
        shown=shown,
        left_out=len(outcome.plan.changes) - shown,
        has_rows=any(rows),
    )


def state(outcome: Outcome) -> str:
    """How the run ended: "applied", "in part" (without the bad rows), "refused", or "dry run"."""
    if outcome.applied:
        return "in part" if outcome.problems else "applied"
    return "dry run" if outcome.dryrun else "refused"


def grouped(outcome: Outcome) -> Iterator[Group]:
    """The changes by verb and model, in the order of their first ones; as many as a browser takes."""
    groups: dict[tuple[str, str, str], Group] = {}
    room = MOST_BYTES
    for place, change in enumerate(outcome.plan.changes[:MOST_CHANGES], 1):
        record = outcome.record(place, change)
        record["path"] = record["url"].removeprefix(outcome.base_url)
        record["lines"] = [(each["field"], *marked(each["before"], each["after"])) for each in record["fields"]]
        room -= _size(record)
        if room < 0:
            break
        nouns = _nouns(change.label)
        group = groups.setdefault(
            (change.verb, change.action, change.label), Group(f"{change.verb} {nouns}", change.action, nouns)
        )
        group.changes.append(record)
    for group in groups.values():
        reasons = {change["reason"] for change in group.changes}
        group.reason = reasons.pop() if len(reasons) == 1 else ""
        yield group


def _size(record: Mapping[str, Any]) -> int:
    texts = [record["object"], record["path"], record["path"], record["reason"], record["row"], record["row"]]
    size = _CHANGE_BYTES
    for line in record["lines"]:
        size += _FIELD_BYTES
        texts += [part for part in line if part]
    return size + sum(len(text.encode()) for text in texts)


def marked(before: str | None, after: str | None) -> tuple[Markup | None, Markup | None]:
    """A value before and after, with marks round what differs, if they have something in common."""
    texts = [None if text is None else _cut(text) for text in (before, after)]
    if None in texts:
        one, other = (None if text is None else escape(text) for text in texts)
        return one, other
    words, others = (_WORD.findall(text or "") for text in texts)
    start = 0
    while start < min(len(words), len(others)) and words[start] == others[start]:
        start += 1
    end = 0
    while end < min(len(words), len(others)) - start and words[-1 - end] == others[-1 - end]:
        end += 1
    if not start and not end:
        return escape(texts[0]), escape(texts[1])
    return _mark(words, start, end), _mark(others, start, end)


# Letters and digits together, with what combines with them; whatever else, each for itself.
_WORD = re.compile(r"[\w\u0300-\u036f\u200c\u200d]+|.", re.DOTALL)


def _mark(words: list[str], start: int, end: int) -> Markup:
    stop = len(words) - end
    middle = "".join(words[start:stop])
    mark = Markup("<mark>{}</mark>").format(middle) if middle else Markup("")
    return escape("".join(words[:start])) + mark + escape("".join(words[stop:]))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters; plan.json has all)"


def bars(outcome: Outcome) -> list[Bar]:
    """The chart "changes by model"."""
    counts: dict[str, Counter[str]] = {}
    for change in outcome.plan.changes:
        counts.setdefault(_nouns(change.label), Counter())[change.action] += 1
    for label, count in outcome.along.items():
        counts.setdefault(_nouns(label), Counter())[_ALONG] += count
    return ranked_bars(counts, "models")


def ranked_bars(counts: Mapping[str, Counter[str]], nouns: str) -> list[Bar]:
    """Those with the most changes first, and a last bar for all others together.

    Args:
        counts: by what the bars are called, how many changes of each action.
        nouns: what they are: "models".
    """
    ranked = sorted(counts, key=lambda model: (-counts[model].total(), model))
    top, rest = (ranked, []) if len(ranked) <= _MOST_BARS + 1 else (ranked[:_MOST_BARS], ranked[_MOST_BARS:])
    longest = max((counts[model].total() for model in ranked), default=0)
    found = [Bar(model, counts[model], _segments(counts[model], longest)) for model in top]
    if rest:
        others = sum((counts[model] for model in rest), Counter[str]())
        found.append(Bar(f"{len(rest)} other {nouns}", others, [], pick=False))
    return found


def _segments(counts: Counter[str], longest: int) -> list[Segment]:
    found, start = [], 0.0
    for action in _WORDS:
        if count := counts[action]:
            length = 100 * count / longest
            found.append(Segment(action, count, round(start, 3), round(length, 3)))
            start += length
    return found


def _nouns(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)
