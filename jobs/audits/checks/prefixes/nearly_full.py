"""IPAM-PREFIX-002: nearly full prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._prefixes import HOST_BITS, Number, addresses, children, ranges, size, total

_DAYS = 90
# Two host bits make a link, three a small network.
_LEAST_HOST_BITS = 3
_MOST_FORECAST = 10 * 365


class PrefixNearlyFull(Check):
    """Networks that are about to run out of addresses."""

    id = "IPAM-PREFIX-002"
    title = "Nearly full prefix"
    severity = Severity.MEDIUM
    model = "ipam.prefix"
    description = (
        "More of the prefix is used than the limit, reckoned as Nautobot does: its addresses, prefixes and ranges marked "
        "as fully utilized, by their parents, out of all addresses; for IPv4 networks out of all but the first and the "
        "last, unless these are in use. Links (/30 and longer, /126 and longer) are full by design; so is what is "
        "divided into prefixes without remainder. Prefixes with one of the statuses are left alone. From the addresses "
        f"of the last {_DAYS} days follows when a prefix, if it is older than that, will be full."
    )
    remedy = "Release addresses that are no longer used, enlarge the prefix, or add another one."
    tags = ("prefix", "capacity")
    parameters = {
        "percent": Parameter(90, "How much may be in use."),
        "types": Parameter(("network", "pool"), "Types of prefixes to look at; containers as well, if they are named."),
        "statuses": Parameter(("Deprecated",), "Names of the statuses of prefixes that may be full."),
    }
    since = "0.1.0"
    bad = "10.49.103.0/27 has 29 addresses; 30 are possible."
    good = "10.16.1.2/31 has two addresses, and can have no more; 10.16.101.0/24 has 3 of 254."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes with more in them than the limit."""
        since = timezone.now() - timedelta(days=_DAYS)
        prefixes = (
            objects.annotate(host_bits=HOST_BITS, size=size())
            .filter(
                ~Q(status__name__in=self.values["statuses"]),
                type__in=self.values["types"],
                host_bits__gte=_LEAST_HOST_BITS,
            )
            .annotate(used=_used(), divided=total(children(), size()))
            .annotate(
                capacity=F("size")
                - Case(
                    When(Q(ip_version=4, type="network") & ~_ends_in_use(), then=Value(2.0)),
                    default=Value(0.0),
                    output_field=FloatField(),
                )
            )
            # By division into prefixes alone: a decision, not a shortage.
            .filter(~Q(divided=F("size")), used__gt=F("capacity") * Value(self.values["percent"] / 100))
        )
        recent = addresses().filter(created__gte=since)
        prefixes = prefixes.annotate(recent=count(recent))
        for row in self.rows(prefixes, "used", "capacity", "recent", "created"):
            percent = 100 * row["used"] / row["capacity"]
            old_enough = row["created"] is not None and row["created"] < since
            yield self.finding(
                row,
                context,
                f"{row['used']:.0f} of {row['capacity']:.0f} addresses are in use, that is {percent:.0f} %.",
                details={
                    "free": f"{row['capacity'] - row['used']:.0f}",
                    **(_forecast(row) if old_enough else {}),
                },
            )


def _used() -> Any:
    """How many addresses of a prefix are in use. Ranges of IPv6 addresses are not reckoned: none fills a network."""
    own, reserved = addresses(), Value(0.0)
    if (counted := _counted_ranges()) is not None:
        own = own.filter(~Exists(_counted_ranges("parent", start_host__lte="host", end_host__gte="host")))
        width = Cast(Number(F("end_host")) - Number(F("start_host")) + 1, FloatField())
        reserved = total(counted.filter(ip_version=4), width)
    in_addresses = Case(
        When(type="container", then=Value(0.0)),
        default=Cast(count(own), FloatField()) + reserved,
        output_field=FloatField(),
    )
    in_prefixes = Case(When(type="pool", then=Value(0.0)), default=total(children(), size()), output_field=FloatField())
    return in_addresses + in_prefixes


def _counted_ranges(outer: str = "pk", **fields: str) -> QuerySet | None:
    found = ranges(outer)
    if found is None:
        return None
    return found.filter(count_as_utilized=True, **{name: OuterRef(field) for name, field in fields.items()})


def _ends_in_use() -> Q:
    """Condition: the first or the last address of the prefix is in use, and therefore counts."""
    condition = Q(Exists(addresses().filter(Q(host=OuterRef("network")) | Q(host=OuterRef("broadcast")))))
    condition |= Q(Exists(children().filter(Q(network=OuterRef("network")) | Q(broadcast=OuterRef("broadcast")))))
    for start, end in (("start_host", "network"), ("end_host", "broadcast")):
        if (found := _counted_ranges(**{start: end})) is not None:
            condition |= Q(Exists(found))
    return condition


def _forecast(row: Mapping[str, Any]) -> dict[str, str]:
    """How fast the prefix fills, and when it will be full."""
    if not row["recent"]:
        return {"growth": f"none in {_DAYS} days"}
    days = max(0, (row["capacity"] - row["used"]) * _DAYS / row["recent"])
    full = f"in {days:.0f} days" if days < _MOST_FORECAST else ""
    return {"growth": f"{row['recent'] * 30 / _DAYS:.1f} addresses in 30 days", "full": full}
