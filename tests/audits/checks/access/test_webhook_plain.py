"""EXTRAS-WEBHOOK-004: which addresses are reached without TLS."""

import pytest

from jobs.audits.checks.access import WebhookPlain


@pytest.fixture
def at(lab):
    """A function that makes a webhook with that address."""
    from nautobot.extras.models import Webhook

    def run(url, **values):
        Webhook.objects.all().delete()
        Webhook.objects.bulk_create([Webhook(name="one", payload_url=url, type_create=True, **values)])

    return run


def test_plain(ask, at):
    at("http://git.example.com/hunter2.git")
    (finding,) = ask(WebhookPlain())
    assert (finding.key, finding.details) == ("http", {"host": "git.example.com"})


@pytest.mark.parametrize(
    "url", ["https://git.example.com/a.git", "http://localhost:8080/a", "http://127.0.0.1/a", "http://[::1]/a"]
)
def test_protected_or_local(found, at, url):
    at(url)
    assert found(WebhookPlain()) == []


def test_a_name_that_begins_like_a_local_one(found, at):
    at("http://localhost.example.com/a")
    assert found(WebhookPlain()) == ["one"]


def test_not_verified(ask, at):
    at("https://git.example.com/", ssl_verification=False)
    assert [finding.key for finding in ask(WebhookPlain())] == ["verification"]


def test_disabled(found, at):
    at("http://git.example.com/", enabled=False)
    assert found(WebhookPlain()) == []
