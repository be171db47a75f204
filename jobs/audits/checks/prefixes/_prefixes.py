"""What the prefix checks share: sizes, and what is in a prefix."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Power
from nautobot.ipam.models import VLAN, IPAddress, Prefix

from ....toolkit.compat import address_ranges
from ....toolkit.queries import visible_value

# A prefix of a single host, and one of the two ends of a link, by their length.
HOST_ROUTE = Q(ip_version=4, prefix_length=32) | Q(ip_version=6, prefix_length=128)
POINT_TO_POINT = Q(ip_version=4, prefix_length__gte=30) | Q(ip_version=6, prefix_length__gte=126)

# How many bits an address has beyond its prefix.
HOST_BITS = Case(When(ip_version=4, then=Value(32)), default=Value(128), output_field=IntegerField()) - F(
    "prefix_length"
)


class Number(Func):
    """An IPv4 address as a number."""

    template = "CAST(CONV(HEX(%(expressions)s), 16, 10) AS SIGNED)"
    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same as MySQL's."""
        return self.as_sql(
            compiler, connection, template="('x' || ENCODE(%(expressions)s, 'hex'))::bit(32)::bigint", **context
        )


class _PlainSum(Sum):
    """SUM() without the GROUP BY that Django would add to a correlated subquery."""

    contains_aggregate = False


def size() -> Power:
    """How many addresses a prefix has."""
    return Power(Cast(Value(2), FloatField()), HOST_BITS, output_field=FloatField())


def total(queryset: QuerySet, expression: Any) -> Coalesce:
    """The sum of an expression over a correlated queryset; without rows 0."""
    summed = queryset.order_by().annotate(_summand=expression).annotate(_sum=_PlainSum("_summand")).values("_sum")
    return Coalesce(Subquery(summed, output_field=FloatField()), Value(0.0), output_field=FloatField())


def addresses(outer: str = "pk") -> QuerySet:
    """Subquery: the addresses whose parent the outer prefix is."""
    return IPAddress.objects.filter(parent=OuterRef(outer)).order_by()


def children(outer: str = "pk") -> QuerySet:
    """Subquery: the prefixes whose parent the outer prefix is."""
    return Prefix.objects.filter(parent=OuterRef(outer)).order_by()


def ranges(outer: str = "pk") -> QuerySet | None:
    """Subquery: the ranges of addresses whose parent the outer prefix is; None if this Nautobot has no ranges."""
    model = address_ranges()
    return model._default_manager.filter(parent=OuterRef(outer)).order_by() if model else None


def containing(**conditions: Any) -> QuerySet:
    """Subquery: prefixes that are larger than the outer one and contain it."""
    return Prefix.objects.filter(
        ip_version=OuterRef("ip_version"),
        network__lte=OuterRef("network"),
        broadcast__gte=OuterRef("broadcast"),
        prefix_length__lt=OuterRef("prefix_length"),
        **conditions,
    ).order_by()


def with_parent(prefixes: QuerySet, user: Any) -> QuerySet:
    """Annotate prefixes with what `parent_name` needs (`PARENT`): the parent, if the user may view it."""
    return prefixes.annotate(
        parent_network=visible_value(Prefix, user, "parent", "network"),
        parent_mask=visible_value(Prefix, user, "parent", "prefix_length"),
    )


def with_vlan(prefixes: QuerySet, user: Any) -> QuerySet:
    """Annotate prefixes with what `vlan_name` needs (`NAMED_VLAN`): the VLAN, if the user may view it."""
    return prefixes.annotate(
        named_vlan=visible_value(VLAN, user, "vlan"), numbered_vlan=visible_value(VLAN, user, "vlan", "vid")
    )


NAMED_VLAN = ("named_vlan", "numbered_vlan")


def vlan_name(row: Any) -> str:
    """The VLAN of a row: "data (101)"."""
    return f"{row['named_vlan']} ({row['numbered_vlan']})" if row["named_vlan"] else ""


PARENT = ("parent_network", "parent_mask")


def parent_name(row: Any) -> str:
    """The parent of a row: "10.16.0.0/16"."""
    return f"{row['parent_network']}/{row['parent_mask']}" if row["parent_network"] else ""
