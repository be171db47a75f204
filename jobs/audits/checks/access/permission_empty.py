"""USERS-PERMISSION-003: permission that allows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class PermissionForNothing(Check):
    """Permissions that somebody has, and that allow nothing."""

    id = "USERS-PERMISSION-003"
    title = "Permission that allows nothing"
    severity = Severity.LOW
    model = "users.objectpermission"
    description = (
        "The permission is given to groups or users, but is disabled, or is for no object type or no action. Those who "
        "have it cannot do what somebody meant them to do. Object types vanish with the App that brings them."
    )
    remedy = "Enable it and select object types and actions, or delete it."
    tags = ("access",)
    since = "0.1.0"
    bad = '"Golden Config" is given to Network Engineers; its object types went with the App.'
    good = '"View devices" is enabled, for devices and the action view.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Permissions that are given, but allow nothing."""
        given = Q(groups__isnull=False) | Q(users__isnull=False)
        nothing = Q(enabled=False) | Q(object_types__isnull=True) | Q(actions=[])
        for row in self.rows(objects.filter(given, nothing).distinct(), "enabled", "actions"):
            if not row["enabled"]:
                message = "The permission is disabled."
            elif not row["actions"]:
                message = "The permission is for no action."
            else:
                message = "The permission is for no object type."
            yield self.finding(row, context, message)
