"""DCIM-IFACE-002: LAG member with a configuration of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from nautobot.dcim.models import Interface

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class LagMemberDiffers(Check):
    """Members of LAGs with other VLANs than their LAG."""

    id = "DCIM-IFACE-002"
    title = "LAG member differs from its LAG"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "A member of a LAG has an 802.1Q mode, an untagged VLAN, tagged VLANs or an MTU other than its LAG has. Members "
        "that leave these to the LAG are right. The device suspends a member that does not fit, or overwrites it."
    )
    remedy = "Clear mode and VLANs of the member, and set them on the LAG."
    tags = ("lag", "vlan", "mtu")
    since = "0.1.0"
    bad = "ams01-acc-03 Gi1/1/1 is an access port, its LAG Port-channel1 is tagged."
    good = "ams01-acc-03 Gi1/1/1 has neither mode nor VLANs, its LAG Port-channel1 has both."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Members of LAGs with a setting that differs."""
        through = Interface.tagged_vlans.through.objects
        tagged = through.filter(interface=OuterRef("pk")).order_by()
        of_lag = through.filter(interface=OuterRef(OuterRef("lag")), vlan__vid=OuterRef("vlan__vid")).order_by()
        no_untagged = Q(lag__untagged_vlan=None) | ~Q(untagged_vlan__vid=F("lag__untagged_vlan__vid"))
        members = objects.filter(
            (~Q(mode="") & ~Q(mode=F("lag__mode")))
            | (Q(untagged_vlan__isnull=False) & no_untagged)
            | (Q(mtu__isnull=False, lag__mtu__isnull=False) & ~Q(mtu=F("lag__mtu")))
            | Q(Exists(tagged.filter(~Exists(of_lag)))),
            lag__isnull=False,
        )
        columns = ("mode", "untagged_vlan__vid", "mtu")
        lag_columns = [f"lag__{column}" for column in columns]
        for row in self.rows(members, "lag__name", *columns, *lag_columns):
            details = {"LAG": row["lag__name"]}
            for label, column in zip(("mode", "untagged VLAN", "MTU"), columns, strict=True):
                if row[column] and row[column] != row[f"lag__{column}"]:
                    details[label] = str(row[column])
                    details[f"{label} of the LAG"] = str(row[f"lag__{column}"] or "none")
            yield self.finding(row, context, "The member of a LAG has other settings than the LAG.", details=details)
