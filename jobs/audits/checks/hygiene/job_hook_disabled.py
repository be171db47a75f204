"""EXTRAS-JOBHOOK-001: disabled job hook."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class DisabledJobHook(Check):
    """Job hooks that somebody switched off."""

    id = "EXTRAS-JOBHOOK-001"
    title = "Disabled job hook"
    severity = Severity.INFO
    model = "extras.jobhook"
    description = (
        "The job hook is disabled: nothing runs when objects change. Fine for a while; left like that, nobody remembers "
        "whether it is to come back."
    )
    remedy = "Enable it, or delete it."
    tags = ("automation", "unused")
    since = "0.1.0"
    bad = '"Check new cables" was disabled during an import.'
    good = '"Check new devices" is enabled.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Job hooks that are not enabled."""
        for row in self.rows(objects.filter(enabled=False)):
            yield self.finding(row, context, "The job hook is disabled.")
