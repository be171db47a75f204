"""What the checks of unused objects share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class Unused(Check):
    """Objects that nothing refers to. Subclasses say of which model."""

    severity = Severity.LOW
    tags = ("unused",)
    parameters = {"days": Parameter(0, "Objects created less than so many days ago are left alone.")}
    since = "0.1.0"

    ignoring: ClassVar[tuple[str, ...]] = ()

    def candidates(self, objects: QuerySet) -> QuerySet:
        """The objects that should be used."""
        return objects

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Objects that nothing refers to."""
        candidates = self.candidates(objects).filter(unused(objects.model, ignoring=self.ignoring))
        if self.values["days"]:
            latest = timezone.now() - timedelta(days=self.values["days"])
            candidates = candidates.filter(Q(created__lte=latest) | Q(created__isnull=True))
        noun = objects.model._meta.verbose_name
        for row in self.rows(candidates):
            yield self.finding(row, context, f"Nothing uses the {noun}.")
