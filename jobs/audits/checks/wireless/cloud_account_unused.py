"""CLOUD-ACCOUNT-001: cloud account with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class CloudAccountUnused(Check):
    """Cloud accounts that are empty."""

    id = "CLOUD-ACCOUNT-001"
    title = "Cloud account with nothing in it"
    severity = Severity.LOW
    model = "cloud.cloudaccount"
    description = (
        "There is no cloud network and no cloud service in the cloud account, and nothing else refers to it. Either "
        "it was closed, or what is there is missing in Nautobot; accounts cost money as long as something runs in "
        "them."
    )
    remedy = "Record what is there, or delete the account."
    tags = ("cloud", "unused")
    since = "0.1.0"
    bad = "The account 1234 is recorded, and nothing in it."
    good = "The account 5678 has one network."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Accounts that nothing refers to."""
        for row in self.rows(objects.filter(unused(objects.model))):
            yield self.finding(row, context, "There is nothing in the cloud account.")
