"""What may be several is asked for as several."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..cables import owner
from ..code import Code
from ..context import Context
from ..queries import instance_of
from ..rule import WARNING, Found, Rule

# By model: the old field, the new one, and since when. Source: release notes of 2.2 and 3.0, and the models themselves.
FIELDS = {
    "Prefix": ("location", "locations", "2.2"),
    "VLAN": ("location", "locations", "2.2"),
    "Device": ("cluster", "clusters", "3.0"),
}
_METHODS = frozenset(["order_by", "values", "values_list", "select_related", "only", "defer"])


class OneBecameMany(Rule):
    """Prefixes and VLANs can have several locations since Nautobot 2.2, devices several clusters since 3.0.

    `prefix.location` is a property that is left for old code: it raises `MultipleObjectsReturned` for the first prefix that has
    two. `filter(location=...)` is translated; `order_by("location")`, `values("location")` and `select_related("location")` end
    with a `FieldError`. Write `locations` and `clusters`.
    """

    id = "JOB707"
    name = "one-became-many"
    severity = WARNING
    title = "A field is used of which an object may have several by now"
    bad = '''"""Prefixes."""

from nautobot.ipam.models import Prefix


def places(namespace):
    """Where prefixes are."""
    return {str(prefix): prefix.location for prefix in Prefix.objects.filter(namespace=namespace)}
'''
    good = '''"""Prefixes."""

from nautobot.ipam.models import Prefix


def places(namespace):
    """Where prefixes are."""
    prefixes = Prefix.objects.filter(namespace=namespace).prefetch_related("locations")
    return {str(prefix): list(prefix.locations.all()) for prefix in prefixes}
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find it on what is known to be such an object, or a query for such."""
        for code in context.code:
            for node, old, model in _used(code):
                _, new, since = FIELDS[model]
                if new not in code.module.file.text:  # a module that names both goes by the version
                    message = (
                        f"A {model} may have several {new} since Nautobot {since}, and then {old} fails: use {new}."
                    )
                    yield context.found(code.module, node, message)


def _used(code: Code) -> Iterator[tuple[ast.AST, str, str]]:
    for attribute in code.of(ast.Attribute):
        if attribute.attr in ("location", "cluster") and isinstance(attribute.value, ast.Name):
            model = instance_of(code, attribute.value).rpartition(".")[2]
            if FIELDS.get(model, ("",))[0] == attribute.attr:
                yield attribute, attribute.attr, model
    for call, name in code.calls:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        names: list[tuple[ast.AST, str]] = []
        if name.startswith("django.db.models") and name.endswith((".Q", ".F")):
            names = [(each, each.arg or "") for each in call.keywords]
        elif method not in _METHODS:
            continue
        names += [
            (each, each.value) for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        fields = [(node, each.lstrip("-").split("__")[0]) for node, each in names]
        if any(field in ("location", "cluster") for _, field in fields) and (query := owner(code, call)):
            model = query.model.rpartition(".")[2]
            yield from ((node, field, model) for node, field in fields if FIELDS.get(model, ("",))[0] == field)
