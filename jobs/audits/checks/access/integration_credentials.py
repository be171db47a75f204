"""EXTRAS-INTEGRATION-002: credentials in the address of an external integration."""

from __future__ import annotations

from ._urls import CredentialsInURL


class IntegrationCredentials(CredentialsInURL):
    """External integrations with a password in their address."""

    id = "EXTRAS-INTEGRATION-002"
    title = "Credentials in the address of an external integration"
    model = "extras.externalintegration"
    description = (
        "The remote URL of the external integration has a user name, password or token before its host. Everybody who "
        "may view the external integration sees it, and so does every change log, export and backup."
    )
    remedy = (
        "Change the password or token; put the new one into a secret, that into a secrets group, and assign it to "
        "the integration."
    )
    bad = 'The external integration "Controller" has https://user:password@controller.example.com/.'
    good = 'The external integration "Controller" has https://controller.example.com/api with a secrets group.'
    column = "remote_url"
