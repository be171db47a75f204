"""TENANCY-TENANT-002: tenants with the same name."""

from __future__ import annotations

from ._alike import Alike


class AlikeTenants(Alike):
    """Tenants that are meant to be one."""

    id = "TENANCY-TENANT-002"
    title = "Tenant with nearly the same name as another"
    model = "tenancy.tenant"
    description = (
        "The name is that of another tenant but for upper and lower case, spaces, hyphens, underscores or a plural s. "
        "Reported on all but the oldest. Half of the objects have one, half the other, and each filter finds half."
    )
    bad = '"Corporate IT" and "corporate it" are two tenants.'
    good = '"Retail" and "Retail Europe" are two tenants.'
