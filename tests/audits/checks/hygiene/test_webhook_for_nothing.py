"""EXTRAS-WEBHOOK-002: which webhooks are never called."""

import pytest

from jobs.audits.checks.hygiene import WebhookForNothing


@pytest.fixture
def webhook(make):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Rack

    webhook = make(
        "extras.webhook", name="hook", type_create=True, payload_url="https://example.com", http_method="POST"
    )
    webhook.content_types.set(ContentType.objects.get_for_models(Device, Rack).values())
    return webhook


def test_right(found, webhook):
    assert found(WebhookForNothing()) == []


def test_no_object_types(ask, webhook):
    webhook.content_types.clear()
    assert [finding.key for finding in ask(WebhookForNothing())] == ["content_types"]


def test_no_action(lab, ask, webhook):
    lab.force(webhook, type_create=False)
    assert [finding.key for finding in ask(WebhookForNothing())] == ["actions"]


def test_disabled(lab, found, webhook):
    lab.force(webhook, type_create=False, enabled=False)
    assert found(WebhookForNothing()) == []
