"""EXTRAS-INTEGRATION-001: which addresses are reached without TLS."""

import pytest

from jobs.audits.checks.access import IntegrationPlain


@pytest.fixture
def at(lab):
    """A function that makes an external integration with that address."""
    from nautobot.extras.models import ExternalIntegration

    def run(url, **values):
        ExternalIntegration.objects.all().delete()
        ExternalIntegration.objects.bulk_create([ExternalIntegration(name="one", remote_url=url, **values)])

    return run


def test_plain(ask, at):
    at("http://git.example.com/hunter2.git")
    (finding,) = ask(IntegrationPlain())
    assert (finding.key, finding.details) == ("http", {"host": "git.example.com"})


@pytest.mark.parametrize(
    "url", ["https://git.example.com/a.git", "http://localhost:8080/a", "http://127.0.0.1/a", "http://[::1]/a"]
)
def test_protected_or_local(found, at, url):
    at(url)
    assert found(IntegrationPlain()) == []


def test_a_name_that_begins_like_a_local_one(found, at):
    at("http://localhost.example.com/a")
    assert found(IntegrationPlain()) == ["one"]


def test_not_verified(ask, at):
    at("https://git.example.com/", verify_ssl=False)
    assert [finding.key for finding in ask(IntegrationPlain())] == ["verification"]
