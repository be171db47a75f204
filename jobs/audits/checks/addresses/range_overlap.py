"""IPAM-RANGE-001: ranges overlap."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import address_ranges
from ....toolkit.findings import Finding, Severity
from ._addresses import PREFIX, prefix_name, with_prefix


class RangeOverlap(Check):
    """Ranges of addresses that are given out twice."""

    id = "IPAM-RANGE-001"
    title = "Ranges overlap"
    severity = Severity.MEDIUM
    model = "ipam.ipaddressrange"
    description = (
        "Another range of the same namespace has at least one address of the range. Nautobot does not allow this to be "
        "set, but imports and code that skip validation can. Two DHCP servers may give out the same address."
    )
    remedy = "Shorten or delete one of the ranges."
    tags = ("address", "range", "duplicate")
    since = "0.1.0"
    bad = "10.16.101.100 - 10.16.101.199 and 10.16.101.150 - 10.16.101.250 are both in the namespace Global."
    good = "10.16.101.100 - 10.16.101.199 and 10.16.101.200 - 10.16.101.250 touch, but have no address in common."

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if address_ranges() else "Nautobot has no ranges of addresses before 3.2."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Ranges that another one of the namespace begins or ends in, or contains."""
        others = (
            objects.model._default_manager.filter(
                parent__namespace=OuterRef("parent__namespace"),
                ip_version=OuterRef("ip_version"),
                start_host__lte=OuterRef("end_host"),
                end_host__gte=OuterRef("start_host"),
            )
            .exclude(pk=OuterRef("pk"))
            .order_by()
        )
        visible = others.restrict(context.user, "view").order_by("start_host", "pk")
        ranges = with_prefix(objects.filter(Exists(others)), context.user).annotate(
            other_start=visible.values("start_host")[:1], other_end=visible.values("end_host")[:1]
        )
        for row in self.rows(ranges, "other_start", "other_end", *PREFIX):
            other = f"{row['other_start']} - {row['other_end']}" if row["other_start"] else ""
            yield self.finding(
                row,
                context,
                "The range overlaps another one.",
                details={"overlaps": other, "prefix": prefix_name(row)},
            )
