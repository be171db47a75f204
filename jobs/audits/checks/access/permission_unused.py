"""USERS-PERMISSION-002: permission of nobody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class PermissionOfNobody(Check):
    """Permissions that nobody has."""

    id = "USERS-PERMISSION-002"
    title = "Permission of nobody"
    severity = Severity.LOW
    model = "users.objectpermission"
    description = (
        "The permission is given to no group and to no user. Groups without members count: they may be filled at login. "
        "Those that Nautobot itself makes (nautobot-default-scheduledjobs-…) are left alone."
    )
    remedy = "Give it to a group, or delete it."
    tags = ("access", "unused")
    since = "0.1.0"
    bad = '"Change circuits" was made for a project and belongs to nobody now.'
    good = '"View devices" is given to the group Everybody, which has no members yet.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Permissions without groups and users."""
        shipped = "nautobot-default-scheduledjobs-"
        unused = objects.filter(groups__isnull=True, users__isnull=True).exclude(name__startswith=shipped)
        for row in self.rows(unused):
            yield self.finding(row, context, "The permission is given to nobody.")
