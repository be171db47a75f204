"""Checks as Nautobot's *data compliance rules*, which it asks about each object: by itself, and when the object is saved.

See `nautobot.data_validation.custom_validators` (since 3.0). A rule is the check itself, asked about one object.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from .checks import Check, Context
from .compat import validated_object
from .scope import Scope


def rules_of(checks: Iterable[type[Check]]) -> dict[str, type]:
    """A rule for each check that needs no policy, by the name of its class.

    Everybody who may view an object sees its records, so a rule names no other object: it asks as somebody who may view
    none.
    """
    from nautobot.data_validation.custom_validators import DataComplianceRule

    scope = Scope(AnonymousUser(), everything=True, default_statuses=("Active",))

    def rule(kind: type[Check]) -> type:
        def audit(self: Any) -> None:
            # Made anew each time: a worker lives long.
            check, context = kind(), Context(AnonymousUser())
            obj = validated_object(self.context)
            objects = type(obj)._default_manager.filter(
                scope.condition(kind.model, type(obj), any_status=kind.any_status), pk=obj.pk
            )
            # Of an attribute that all objects have: Nautobot writes a text of its own over what is about none.
            if messages := [finding.message for finding in check.find(objects, context)]:
                self.compliance_error({"id": ["; ".join(messages)]})

        values = {"model": kind.model, "name": kind.id, "audit": audit, "__doc__": kind.description}
        return type(kind.__name__, (DataComplianceRule,), values)

    return {kind.__name__: rule(kind) for kind in checks if not kind().idle()}
