"""Queries use the new names of cables."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import cables
from ..context import Context
from ..rule import NOTE, Found, Rule
from ..versions import starts_at


class CableLookupDeprecated(Rule):
    """Nautobot 3.2 still translates what used to be fields of interfaces, ports and cables, with a `DeprecationWarning`.

    These are `filter(cable=...)` and `select_related("cable")`, and `filter(termination_a_id=...)` of cables; of a
    breakout cable they only see the first connector.

    The names since 3.2 are `cable_termination__cable` and `terminations__...`; older versions do not have them,
    and so a repository that says it is for these too may keep the old ones.
    """

    id = "JOB702"
    name = "cable-lookup-deprecated"
    severity = NOTE
    title = "A query names a cable field that Nautobot 3.2 only translates"
    bad = '''"""Cables."""

from nautobot.dcim.models import Interface


def with_cable():
    """Interfaces with a cable."""
    return Interface.objects.filter(cable__isnull=False)
'''
    good = '''"""Cables."""

from nautobot.dcim.models import Interface


def with_cable():
    """Interfaces with a cable."""
    return Interface.objects.filter(cable_termination__isnull=False)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find such names in calls of known models."""
        if not starts_at(context, 3, 2):
            return
        for code in context.code:
            if "cable" not in code.module.file.text and "termination_" not in code.module.file.text:
                continue
            if cables.knows_both(code):
                continue
            for call, _ in code.calls:
                method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if method not in ("filter", "exclude", "get", "get_or_create", "select_related"):
                    continue
                of = cables.model(cables.owner(code, call))
                names = [keyword.arg or "" for keyword in call.keywords]
                if method == "select_related":
                    names = [str(each.value) for each in call.args if isinstance(each, ast.Constant)]
                for name in names:
                    ends = of == "Cable" and cables.ENDS.match(name) and name.endswith(("_id", "_type"))
                    if ends or (of in cables.TERMINATIONS and name.split("__")[0] in ("cable", "cable_id")):
                        message = f'Nautobot 3.2 only translates "{name}", and warns: use cable_termination__cable, and terminations__... of a cable.'
                        yield context.found(code.module, call, message)
                        break
