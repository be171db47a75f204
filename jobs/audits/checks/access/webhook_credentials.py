"""EXTRAS-WEBHOOK-003: credentials in the address of a webhook."""

from __future__ import annotations

from ._urls import CredentialsInURL


class WebhookCredentials(CredentialsInURL):
    """Webhooks with a password in their address."""

    id = "EXTRAS-WEBHOOK-003"
    title = "Credentials in the address of a webhook"
    model = "extras.webhook"
    description = (
        "The URL of the webhook has a user name, password or token before its host. Everybody who may view the webhook "
        "sees it, and so does every change log, export and backup."
    )
    remedy = "Change the password or token; have the receiver verify the signature that the webhook's secret makes."
    bad = 'The webhook "Inventory" has https://user:password@inventory.example.com/.'
    good = 'The webhook "Inventory" has https://inventory.example.com/hook and a secret that signs what is sent.'
    column = "payload_url"
