"""EXTRAS-WEBHOOK-004: webhook without TLS or without verification."""

from __future__ import annotations

from ._urls import Unprotected


class WebhookPlain(Unprotected):
    """Webhooks whose traffic others can read or change."""

    id = "EXTRAS-WEBHOOK-004"
    title = "Webhook without TLS or without verification"
    model = "extras.webhook"
    description = (
        "The URL of the webhook begins with http://, and is not that of the same machine; or it begins with https:// "
        "and SSL verification is off. Webhooks that are disabled are left alone. Whoever is between reads what is sent, "
        "headers with tokens included."
    )
    remedy = "Use https:// and verify; give the CA file if the certificate is of an own authority."
    bad = 'The webhook "Inventory" has http://inventory.example.com/.'
    good = 'The webhook "Inventory" has https://inventory.example.com/; another one goes to a sidecar at http://localhost:8080/.'
    column = "payload_url"
    verified = "ssl_verification"
    enabled = "enabled"
