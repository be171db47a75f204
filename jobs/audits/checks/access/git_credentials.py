"""EXTRAS-GIT-001: credentials in the address of a Git repository."""

from __future__ import annotations

from ._urls import CredentialsInURL


class GitCredentials(CredentialsInURL):
    """Git repositories with a password in their address."""

    id = "EXTRAS-GIT-001"
    title = "Credentials in the address of a Git repository"
    model = "extras.gitrepository"
    description = (
        "The remote URL of the Git repository has a user name, password or token before its host. Everybody who may "
        "view the Git repository sees it, and so does every change log, export and backup."
    )
    remedy = (
        "Change the password or token; put the new one into a secret, that into a secrets group, and assign it to "
        "the repository."
    )
    bad = 'The Git repository "jobs" has https://user:password@git.example.com/.'
    good = 'The Git repository "jobs" has https://git.example.com/jobs.git with a secrets group.'
    column = "remote_url"
