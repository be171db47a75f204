"""EXTRAS-INTEGRATION-002: which addresses contain credentials."""

import pytest

from jobs.audits.checks.access import IntegrationCredentials


@pytest.fixture
def at(lab):
    """A function that makes an external integration with that address."""
    from nautobot.extras.models import ExternalIntegration

    def run(url, **values):
        ExternalIntegration.objects.all().delete()
        ExternalIntegration.objects.bulk_create([ExternalIntegration(name="one", remote_url=url, **values)])

    return run


@pytest.mark.parametrize("credentials", ["user:hunter2", "hunter2", "user:", "u%40x:hunter2"])
def test_credentials(ask, at, credentials):
    at(f"HTTPS://{credentials}@git.example.com:8443/hunter2.git")
    (finding,) = ask(IntegrationCredentials())
    assert (finding.display, finding.details) == ("one", {"host": "git.example.com"})
    assert "hunter2" not in finding.message


@pytest.mark.parametrize("rest", ["git.example.com/a.git", "git.example.com/a@b.git", "git.example.com?to=a@b"])
def test_no_credentials(found, at, rest):
    at(f"https://{rest}")
    assert found(IntegrationCredentials()) == []
