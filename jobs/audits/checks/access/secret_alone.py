"""EXTRAS-SECRET-001: secret in no group."""

from __future__ import annotations

from ....toolkit.findings import Severity
from ._unused import Unused


class SecretInNoGroup(Unused):
    """Secrets that nothing can use."""

    id = "EXTRAS-SECRET-001"
    title = "Secret in no group"
    severity = Severity.LOW
    model = "extras.secret"
    description = (
        "The secret is in no secrets group, and nothing else refers to it. Devices, Git repositories and integrations "
        "get at secrets through groups only, so nothing can use it, except a Job that names it."
    )
    remedy = "Put it into a secrets group, or delete it, and the credential behind it too."
    bad = '"Old TACACS password" is in no group.'
    good = '"Device password" is in the group "Device credentials".'
    message = "The secret is in no secrets group."
