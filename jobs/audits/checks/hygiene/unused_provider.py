"""CIRCUITS-PROVIDER-001: provider without circuits."""

from __future__ import annotations

from ._unused import Unused


class UnusedProvider(Unused):
    """Providers of nothing."""

    id = "CIRCUITS-PROVIDER-001"
    title = "Provider without circuits"
    model = "circuits.provider"
    description = "The provider has no circuit and no provider network, and nothing else refers to it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"Global Crossing" has no circuit left.'
    good = '"Lumen" has one circuit, which is only planned.'
