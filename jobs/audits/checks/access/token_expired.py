"""USERS-TOKEN-003: expired token."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._ages import ago, day


class ExpiredToken(Check):
    """Tokens that expired long ago."""

    id = "USERS-TOKEN-003"
    title = "Expired token"
    severity = Severity.LOW
    model = "users.token"
    description = (
        "The API token expired longer ago than the parameter `days`. It opens nothing, until somebody moves the expiry; "
        "left over, it hides the tokens that matter."
    )
    remedy = "Delete it."
    tags = ("access", "token", "unused")
    parameters = {"days": Parameter(30, "Tokens that expired more recently are left alone.")}
    since = "0.1.0"
    bad = 'The token "migration" of anna expired last year.'
    good = 'The token "import" of anna expired yesterday.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Tokens that expired long ago."""
        for row in self.rows(objects.filter(expires__lt=ago(self.values["days"])), "expires"):
            yield self.finding(row, context, "The token has expired.", details={"expired": day(row["expires"])})
