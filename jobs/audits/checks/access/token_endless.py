"""USERS-TOKEN-001: token that never expires."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._ages import ago, day


class EndlessToken(Check):
    """Tokens that are valid for ever."""

    id = "USERS-TOKEN-001"
    title = "Token that never expires"
    severity = Severity.MEDIUM
    model = "users.token"
    description = (
        "The API token has no expiry, is older than the parameter `days`, and belongs to an active user. Nautobot does "
        "not record when a token was last used, so its age is all there is to go by. Whoever finds it in an old script "
        "may do what its user may do."
    )
    remedy = "Make a new token with an expiry, replace the old one where it is used, and delete it."
    tags = ("access", "token")
    parameters = {"days": Parameter(90, "Tokens younger than this are left alone.")}
    since = "0.1.0"
    bad = 'The token "backup script" of svc-backup was made two years ago and has no expiry.'
    good = 'The token "migration" of anna was made last week; that of svc-monitoring expires in June.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Old tokens without an expiry."""
        tokens = objects.filter(expires__isnull=True, created__lt=ago(self.values["days"]), user__is_active=True)
        for row in self.rows(tokens, "created", "write_enabled"):
            details = {"created": day(row["created"]), "may": "write" if row["write_enabled"] else "read"}
            yield self.finding(row, context, "The token never expires.", details=details)
