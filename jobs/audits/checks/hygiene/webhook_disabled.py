"""EXTRAS-WEBHOOK-001: disabled webhook."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class DisabledWebhook(Check):
    """Webhooks that somebody switched off."""

    id = "EXTRAS-WEBHOOK-001"
    title = "Disabled webhook"
    severity = Severity.INFO
    model = "extras.webhook"
    description = (
        "The webhook is disabled: whoever is behind it hears of nothing. Fine for a while; left like that, nobody "
        "remembers whether it is to come back."
    )
    remedy = "Enable it, or delete it."
    tags = ("automation", "unused")
    since = "0.1.0"
    bad = '"Inventory" was disabled while the inventory was rebuilt.'
    good = '"Monitoring" is enabled.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Webhooks that are not enabled."""
        for row in self.rows(objects.filter(enabled=False)):
            yield self.finding(row, context, "The webhook is disabled.")
