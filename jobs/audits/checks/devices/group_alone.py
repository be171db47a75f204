"""DCIM-DEVICE-014: redundancy group with one member."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._groups import listed, members, visible_names


class RedundancyGroupAlone(Check):
    """Device redundancy groups without redundancy."""

    id = "DCIM-DEVICE-014"
    title = "Redundancy group with one member"
    severity = Severity.HIGH
    model = "dcim.deviceredundancygroup"
    description = (
        "The device redundancy group has exactly one member, of whatever status. The second device was never entered, "
        "was removed, or does not exist; planning that trusts the group takes down the only one."
    )
    remedy = "Add the other member, or dissolve the group."
    tags = ("redundancy",)
    since = "0.1.0"
    bad = "The group ams01-fw has the member ams01-fw-01 only."
    good = "The group ams01-fw has the members ams01-fw-01 and ams01-fw-02, the second with the status Offline."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = members("device_redundancy_group")
        groups = objects.annotate(size=count(devices), names=visible_names(devices, context.user))
        for row in self.rows(groups.filter(size=1), "names"):
            yield self.finding(row, context, "The group has one member.", details={"member": listed(row["names"])})
