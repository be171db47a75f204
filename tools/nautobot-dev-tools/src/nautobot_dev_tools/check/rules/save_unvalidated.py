"""What is saved has been validated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..queries import NETWORK, instance_of, query_of
from ..rule import WARNING, Found, Rule


class SaveUnvalidated(Rule):
    """Django's `save()` writes whatever the object holds.

    The rules of the model, the validators of Apps and of the repository, required custom fields: all of that is
    only asked by `full_clean()`, and Nautobot's `validated_save()` is both in one. `objects.create()` is `save()`, too.

    What got past them is found by the next person who opens the object's form, and cannot save it.
    """

    id = "JOB403"
    name = "save-unvalidated"
    severity = WARNING
    title = "An object is saved without validation"
    bad = '''"""Names of devices."""

from nautobot.dcim.models import Device


def rename(pk, name):
    """Rename a device."""
    device = Device.objects.get(pk=pk)
    device.name = name
    device.save()
'''
    good = '''"""Names of devices."""

from nautobot.dcim.models import Device


def rename(pk, name):
    """Rename a device."""
    device = Device.objects.get(pk=pk)
    device.name = name
    device.validated_save()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find `save()` of what is known to be an object of a model, and `create()` of models of the network."""
        for code in context.code:
            for call, _ in code.calls:
                method = call.func
                if not isinstance(method, ast.Attribute) or call.args:
                    continue
                if method.attr == "create" and (query := query_of(code, call)) and NETWORK.match(query.model):
                    if len(query.steps) == 1:
                        name = query.model.rpartition(".")[2]
                        message = f"create() validates nothing before it writes: make a {name}(...), and call its validated_save()."
                        yield context.found(code.module, call, message)
                elif method.attr == "save":
                    model = instance_of(code, method.value)
                    if model and not model.startswith("django.") and not _is_cleaned(code, call, method.value):
                        name = ast.unparse(method.value)
                        message = (
                            f"Nothing validates {name} before it is written: call {name}.validated_save() instead."
                        )
                        yield context.found(code.module, call, message)


def _is_cleaned(code: Code, call: ast.Call, what: ast.expr) -> bool:
    """Whether `full_clean()` of the same variable is called before it in the same function."""
    function, text = code.function(call), ast.dump(what)
    return any(
        isinstance(each.func, ast.Attribute)
        and each.func.attr == "full_clean"
        and each.lineno <= call.lineno
        and ast.dump(each.func.value) == text
        and code.function(each) is function
        for each, _ in code.calls
    )
