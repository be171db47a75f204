"""EXTRAS-GIT-001: which addresses contain credentials."""

import pytest

from jobs.audits.checks.access import GitCredentials


@pytest.fixture
def at(lab):
    """A function that makes a Git repository with that address."""
    from nautobot.extras.models import GitRepository

    def run(url):
        GitRepository.objects.all().delete()
        GitRepository.objects.bulk_create([GitRepository(name="one", slug="one", remote_url=url)])

    return run


@pytest.mark.parametrize("credentials", ["user:hunter2", "hunter2", "user:", "u%40x:hunter2"])
def test_credentials(ask, at, credentials):
    at(f"HTTPS://{credentials}@git.example.com:8443/hunter2.git")
    (finding,) = ask(GitCredentials())
    assert (finding.display, finding.details) == ("one", {"host": "git.example.com"})
    assert "hunter2" not in finding.message


@pytest.mark.parametrize("rest", ["git.example.com/a.git", "git.example.com/a@b.git", "git.example.com?to=a@b"])
def test_no_credentials(found, at, rest):
    at(f"https://{rest}")
    assert found(GitCredentials()) == []
