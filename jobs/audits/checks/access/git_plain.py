"""EXTRAS-GIT-002: Git repository without TLS or without verification."""

from __future__ import annotations

from ....toolkit.findings import Severity
from ._urls import Unprotected


class GitPlain(Unprotected):
    """Git repositories whose traffic others can read or change."""

    id = "EXTRAS-GIT-002"
    title = "Git repository without TLS"
    severity = Severity.HIGH
    model = "extras.gitrepository"
    description = (
        "The remote URL of the Git repository begins with http://, and is not that of the same machine. Whoever is "
        "between can change what is fetched, Jobs included, which Nautobot then runs."
    )
    remedy = "Use https://."
    bad = 'The Git repository "jobs" has http://git.example.com/.'
    good = 'The Git repository "jobs" has https://git.example.com/; another one goes to a sidecar at http://localhost:8080/.'
    column = "remote_url"
