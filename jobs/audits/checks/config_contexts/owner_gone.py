"""EXTRAS-CONTEXT-009: config context of a Git repository that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.extras.models import GitRepository

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class OwnerGone(Check):
    """Config contexts that no repository updates any more."""

    id = "EXTRAS-CONTEXT-009"
    title = "Config context of a Git repository that is gone"
    severity = Severity.MEDIUM
    model = "extras.configcontext"
    description = (
        "The config context belongs to a Git repository that no longer exists in Nautobot. Nautobot deletes such "
        "contexts with the repository; one deleted past it leaves them behind. They still apply, nothing updates them, "
        "and the user interface does not let anybody edit them."
    )
    remedy = "Delete the context, or add the repository again and synchronise it."
    tags = ("config-context", "git")
    since = "0.1.0"
    bad = '"ntp" belongs to a repository that was deleted in the database.'
    good = '"dns" belongs to the repository "contexts"; "Base services" belongs to none.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Contexts owned by a repository that is not there."""
        repositories = GitRepository.objects.filter(pk=OuterRef("owner_object_id")).order_by()
        orphans = objects.filter(
            ~Exists(repositories),
            owner_content_type__app_label="extras",
            owner_content_type__model="gitrepository",
            owner_object_id__isnull=False,
        )
        for row in self.rows(orphans):
            yield self.finding(row, context, "The Git repository that the config context belongs to is gone.")
