"""USERS-TOKEN-004: token of an inactive user."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._ages import day


class TokenOfInactiveUser(Check):
    """Tokens of users who are gone."""

    id = "USERS-TOKEN-004"
    title = "Token of an inactive user"
    severity = Severity.MEDIUM
    model = "users.token"
    description = (
        "The API token has not expired, and its user is inactive. Nautobot refuses it, until somebody activates the user "
        "again, or a login by SSO does; then the token works as before."
    )
    remedy = "Delete it."
    tags = ("access", "token")
    since = "0.1.0"
    bad = "marcus left and was deactivated; his token has no expiry."
    good = "priya left and was deactivated; her token has expired."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Tokens without expiry, or still valid, of users who are not active."""
        valid = Q(expires__isnull=True) | Q(expires__gt=timezone.now())
        for row in self.rows(objects.filter(valid, user__is_active=False), "created"):
            details = {"created": day(row["created"])}
            yield self.finding(row, context, "The user of the token is inactive.", details=details)
