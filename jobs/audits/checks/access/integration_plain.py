"""EXTRAS-INTEGRATION-001: external integration without TLS or without verification."""

from __future__ import annotations

from ._urls import Unprotected


class IntegrationPlain(Unprotected):
    """External integrations whose traffic others can read or change."""

    id = "EXTRAS-INTEGRATION-001"
    title = "External integration without TLS or without verification"
    model = "extras.externalintegration"
    description = (
        "The remote URL of the external integration begins with http://, and is not that of the same machine; or it "
        "begins with https:// and SSL verification is off. Whoever is between reads the credentials that are sent."
    )
    remedy = "Use https:// and verify; give the CA file if the certificate is of an own authority."
    bad = 'The external integration "Controller" has http://controller.example.com/.'
    good = 'The external integration "Controller" has https://controller.example.com/; another one goes to a sidecar at http://localhost:8080/.'
    column = "remote_url"
    verified = "verify_ssl"
