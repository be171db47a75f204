"""Queries know the cables of Nautobot 3.2."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import cables
from ..code import Code
from ..context import Context
from ..rule import ERROR, Found, Rule
from ..versions import comes_to


class CableFieldRemoved(Rule):
    """Since Nautobot 3.2 a cable is no foreign key of an interface or port any more: `CableToCableTermination` joins the two.

    Queries such as `Interface.objects.filter(cable=...)` are translated for now; `Q(cable=...)`, `F("cable")`,
    `order_by("cable")` and `values("cable")`, lookups from other models (`interfaces__cable`), and the fields
    `termination_a_id` and so on of cables end with a `FieldError`.

    Write `cable_termination__cable`, and `terminations__...` from the cable; where older versions are to be served
    too, choose the name by version in one module.
    """

    id = "JOB701"
    name = "cable-field-removed"
    severity = ERROR
    title = "A query names a cable field that Nautobot 3.2 has no more"
    bad = '''"""Cables."""

from django.db.models import Q
from nautobot.dcim.models import Interface


def with_cable(condition):
    """Interfaces with a cable."""
    return Interface.objects.filter(condition, ~Q(cable=None))
'''
    good = '''"""Cables."""

from django.db.models import Q
from nautobot.dcim.models import Interface


def with_cable(condition):
    """Interfaces with a cable."""
    return Interface.objects.filter(condition, ~Q(cable_termination=None))
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find names of such fields in what is not translated."""
        if not comes_to(context, 3, 2):
            return
        for code in context.code:
            if "cable" not in code.module.file.text and "termination_" not in code.module.file.text:
                continue
            if cables.knows_both(code):
                continue
            for call, name in code.calls:
                for node, lookup in _removed(code, call, name):
                    message = f'Nautobot 3.2 has no field "{lookup}" here: use cable_termination__cable, and terminations__... of a cable.'
                    yield context.found(code.module, node, message)


def _removed(code: Code, call: ast.Call, name: str) -> Iterator[tuple[ast.AST, str]]:
    last = name.rpartition(".")[2]
    if last in ("Q", "F") and name.startswith(("django.db.models", "nautobot.")) and cables.is_about_cables(code):
        of = cables.model(cables.owner(code, call))
        names = [(each, each.arg) for each in call.keywords if each.arg] if last == "Q" else _texts(call)
        yield from ((node, lookup) for node, lookup in names if cables.is_removed(lookup, of))
    elif isinstance(call.func, ast.Attribute) and call.func.attr in cables.FIELDS:
        of = cables.model(cables.owner(code, call))
        yield from ((node, lookup) for node, lookup in _texts(call) if of and cables.is_removed(lookup, of))
    elif isinstance(call.func, ast.Attribute) and call.func.attr in ("filter", "exclude", "get"):
        of = cables.model(cables.owner(code, call))
        for keyword in call.keywords:
            lookup = keyword.arg or ""
            through = of not in cables.TERMINATIONS and cables.THROUGH.search(lookup)
            transformed = of == "Cable" and cables.ENDS.match(lookup) and not lookup.endswith(("_id", "_type"))
            if of and of != "CableToCableTermination" and (through or transformed):
                yield keyword, lookup
    elif isinstance(call.func, ast.Attribute) and call.func.attr in ("update", "prefetch_related"):
        known = cables.model(cables.owner(code, call)) in cables.TERMINATIONS
        fields = [(each, each.arg or "") for each in call.keywords] if call.func.attr == "update" else _texts(call)
        yield from ((node, field) for node, field in fields if known and field.split("__")[0] in ("cable", "cable_id"))


def _texts(call: ast.Call) -> list[tuple[ast.AST, str]]:
    return [(each, each.value) for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
