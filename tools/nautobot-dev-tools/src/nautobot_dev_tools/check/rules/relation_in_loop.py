"""What objects refer to is fetched along with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..queries import Query, is_bounded, iterated, query_of
from ..rule import WARNING, Found, Rule
from .one_became_many import FIELDS

# Foreign keys of Nautobot's models that Jobs look through most; the same name is one wherever it occurs.
_KEYS = frozenset(
    [
        *("location", "location_type", "tenant", "tenant_group", "role", "status", "platform", "device_type", "device"),
        *("manufacturer", "rack", "rack_group", "vrf", "namespace", "vlan", "vlan_group", "parent", "primary_ip4"),
        *("primary_ip6", "virtual_machine", "virtual_chassis", "cluster", "cluster_type", "circuit", "circuit_type"),
        *("provider", "provider_network", "power_panel", "secrets_group", "software_version", "controller", "lag"),
    ]
)


class RelationInLoop(Rule):
    """`device.location` asks the database for the location, for each device again, even if all are in the same one.

    `select_related("location", "role")` on the query of the loop fetches them along with the devices: one query instead of
    thousands. Where only the key is needed, `device.location_id` is there already.
    """

    id = "JOB407"
    name = "relation-in-loop"
    severity = WARNING
    title = "A loop asks the database for what each object refers to"
    bad = '''"""Devices."""

from nautobot.dcim.models import Device


def places():
    """Where each device is."""
    return {device.name: device.location.name for device in Device.objects.filter(name__startswith="r")}
'''
    good = '''"""Devices."""

from nautobot.dcim.models import Device


def places():
    """Where each device is."""
    devices = Device.objects.filter(name__startswith="r").select_related("location")
    return {device.name: device.location.name for device in devices}
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find foreign keys of the object of a loop over a queryset that does not fetch them; each once for a loop."""
        for code in context.code:
            seen: set[tuple[ast.expr, str]] = set()
            for node in code.of(ast.Attribute):
                if node.attr not in _KEYS or not isinstance(node.value, ast.Name) or not isinstance(node.ctx, ast.Load):
                    continue
                for target, iterable in code.loops(node):
                    if not isinstance(target, ast.Name) or target.id != node.value.id:
                        continue
                    if (iterable, node.attr) not in seen and (query := _lacking(code, target, iterable, node.attr)):
                        seen.add((iterable, node.attr))
                        model = query.model.rpartition(".")[2]
                        message = (
                            f"This asks for the {node.attr} of each {model} anew: fetch it with the loop's own query, "
                            f'by .select_related("{node.attr}").'
                        )
                        yield context.found(code.module, node, message)
                    break


def _lacking(code: Code, target: ast.expr, iterable: ast.expr, key: str) -> Query | None:
    """The query of a loop, if it gives objects of Nautobot's models and does not fetch what a foreign key refers to."""
    query = query_of(code, iterated(iterable))
    if query is None or not query.gives_objects or query.has("[]") or is_bounded(code, target, iterable):
        return None
    if FIELDS.get(query.model.rpartition(".")[2], ("",))[0] == key:  # no foreign key any more
        return None
    for name, call in query.steps:
        if name == "annotate" and call is not None and any(each.arg in (key, None) for each in call.keywords):
            return None  # a value of that name
        if name in ("select_related", "prefetch_related") and call is not None:
            names = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
            if not names or any(not isinstance(each, str) or each.split("__")[0] == key for each in names):
                return None
    return query
