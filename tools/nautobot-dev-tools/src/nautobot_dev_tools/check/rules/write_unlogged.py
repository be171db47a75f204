"""Changes are validated and leave a trace."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..queries import LAZY, query_of
from ..rule import NOTE, Found, Rule

_PAST_MODELS = frozenset(["update", "bulk_create", "bulk_update"])


class WriteUnlogged(Rule):
    """`update()`, `bulk_create()` and `bulk_update()` of a queryset write past the models.

    Nothing is validated, no change log says who changed what, and webhooks and job hooks hear nothing of it. For the
    objects of a network that is rarely worth the time it saves: go through them, and call `validated_save()`.
    """

    id = "JOB406"
    name = "write-unlogged"
    severity = NOTE
    title = "Objects are changed without validation and change log"
    bad = '''"""Devices."""

from nautobot.dcim.models import Device


def retire(location, status):
    """Retire what is there."""
    Device.objects.filter(location=location).update(status=status)
'''
    good = '''"""Devices."""

from nautobot.dcim.models import Device


def retire(location, status):
    """Retire what is there."""
    for device in Device.objects.filter(location=location):
        device.status = status
        device.validated_save()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find such calls on what is known to be a queryset of a model."""
        for code in context.code:
            for call, _ in code.calls:
                method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if method not in _PAST_MODELS:
                    continue
                query = query_of(code, call)
                if query and all(name in LAZY for name, _ in query.steps[:-1]):
                    message = f"{method}() validates nothing and leaves no change log: go through the objects and call validated_save()."
                    yield context.found(code.module, call, message)
