"""What the two checks of required keys share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from django.db.models import QuerySet
from nautobot.apps.utils import deepmerge

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._matching import Matching, has_path


class RequiredKeys(Check):
    """Objects whose merged config context lacks a key. Subclasses say which objects."""

    severity = Severity.HIGH
    remedy = (
        "Add the key to the config context that should provide it, or have that context apply to the object; check "
        "location, role, platform, tenant and tags of the object, by which contexts are chosen."
    )
    tags = ("config-context", "policy")
    parameters = {"required": Parameter((), 'Dotted paths of keys that every object needs, such as "ntp.servers".')}
    since = "0.1.0"

    def idle(self) -> str:
        """Nothing is required unless the parameter says so."""
        return "" if self.values["required"] else "No required keys are stated."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Objects without a value at one of the paths, one finding a path."""
        # Three queries: contexts, trees, objects. See `_matching`.
        matching = Matching()
        objects, columns = matching.annotated(objects)
        merged: dict[tuple[Any, ...], Any] = {}
        for row in self.rows(objects, "local_config_context_data", *columns):
            applying = matching.applying(row, columns)
            names = tuple(applied.name for applied in applying)
            if names not in merged:
                merged[names] = reduce(deepmerge, (applied.data for applied in applying), {})
            data = deepmerge(merged[names], row["local_config_context_data"] or {})
            for path in self.values["required"]:
                if not has_path(data, path):
                    yield self.finding(
                        row,
                        context,
                        f'The config context has no "{path}".',
                        key=path,
                        details={"contexts": str(len(applying))},
                    )
