"""What the checks of unused objects share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class Unused(Check):
    """Objects that nothing refers to. Subclasses say of which model."""

    severity = Severity.LOW
    tags = ("access", "secret", "unused")
    since = "0.1.0"

    ignoring: ClassVar[tuple[str, ...]] = ()
    message: ClassVar[str]

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Objects that nothing refers to."""
        for row in self.rows(objects.filter(unused(objects.model, ignoring=self.ignoring))):
            yield self.finding(row, context, self.message)
