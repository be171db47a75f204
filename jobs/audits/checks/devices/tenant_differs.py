"""DCIM-DEVICE-011: another tenant than the location."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from nautobot.tenancy.models import Tenant

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity


class TenantDiffers(DeviceCheck):
    """Devices of one tenant in the location of another."""

    id = "DCIM-DEVICE-011"
    title = "Another tenant than the location"
    severity = Severity.LOW
    description = (
        "The location of the device has a tenant, and the device has none or another one. Only asked where the "
        "parameter says that locations belong to one tenant: in shared data centres tenants differ by design."
    )
    remedy = "Correct the tenant of the device, or that of the location."
    tags = ("tenant", "policy")
    parameters = {
        "same_tenant": Parameter(False, "Whether all that is in a location belongs to the location's tenant.")
    }
    since = "0.1.0"
    bad = "PAR01 belongs to Retail, and par01-acc-01 to Research."
    good = "PAR01 belongs to nobody, and par01-acc-01 to Retail."
    policy = {"same_tenant": True}

    def idle(self) -> str:
        return "" if self.values["same_tenant"] else "Locations may be shared by tenants (parameter same_tenant)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        visible = Tenant.objects.restrict(context.user, "view").order_by()
        devices = objects.filter(
            Q(tenant=None) | ~Q(tenant=F("location__tenant")), location__tenant__isnull=False
        ).annotate(
            owner=Subquery(visible.filter(pk=OuterRef("tenant")).values("name")),
            landlord=Subquery(visible.filter(pk=OuterRef("location__tenant")).values("name")),
        )
        for row in self.rows(devices, "tenant", "owner", "landlord"):
            has = "another tenant than" if row["tenant"] else "no tenant, unlike"
            yield self.finding(
                row,
                context,
                f"The device has {has} its location.",
                details={"tenant": row["owner"], "tenant of the location": row["landlord"]},
            )
