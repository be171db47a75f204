"""USERS-USER-001: dormant superuser."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._ages import ago, day


class DormantSuperuser(Check):
    """Superusers who have not been seen for long."""

    id = "USERS-USER-001"
    title = "Dormant superuser"
    severity = Severity.HIGH
    model = "users.user"
    description = (
        "The user is an active superuser, and last logged in longer ago than the parameter `days`; or never did, and was "
        "made longer ago than that. Logins are what Nautobot records: a user who only uses the API counts as dormant, "
        "and should not be a superuser. An account that may do everything and that nobody misses is the first that is "
        "taken over."
    )
    remedy = "Deactivate the user, or take the superuser status away and give the permissions that are needed."
    tags = ("access",)
    parameters = {"days": Parameter(90, "Days without a login.")}
    since = "0.1.0"
    bad = 'The superuser "admin" of the installation last logged in two years ago.'
    good = "anna is a superuser and logged in last week; marcus did not, but is inactive."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active superusers by their last login."""
        before = ago(self.values["days"])
        dormant = Q(last_login__lt=before) | Q(last_login__isnull=True, date_joined__lt=before)
        for row in self.rows(objects.filter(dormant, is_superuser=True, is_active=True), "last_login", "date_joined"):
            details = {"last login": day(row["last_login"]) or "never", "made": day(row["date_joined"])}
            yield self.finding(row, context, "The superuser has not logged in for long.", details=details)
