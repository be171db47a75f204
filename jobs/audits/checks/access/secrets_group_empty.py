"""EXTRAS-SECRETSGROUP-001: secrets group without secrets."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class EmptySecretsGroup(Check):
    """Secrets groups with nothing in them."""

    id = "EXTRAS-SECRETSGROUP-001"
    title = "Secrets group without secrets"
    severity = Severity.MEDIUM
    model = "extras.secretsgroup"
    description = (
        "There is no secret in the secrets group. Whatever it is assigned to (devices, Git repositories, integrations) "
        "has no credentials, although it looks as if it had."
    )
    remedy = "Add the secrets, or delete the group."
    tags = ("access", "secret")
    since = "0.1.0"
    bad = '"GitHub" is assigned to a repository; its token was deleted.'
    good = '"Device credentials" has a user name and a password.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Groups without secrets."""
        for row in self.rows(objects.filter(secrets_group_associations__isnull=True)):
            yield self.finding(row, context, "There is no secret in the secrets group.")
