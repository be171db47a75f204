"""What the checks of names that are alike share."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, CharField, Expression, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import Left, Length, Lower, Replace, RowNumber, Trim

from ....toolkit.access import visible
from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class Alike(Check):
    """Objects with a name that an older one has in another spelling. Subclasses say of which model."""

    severity = Severity.MEDIUM
    remedy = "Move the objects that use the one to the other, and delete the one."
    tags = ("naming",)
    since = "0.1.0"

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """The newer ones of each spelling."""
        place = Window(RowNumber(), partition_by="folded", order_by=("created", "pk"))
        later = _folded(objects.model._default_manager.order_by()).annotate(place=place).filter(place__gt=1)
        newer = _folded(objects).filter(pk__in=later.values("pk"))
        named = _folded(visible(context.user, objects.model).order_by()).filter(folded=OuterRef("folded"))
        named = named.exclude(pk=OuterRef("pk"))
        for row in self.rows(newer.annotate(alike=collect(named, "name")), "alike"):
            yield self.finding(
                row,
                context,
                f"Another {objects.model._meta.verbose_name} has the same name but for case, spaces, hyphens or a plural.",
                details={"others": ", ".join(sorted(row["alike"] or ()))},
            )


def _folded(objects: QuerySet) -> QuerySet:
    """With `folded`: the name in lower case, separators as single spaces, a plural s cut off."""
    name: Expression = Lower("name")
    for separator in "-_\t":
        name = Replace(name, Value(separator), Value(" "))
    for _ in range(3):
        name = Replace(name, Value("  "), Value(" "))
    objects = objects.annotate(spelled=Trim(name))
    plural = Case(
        *(
            When(spelled__endswith=ending, then=Left("spelled", Length("spelled") - 2))
            for ending in ("ches", "shes", "sses", "xes")
        ),
        When(Q(spelled__endswith="s") & ~Q(spelled__endswith="ss"), then=Left("spelled", Length("spelled") - 1)),
        default=F("spelled"),
        output_field=CharField(),
    )
    return objects.annotate(folded=plural)
