"""EXTRAS-GIT-003: Git repository behind its remote."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.extras.models import GitRepository

from ....toolkit.access import RefusalError
from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.remotes import Remote, is_commit


class GitBehind(Check):
    """Git repositories whose remote has other commits than Nautobot."""

    id = "EXTRAS-GIT-003"
    title = "Git repository behind its remote"
    severity = Severity.MEDIUM
    model = "extras.gitrepository"
    description = (
        "The branch or tag of the Git repository is at another commit at the remote than Nautobot was at the last sync, or "
        "the remote does not answer within the parameter `seconds`. The remote is asked with the credentials of the "
        "repository's secrets group, and only if the parameter `ask` is true, as it is with *Ask Git remotes*: it costs a "
        "connection for each repository. Nothing is fetched."
    )
    remedy = "Sync the repository, after a preview of what that does; or mend its URL, branch or credentials."
    tags = ("automation", "git")
    parameters = {
        "ask": Parameter(False, "Whether remotes are asked."),
        "seconds": Parameter(10, "So long a remote has to answer."),
    }
    since = "0.2.0"
    bad = 'The remote of "jobs" has a fix since Monday; Nautobot was synced on Friday.'
    good = '"golden-config" is at the commit that its remote has; "tools" is pinned to a commit.'
    policy = {"ask": True}

    def idle(self) -> str:
        """Not asked unless somebody wants it."""
        return "" if self.values["ask"] else "Remotes are asked with Ask Git remotes only."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Repositories one after another, each by a question to its remote."""
        rows = {row["pk"]: row for row in self.rows(objects)}
        for repository in GitRepository.objects.filter(pk__in=rows).select_related("secrets_group").order_by("name"):
            row = rows[repository.pk]
            details = {"branch": repository.branch, "here": repository.current_head[:12] or "never synced"}
            try:
                head = Remote(repository, self.values["seconds"]).head(repository.branch)
            except RefusalError as error:
                yield self.finding(
                    row, context, "The remote does not answer.", key="remote", details={"why": str(error)}
                )
                continue
            if not head and is_commit(repository.branch) and repository.current_head.startswith(repository.branch):
                continue  # pinned
            if not head:
                message = "The remote has no such branch or tag."
                yield self.finding(row, context, message, key="branch", details=details)
            elif head != repository.current_head:
                details["remote"] = head[:12]
                yield self.finding(row, context, "The remote has another commit.", key="behind", details=details)
