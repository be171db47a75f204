"""IPAM-RANGE-002: range outside its prefix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import address_ranges
from ....toolkit.findings import Finding, Severity
from ._addresses import PREFIX, prefix_name, with_prefix


class RangeParent(Check):
    """Ranges of addresses that their prefix does not have."""

    id = "IPAM-RANGE-002"
    title = "Range outside its prefix"
    severity = Severity.MEDIUM
    model = "ipam.ipaddressrange"
    description = (
        "The first or the last address of the range is not in its parent, or the first comes after the last. Nautobot "
        "keeps this right, imports and code that bypass its models do not. DHCP servers refuse such a range, or give out "
        "addresses that cannot be reached."
    )
    remedy = "Correct the first and the last address, or give the range the parent that contains both."
    tags = ("address", "range", "import")
    since = "0.1.0"
    bad = "10.16.101.200 - 10.16.102.50 has the parent 10.16.101.0/24."
    good = "10.16.101.200 - 10.16.101.254 has the parent 10.16.101.0/24."

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if address_ranges() else "Nautobot has no ranges of addresses before 3.2."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Ranges with an end outside their parent."""
        ranges = objects.exclude(
            Q(
                ip_version=F("parent__ip_version"),
                start_host__gte=F("parent__network"),
                end_host__lte=F("parent__broadcast"),
                start_host__lte=F("end_host"),
            )
        )
        for row in self.rows(with_prefix(ranges, context.user), *PREFIX):
            yield self.finding(
                row, context, "The range is not within its prefix.", details={"prefix": prefix_name(row)}
            )
