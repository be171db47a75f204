"""What a list of old and new names asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.apps import apps

from ..toolkit.access import RefusalError, visible
from ..toolkit.compat import device_value
from ..toolkit.plan import Plan
from ..toolkit.uploads import Column, Lookup, Row

DEVICE, CABLE = "dcim.device", "dcim.cable"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHUNK = 1000
_MOST_TOLD = 10

COLUMNS = (
    Column("device", "Name of the device that has the component. Empty for devices and cables.", example="sw-01"),
    Column("old", "Present name; of cables the label. A primary key will do.", required=True, example="Ethernet1"),
    Column("new", "The name to be; with “The label” chosen, the label.", required=True, example="Ethernet1/1"),
)

# An object, the row of the plan that names it, and the text to be.
Wanted = tuple[Any, str, str]


def by_list(plan: Plan, user: Any, what: str, field: str, rows: Sequence[Row]) -> list[Wanted]:
    """What the rows ask for. What is wrong with a row is a problem of that row."""
    lookup = Lookup(user)
    on_device = what not in (DEVICE, CABLE)
    if on_device:
        lookup.load(DEVICE, (row["device"] for row in rows))
    else:
        lookup.load(what, (text for row in rows for text in (row["old"], row["new"])), by=field)
    devices: dict[int, Any] = {}
    for row in rows if on_device else ():
        with plan.row(row.label):
            if not row["device"]:
                raise RefusalError("column device: a value is missing.")
            devices[row.number] = lookup.of(row, "device", DEVICE)
    components = _components(user, what, field, rows, devices) if on_device else {}

    def called(row: Row, column: str) -> Any:
        if on_device:
            return _one_of(row, column, components.get((devices[row.number].pk, row[column]), []), what)
        if row["device"]:
            raise row.bad("device", "leave it empty, as it is for components only.")
        return lookup.of(row, column, what, by=field)

    rows = [row for row in rows if not on_device or row.number in devices]
    done = _done(rows, lambda row, column: _is_there(called, row, column))
    plan.keep(len(done))
    circle = _in_circles([row for row in rows if row.number not in done])
    if circle:
        plan.remark(
            f"{', '.join(circle[:_MOST_TOLD])}{' and more' if len(circle) > _MOST_TOLD else ''} hand names round in a "
            "circle, so that nobody can tell by them whether it has been done: the same list would do it again. With "
            "primary keys in the column old it can be repeated."
        )
    wanted: list[Wanted] = []
    seen: dict[Any, str] = {}
    for row in rows:
        with plan.row(row.label):
            if row.number in done:
                continue
            obj = called(row, "old")
            if obj.pk in seen:
                raise row.bad("old", f"{seen[obj.pk]} names the same object. Delete one of the rows.")
            seen[obj.pk] = row.label
            wanted.append((obj, row.label, row["new"]))
    return wanted


def _done(rows: Sequence[Row], is_there: Callable[[Row, str], bool]) -> set[int]:
    """Numbers of the rows that have been done before.

    Nothing has the old name any more and something the new one; or what has the old name got it by another such row:
    where A became B and B became C, there is a B, and it is not the one that was called so.
    """
    renamed = [row for row in rows if is_there(row, "new")]
    done = {row.number for row in renamed if not is_there(row, "old")}
    by_old = defaultdict(list)
    for row in renamed:
        by_old[row["device"], row["old"]].append(row)
    todo = [row for row in renamed if row.number in done]
    while todo:
        row = todo.pop()
        more = [each for each in by_old[row["device"], row["new"]] if each.number not in done]
        done |= {each.number for each in more}
        todo += more
    return done


def _in_circles(rows: Sequence[Row]) -> list[str]:
    """Labels of the rows of which each gives the name that another has: A becomes B while B becomes A."""
    following = {(row["device"], row["old"]): row for row in rows if row["old"] != row["new"]}
    found: set[int] = set()
    for row in rows:
        passed: list[int] = []
        each: Row | None = row
        while each is not None and each.number not in found and each.number not in passed:
            passed.append(each.number)
            each = following.get((each["device"], each["new"]))
        if each is not None and each.number in passed:
            found.update(passed[passed.index(each.number) :])
    return [row.label for row in rows if row.number in found]


def _is_there(called: Callable[[Row, str], Any], row: Row, column: str) -> bool:
    try:
        called(row, column)
    except RefusalError:
        return False
    return True


def _components(
    user: Any, what: str, field: str, rows: Sequence[Row], devices: Mapping[int, Any]
) -> dict[tuple[Any, str], list[Any]]:
    """Components by device and by name or primary key; a query a thousand rows."""
    found: defaultdict[tuple[Any, str], list[Any]] = defaultdict(list)
    objects = visible(user, apps.get_model(what)).annotate(of_device_key=device_value("pk"))
    known = [row for row in rows if row.number in devices]
    keys: set[Any] = set()
    for start in range(0, len(known), _CHUNK):
        part = known[start : start + _CHUNK]
        siblings = objects.filter(of_device_key__in={devices[row.number].pk for row in part})
        named = siblings.filter(**{f"{field}__in": {text for row in part for text in (row["old"], row["new"])}})
        by_key = siblings.filter(pk__in=[row["old"] for row in part if _UUID.fullmatch(row["old"])])
        for obj in (named | by_key).order_by("pk"):
            if obj.pk not in keys:
                keys.add(obj.pk)
                found[obj.of_device_key, getattr(obj, field)].append(obj)
                found[obj.of_device_key, str(obj.pk)].append(obj)
    return found


def _one_of(row: Row, column: str, found: Sequence[Any], what: str) -> Any:
    noun = apps.get_model(what)._meta.verbose_name
    if not found:
        raise row.bad(column, f"{row['device']} has no such {noun} that you may view.")
    if len(found) > 1:
        keys = ", ".join(str(obj.pk) for obj in found[:5])
        raise row.bad(column, f"{len(found)} {noun}s are called so. Write its primary key instead: {keys}.")
    return found[0]
