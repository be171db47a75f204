"""Building blocks for querysets, so that a check asks the database one question. PostgreSQL and MySQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, StrIndex
from django.db.models.lookups import GreaterThan
from nautobot.apps.models import EmptyGroupByJSONBAgg
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import CablePath, VirtualChassis

from .compat import directly_connected


class _PlainCount(Count):
    """COUNT() without the GROUP BY that Django would add to a correlated subquery."""

    contains_aggregate = False


def chunks(values: Iterable[Any], size: int = 1000) -> Iterator[list[Any]]:
    """Values, such as keys for a condition, in lists that every database takes as parameters of one query."""
    found = list(values)
    for start in range(0, len(found), size):
        yield found[start : start + size]


def count(queryset: QuerySet, field: str = "pk", *, distinct: bool = False) -> Coalesce:
    """How many values, NULL excepted, a field has over a correlated queryset; by default, how many rows there are."""
    counted = queryset.order_by().annotate(_count=_PlainCount(field, distinct=distinct)).values("_count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class _PlainSum(Sum):
    """SUM() without the GROUP BY that Django would add to a correlated subquery."""

    contains_aggregate = False


def total(queryset: QuerySet, expression: Any) -> Coalesce:
    """The sum of a field or expression over a correlated queryset; 0 over no rows."""
    summed = queryset.order_by().annotate(_total=_PlainSum(expression, output_field=FloatField())).values("_total")
    return Coalesce(Subquery(summed, output_field=FloatField()), 0.0)


def collect(queryset: QuerySet, field: Any) -> Subquery:
    """The values of one field or expression over a correlated queryset, as a list in no particular order.

    No rows give None, not an empty list.
    """
    return Subquery(queryset.order_by().annotate(_collected=EmptyGroupByJSONBAgg(field)).values("_collected"))


def stands_for_itself() -> Q:
    """Condition for devices: no other one stands for it, as the master of a virtual chassis does for its other members.

    Without a join, for which the database, where it expects few devices, goes through all virtual chassis for each one.
    """
    stack = VirtualChassis.objects.filter(pk=OuterRef("virtual_chassis"), master__isnull=False).order_by()
    return Q(~Exists(stack.exclude(master=OuterRef("pk"))))


def truth(condition: Any) -> ExpressionWrapper:
    """A condition as an annotation."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def may_view(user: Any, model: type[Model]) -> Case:
    """Whether the user may view the object of the given model: an annotation that stands in lists and unions as well.

    Where the user may view none at all, `truth` would become a number there.
    """
    visible = model._default_manager.restrict(user, "view").order_by().values("pk")
    return Case(When(pk__in=visible, then=Value(True)), default=Value(False), output_field=BooleanField())


class Hex(Func):
    """A binary column, such as `IPAddress.host`, as hexadecimal digits: the form in which JSON can hold it."""

    function = "HEX"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same as MySQL's HEX(), in lower case."""
        return self.as_sql(compiler, connection, template="ENCODE(%(expressions)s, 'hex')", **context)


def cable_path(model: type[Model], outer: str = "pk", **conditions: Any) -> QuerySet:
    """Subquery: the cable path that starts at an object of the given model which the outer query looks at.

    Nautobot keeps `destination_id` empty for a path that ends nowhere, and `is_active` false unless there is a
    destination and every cable on the way has the status Connected (docstring of `nautobot.dcim.models.CablePath`).
    """
    return CablePath.objects.filter(
        origin_type=ContentType.objects.get_for_model(model), origin_id=OuterRef(outer), **conditions
    ).order_by()


def over_circuit(prefix: str = "") -> Any:
    """Annotation: a cable path goes over a circuit, whose ends need not have the same medium, speed or neighbour.

    In a condition, a queryset with many paths would be joined with them once more.

    Args:
        prefix: path from the queryset's model to the cable path, such as "cable_paths__".
    """
    node = f'"{ContentType.objects.get_for_model(CircuitTermination).pk}:'
    return truth(GreaterThan(StrIndex(Cast(f"{prefix}path", CharField()), Value(node)), 0))


def connected(model: type[Model]) -> Q:
    """Condition: the object is connected to something, over cables that are all in place."""
    return Q(Exists(cable_path(model, is_active=True))) | directly_connected(model)


def visible_value(model: type[Model], user: Any, outer: str, field: str = "name") -> Subquery:
    """A field of the object that the outer path ends at; None if the user may not view that object."""
    visible = model._default_manager.restrict(user, "view").filter(pk=OuterRef(outer)).order_by()
    return Subquery(visible.values(field)[:1])


def at_or_below(outer: str, path: str, depth: int) -> Q:
    """Condition: the location at the end of the path is the outer one, or is below it.

    Args:
        outer: path from the outer query's model to a location's primary key.
        path: path from the queryset's model to a location.
        depth: levels of locations there are below the top: `Context.location_depth`.
    """
    condition = Q(**{path: OuterRef(outer)})
    for level in range(1, depth + 1):
        condition |= Q(**{path + "__parent" * level: OuterRef(outer)})
    return condition


def is_at_or_above(location: str, other: str, depth: int) -> Q:
    """Condition: the location at the end of one path is that at the end of the other, or is above it.

    Args:
        location: path to a location.
        other: path, from the same model, to another location.
        depth: levels of locations there are below the top: `Context.location_depth`.
    """
    return reduce(or_, (Q(**{location: F(other + "__parent" * level)}) for level in range(depth + 1)))


class JsonText(Func):
    """The value of a key, which may be an expression, in a JSON column, as text. NULL without the key or with null."""

    function = "JSONB_EXTRACT_PATH_TEXT"
    output_field = TextField()

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same for MySQL: its null of JSON becomes NULL as well."""
        column, parameters = compiler.compile(self.source_expressions[0])
        key, key_parameters = compiler.compile(self.source_expressions[1])
        value = f"JSON_EXTRACT({column}, CONCAT('$.\"', {key}, '\"'))"
        both = (*parameters, *key_parameters)
        return f"NULLIF(JSON_UNQUOTE({value}), 'null')", (*both,)


class Seconds(Func):
    """How long it is from one moment to another, in seconds.

    A number, since a sum of durations is nothing that Django can put into a window function of MySQL.
    """

    arity = 2
    output_field = FloatField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The difference of two moments is an interval."""
        template = "EXTRACT(EPOCH FROM -(%(expressions)s))::double precision"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same for MySQL, which knows moments to the microsecond."""
        template = "(TIMESTAMPDIFF(MICROSECOND, %(expressions)s) / 1e6)"
        return self.as_sql(compiler, connection, template=template, **context)


def several_times(rows: QuerySet, value: str, *, of: Any = None) -> QuerySet:
    """Subquery: the values of a column or annotation that several rows have.

    By window functions: in a subquery of IN, MySQL refuses to group by an expression.

    Args:
        rows: the rows.
        value: name of the column or annotation.
        of: column or expression by which rows have to differ to count as several; by default they do.
    """
    group = F(value)
    if of is None:
        return (
            rows.annotate(_times=Window(Count("pk"), partition_by=group)).filter(_times__gt=1).order_by().values(value)
        )
    text = Cast(of, CharField())
    ends = rows.annotate(_first=Window(Min(text), partition_by=group), _last=Window(Max(text), partition_by=group))
    return ends.filter(_first__lt=F("_last")).order_by().values(value)


@contextmanager
def whole_results() -> Iterator[None]:
    """Let PostgreSQL plan the queries of the block for all of their rows.

    It takes a tenth for enough where rows are streamed, through a cursor, and chooses plans that begin at once and
    take a hundred times as long in all (its setting `cursor_tuple_fraction`).
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET cursor_tuple_fraction = 1")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET cursor_tuple_fraction")
