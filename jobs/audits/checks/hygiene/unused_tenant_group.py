"""TENANCY-TENANTGROUP-001: tenant group without tenants."""

from __future__ import annotations

from ._unused import Unused


class UnusedTenantGroup(Unused):
    """Tenant groups that group nothing."""

    id = "TENANCY-TENANTGROUP-001"
    title = "Tenant group without tenants"
    model = "tenancy.tenantgroup"
    description = "There is no tenant and no other group in the group, and no config context asks for it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The group "Partners" has no tenants.'
    good = 'The group "Customers" has no tenants of its own, but groups below it that do.'
