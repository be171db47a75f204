"""DCIM-DEVICE-015: redundancy group with equal priorities."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._groups import listed, members, visible_names


class RedundancyGroupPriority(Check):
    """Redundancy groups in which nobody can tell which member is active."""

    id = "DCIM-DEVICE-015"
    title = "Redundancy group with equal priorities"
    severity = Severity.MEDIUM
    model = "dcim.deviceredundancygroup"
    description = (
        "Two members of the device redundancy group have the same priority. Groups with the failover strategy "
        "Active/Active are left alone, as are members without a priority. Which device takes over is undefined, and "
        "configuration made from these priorities leaves it to chance."
    )
    remedy = "Give the members different priorities, or set the failover strategy to Active/Active."
    tags = ("redundancy",)
    since = "0.1.0"
    bad = "ams01-fw is Active/Passive, and ams01-fw-01 and ams01-fw-02 both have the priority 100."
    good = "ams01-fw is Active/Active, and both members have the priority 100."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        with_priority = members("device_redundancy_group", device_redundancy_group_priority__isnull=False)
        equal = with_priority.filter(
            Exists(
                with_priority.model.objects.filter(
                    device_redundancy_group=OuterRef("device_redundancy_group"),
                    device_redundancy_group_priority=OuterRef("device_redundancy_group_priority"),
                ).exclude(pk=OuterRef("pk"))
            )
        )
        groups = objects.exclude(failover_strategy="active-active").filter(Exists(equal))
        for row in self.rows(groups.annotate(names=visible_names(equal, context.user)), "names"):
            yield self.finding(
                row, context, "Members have the same priority.", details={"members": listed(row["names"])}
            )
