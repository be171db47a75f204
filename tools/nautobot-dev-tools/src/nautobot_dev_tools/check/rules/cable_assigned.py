"""Cables are attached by their own model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .. import cables
from ..context import Context
from ..queries import instance_of
from ..rule import ERROR, Found, Rule
from ..versions import comes_to


class CableAssigned(Rule):
    """Since Nautobot 3.2 `interface.cable` is there to be read.

    To set it raises `NotImplementedError`; only `None` is taken, which detaches the cable at the next `save()`.

    `Cable(termination_a=..., termination_b=..., status=...)` and its `validated_save()` connect two ports on every
    version.
    """

    id = "JOB703"
    name = "cable-assigned"
    severity = ERROR
    title = "A cable is set on what it ends at"
    bad = '''"""Cables."""

from nautobot.dcim.models import Interface


def connect(pk, cable):
    """Attach it."""
    interface = Interface.objects.get(pk=pk)
    interface.cable = cable
    interface.validated_save()
'''
    good = '''"""Cables."""

from nautobot.dcim.models import Cable


def connect(interface, other, status):
    """Attach them to each other."""
    cable = Cable(termination_a=interface, termination_b=other, status=status)
    cable.validated_save()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find assignments to `cable` of what is known to be an interface or port."""
        if not comes_to(context, 3, 2):
            return
        for code in context.code:
            for statement in code.of(ast.Assign):
                for target in statement.targets:
                    if not isinstance(target, ast.Attribute) or target.attr not in ("cable", "cable_id"):
                        continue
                    if isinstance(statement.value, ast.Constant) and statement.value.value is None:
                        continue
                    model = instance_of(code, target.value).rpartition(".")[2]
                    if model in cables.TERMINATIONS:
                        message = f"Nautobot 3.2 refuses to set the cable of {model}: make a Cable with termination_a and termination_b."
                        yield context.found(code.module, statement, message)
