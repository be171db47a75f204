"""EXTRAS-WEBHOOK-002: webhook without object types."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth


class WebhookForNothing(Check):
    """Webhooks that are enabled and never called."""

    id = "EXTRAS-WEBHOOK-002"
    title = "Webhook that is never called"
    severity = Severity.MEDIUM
    model = "extras.webhook"
    description = (
        "The webhook is enabled, but has no object types, or is for neither creating, updating nor deleting. Nautobot's "
        "form requires both; the API of some versions and code do not. Whoever is behind it waits for nothing."
    )
    remedy = "Select object types and actions, or delete it."
    tags = ("automation",)
    since = "0.1.0"
    bad = '"Inventory" is for creating and updating, but no object type is selected.'
    good = '"Monitoring" is for updating devices.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Webhooks without object types or actions."""
        no_action = Q(type_create=False, type_update=False, type_delete=False)
        rows = objects.filter(Q(content_types__isnull=True) | no_action, enabled=True).annotate(
            no_types=truth(Q(content_types__isnull=True)), no_action=truth(no_action)
        )
        for row in self.rows(rows.distinct(), "no_types", "no_action"):
            if row["no_types"]:
                yield self.finding(row, context, "The webhook has no object types.", key="content_types")
            if row["no_action"]:
                yield self.finding(row, context, "The webhook is for no action.", key="actions")
