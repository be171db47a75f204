"""EXTRAS-WEBHOOK-001: which webhooks are disabled."""

from jobs.audits.checks.hygiene import DisabledWebhook


def test_disabled(found, make):
    values = {"type_create": True, "payload_url": "https://example.com", "http_method": "POST"}
    make("extras.webhook", name="off", enabled=False, **values)
    make("extras.webhook", name="on", **values)
    assert found(DisabledWebhook()) == ["off"]
