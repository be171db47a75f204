"""USERS-USER-003: many superusers."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._ages import day


class ManySuperusers(Check):
    """All superusers, if there are many."""

    id = "USERS-USER-003"
    title = "One of many superusers"
    severity = Severity.INFO
    model = "users.user"
    description = (
        "The user is an active superuser, and there are more of them than the parameter `most` allows. Superusers pass "
        "by all permissions; most people need a few permissions instead."
    )
    remedy = "Take the superuser status away from those who do not administer Nautobot, and give them permissions."
    tags = ("access",)
    parameters = {"most": Parameter(5, "Number of active superusers that is no reason to ask.")}
    since = "0.1.0"
    bad = "All twelve of the network team are superusers."
    good = "anna, marcus and priya administer Nautobot and are superusers."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active superusers, if there are more than wanted."""
        superusers = get_user_model().objects.filter(is_superuser=True, is_active=True)
        users = objects.annotate(superusers=count(superusers))
        users = users.filter(superusers__gt=self.values["most"], is_superuser=True, is_active=True)
        for row in self.rows(users, "superusers", "last_login"):
            details = {"superusers": str(row["superusers"]), "last login": day(row["last_login"]) or "never"}
            yield self.finding(row, context, "The user is one of many superusers.", details=details)
