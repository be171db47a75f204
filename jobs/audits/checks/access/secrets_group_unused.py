"""EXTRAS-SECRETSGROUP-002: unused secrets group."""

from __future__ import annotations

from ._unused import Unused


class UnusedSecretsGroup(Unused):
    """Secrets groups that nothing uses."""

    id = "EXTRAS-SECRETSGROUP-002"
    title = "Unused secrets group"
    model = "extras.secretsgroup"
    description = (
        "No device, Git repository, external integration or anything else refers to the secrets group. Its secrets are "
        "credentials that nobody would miss, and that nobody changes. Jobs may name it: look there first."
    )
    remedy = "Assign it, or delete it, and the credentials behind its secrets too."
    bad = '"Lab credentials" is assigned to nothing.'
    good = '"Device credentials" is assigned to one device.'
    ignoring = ("extras.secretsgroupassociation",)
    message = "Nothing uses the secrets group."
