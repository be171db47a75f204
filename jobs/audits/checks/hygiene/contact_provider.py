"""CIRCUITS-CONTACT-002: provider without contact."""

from __future__ import annotations

from ._contacts import WithoutContact


class ProviderWithoutContact(WithoutContact):
    """Providers whom nobody knows how to reach."""

    id = "CIRCUITS-CONTACT-002"
    title = "Provider without contact"
    model = "circuits.provider"
    description = (
        "Neither a contact nor a team is associated with the provider. Off unless the parameter `required` is set. The "
        "text fields of a provider (NOC contact and so on) do not count: nothing can be looked up or sent by them."
    )
    bad = "Lumen has a telephone number in its NOC contact, and no contact."
    good = 'NTT has the contact "NTT service desk".'
