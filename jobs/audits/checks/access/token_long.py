"""USERS-TOKEN-002: writing token that is valid for very long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._ages import day


class LongToken(Check):
    """Tokens that may write, and expire only in years."""

    id = "USERS-TOKEN-002"
    title = "Writing token that is valid for very long"
    severity = Severity.LOW
    model = "users.token"
    description = (
        "The API token may write, is still valid, belongs to an active user, and expires more than the parameter `days` "
        "after it was made. An expiry that nobody will see is none. Tokens without any are another check "
        "(USERS-TOKEN-001)."
    )
    remedy = "Replace it by one that expires sooner, or by one that may only read if that is enough."
    tags = ("access", "token")
    parameters = {"days": Parameter(400, "Longest time for which a token that may write should be valid.")}
    since = "0.1.0"
    bad = "The token of svc-deploy, made this year, expires in 2099."
    good = "The token of svc-deploy is valid for a year; that of svc-monitoring until 2099, but it may only read."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Valid tokens that may write, by the time between creation and expiry."""
        longest = timedelta(days=self.values["days"])
        tokens = objects.filter(
            expires__gt=timezone.now(),
            expires__gte=F("created") + longest,
            write_enabled=True,
            user__is_active=True,
        )
        for row in self.rows(tokens, "created", "expires"):
            details = {"created": day(row["created"]), "expires": day(row["expires"])}
            yield self.finding(row, context, "The token may write and is valid for very long.", details=details)
