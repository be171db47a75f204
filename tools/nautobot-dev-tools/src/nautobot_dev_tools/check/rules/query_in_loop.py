"""The number of queries does not grow with the number of objects."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..queries import CONSUMERS, LAZY, Query, is_bounded, iterated, query_of
from ..rule import WARNING, Found, Rule

_ASKS = frozenset(["get", "first", "last", "count", "exists", "aggregate", "latest", "earliest"])


class QueryInLoop(Rule):
    """Each round of the loop waits for the database once more: a Job that takes a second on a test network takes an hour on a real one.

    Ask once before the loop: `filter(name__in=names)` or `in_bulk()` into a dictionary; `annotate(Count(...))`
    instead of counting for each object; `prefetch_related("interfaces")` where each object's related ones are
    looked at.

    Loops over what the source itself lists, over `range()`, and over batches are fine.
    """

    id = "JOB405"
    name = "query-in-loop"
    severity = WARNING
    title = "A loop asks the database in each round"
    bad = '''"""Devices."""

from nautobot.dcim.models import Device


def devices_named(rows):
    """The devices in rows of a table."""
    return [Device.objects.get(name=row["name"]) for row in rows]
'''
    good = '''"""Devices."""

from nautobot.dcim.models import Device


def devices_named(rows):
    """The devices in rows of a table."""
    devices = {device.name: device for device in Device.objects.filter(name__in=[row["name"] for row in rows])}
    return [devices[row["name"]] for row in rows]
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find queries of models, and of what is related to the object of a loop."""
        for code in context.code:
            for call, name in code.calls:
                if not isinstance(call.func, ast.Attribute) and name not in CONSUMERS:
                    continue
                loops = list(code.loops(call))
                if not loops or any(is_bounded(code, *loop) for loop in loops):
                    continue
                if message := _message(code, call, name, loops):
                    yield context.found(code.module, call, message)
            for iterable in [
                *(each.iter for each in code.of(ast.For)),
                *(each.iter for each in code.of(ast.comprehension)),
            ]:
                outer = list(code.loops(iterable))
                query = query_of(code, iterable) if outer else None
                if query and _asks_manager(code, iterable, query) and not any(is_bounded(code, *one) for one in outer):
                    yield context.found(code.module, iterable, _ONCE.format(model=_short(query)))


_ONCE = "This asks the database for {model} in each round of the loop around it: ask once before the loop, and look up in it what was found."


def _message(code: Code, call: ast.Call, name: str, loops: list[tuple[ast.expr, ast.expr]]) -> str:
    if not isinstance(call.func, ast.Attribute):
        query = query_of(code, call.args[0]) if call.args else None
        return _ONCE.format(model=_short(query)) if query and _asks_manager(code, call.args[0], query) else ""
    query = query_of(code, call)
    if query and not query.given and query.last in _ASKS:
        return _ONCE.format(model=_short(query)) if _asks_manager(code, call, query, last=True) else ""
    return _related(code, call, loops)


def _asks_manager(code: Code, node: ast.expr, query: Query, *, last: bool = False) -> bool:
    """Whether a query in a loop is asked of a model's manager, and for one object's sake: not ``pk__in=batch``."""
    steps = query.steps[:-1] if last else query.steps
    if not query.steps or query.given or not all(name in LAZY for name, _ in steps):
        return False
    if isinstance(node, ast.Name):  # a queryset from before the loop is asked once, if it is gone through whole
        return False
    keywords = [keyword.arg or "" for _, call in query.steps if call for keyword in call.keywords]
    return not any(keyword.endswith("__in") for keyword in keywords)


def _related(code: Code, call: ast.Call, loops: list[tuple[ast.expr, ast.expr]]) -> str:
    """What to say where it asks for what is related to the object of a loop over a queryset that did not fetch it."""
    assert isinstance(call.func, ast.Attribute)
    if code.chain(call) is not call or not _is_managers(call, call.func.attr):
        return ""
    node, names = call.func.value, []
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Call):
            node = node.func
            if not isinstance(node, ast.Attribute) or node.attr not in LAZY:
                return ""
        elif node.attr not in LAZY:
            names.append(node.attr)
        if isinstance(node, ast.Attribute):
            node = node.value
    if not isinstance(node, ast.Name) or not names or any(name.startswith("_") for name in names):
        return ""
    related = "__".join(reversed(names))
    for target, iterable in loops:
        if isinstance(target, ast.Name) and target.id == node.id:
            query = query_of(code, iterated(iterable))
            if query and query.gives_objects and not query.has("prefetch_related"):
                return (
                    f"This asks for the {related} of each {_short(query)} anew: fetch them with the loop's own query, "
                    f'by .prefetch_related("{related}") or an annotation.'
                )
    return ""


def _is_managers(call: ast.Call, method: str) -> bool:
    """Whether a method is called as a related manager's is: strings, lists and dictionaries have some of the same names."""
    if method in ("all", "count", "exists", "first", "last"):
        return not call.args and not call.keywords
    if method in ("filter", "exclude", "get"):
        return bool(call.keywords) and not any(isinstance(each, ast.Constant) for each in call.args)
    return method in ("values_list", "select_related", "restrict", "aggregate", "annotate")


def _short(query: Query) -> str:
    return query.model.rpartition(".")[2]
