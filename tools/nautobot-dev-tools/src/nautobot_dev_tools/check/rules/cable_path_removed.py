"""Nothing builds on private fields of cables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule
from ..versions import comes_to

_PATH = re.compile(r"^-?((\w+?)__)?_path(__\w+)?$")
_PEER = re.compile(r"^-?((\w+?)__)?_cable_peer(_type|_id)?(__\w+)?$")
_METHODS = frozenset(
    [
        *(
            "filter",
            "exclude",
            "get",
            "order_by",
            "values",
            "values_list",
            "select_related",
            "prefetch_related",
            "only",
            "defer",
        ),
        *("annotate", "Q", "F", "Prefetch"),
    ]
)


class CablePathRemoved(Rule):
    """The fields `_path` and `_cable_peer` of interfaces and ports were private to Nautobot, and are gone since 3.2.

    Queries with them end with a `FieldError`.

    `cable_paths__...` is there instead, with a row for each lane of a breakout cable, so that `distinct()` may be
    needed; what is at the other end tell `get_cable_peer()`, `connected_endpoint` and `trace()`, as before.
    """

    id = "JOB704"
    name = "cable-path-removed"
    severity = ERROR
    title = "A query names a private field of cables that Nautobot 3.2 has no more"
    bad = '''"""Cables."""

from nautobot.dcim.models import Interface


def connected():
    """Interfaces that lead to an end."""
    return Interface.objects.filter(_path__is_active=True)
'''
    good = '''"""Cables."""

from nautobot.dcim.models import Interface


def connected():
    """Interfaces that lead to an end."""
    return Interface.objects.filter(cable_paths__is_active=True).distinct()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find lookups of these fields."""
        if not comes_to(context, 3, 2):
            return
        for code in context.code:
            text = code.module.file.text
            if ("_path" not in text and "_cable_peer" not in text) or "cable_paths" in text:
                continue
            for call, _ in code.calls:
                method = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if method not in _METHODS:
                    continue
                names: list[tuple[ast.AST, str]] = [(each, each.arg or "") for each in call.keywords]
                names += [
                    (each, each.value)
                    for each in call.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                for node, name in names:
                    if _PATH.match(name) or _PEER.match(name):
                        message = f'Nautobot 3.2 has no field "{name}" any more: use cable_paths__..., or get_cable_peer() of the object.'
                        yield context.found(code.module, node, message)
            for attribute in code.of(ast.Attribute):
                own = isinstance(attribute.value, ast.Name) and attribute.value.id == "self"
                if attribute.attr in ("_cable_peer", "_cable_peer_type", "_cable_peer_id") and not own:
                    message = f"Nautobot 3.2 has no {attribute.attr} any more: ask get_cable_peer()."
                    yield context.found(code.module, attribute, message)
