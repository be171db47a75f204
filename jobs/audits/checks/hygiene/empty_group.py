"""EXTRAS-GROUP-001: dynamic group without members."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.extras.models import StaticGroupAssociation

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class EmptyGroup(Check):
    """Dynamic groups that contain nothing."""

    id = "EXTRAS-GROUP-001"
    title = "Dynamic group without members"
    severity = Severity.LOW
    model = "extras.dynamicgroup"
    description = (
        "The dynamic group, of whatever type, had no members when Nautobot last updated it (the Job Refresh Dynamic "
        "Group Caches, or a save of the group). A filter that names a role or a tag which was renamed matches nothing, "
        "and says so nowhere: whatever works on the group does nothing."
    )
    remedy = "Correct the filter or add members; delete the group if it is left over."
    tags = ("unused",)
    since = "0.1.0"
    bad = '"Core switches" filters by the role Core, which is called Core Switch now.'
    good = '"EMEA active devices" has one member.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Groups without members, as far as Nautobot has counted them."""
        members = StaticGroupAssociation.all_objects.filter(dynamic_group=OuterRef("pk")).order_by()
        groups = objects.filter(~Exists(members))
        for row in self.rows(groups, "group_type", "content_type__app_label", "content_type__model"):
            kind = f"{row['content_type__app_label']}.{row['content_type__model']}"
            details = {"type": row["group_type"], "members": kind}
            yield self.finding(row, context, "The dynamic group has no members.", details=details)
