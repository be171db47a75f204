"""TENANCY-TENANT-001: tenant without objects."""

from __future__ import annotations

from ._unused import Unused


class UnusedTenant(Unused):
    """Tenants that own nothing."""

    id = "TENANCY-TENANT-001"
    title = "Tenant without objects"
    model = "tenancy.tenant"
    description = "No object of any model belongs to the tenant, and no config context asks for it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"Former Subsidiary" was sold, and nothing is left of it.'
    good = '"Research" has one location and no device.'
