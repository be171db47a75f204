"""EXTRAS-GIT-002: which addresses are reached without TLS."""

import pytest

from jobs.audits.checks.access import GitPlain


@pytest.fixture
def at(lab):
    """A function that makes a Git repository with that address."""
    from nautobot.extras.models import GitRepository

    def run(url):
        GitRepository.objects.all().delete()
        GitRepository.objects.bulk_create([GitRepository(name="one", slug="one", remote_url=url)])

    return run


def test_plain(ask, at):
    at("http://git.example.com/hunter2.git")
    (finding,) = ask(GitPlain())
    assert (finding.key, finding.details) == ("http", {"host": "git.example.com"})


@pytest.mark.parametrize(
    "url", ["https://git.example.com/a.git", "http://localhost:8080/a", "http://127.0.0.1/a", "http://[::1]/a"]
)
def test_protected_or_local(found, at, url):
    at(url)
    assert found(GitPlain()) == []


def test_a_name_that_begins_like_a_local_one(found, at):
    at("http://localhost.example.com/a")
    assert found(GitPlain()) == ["one"]
