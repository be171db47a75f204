"""TENANCY-TENANTGROUP-001: which tenant groups have no tenant."""

from jobs.audits.checks.hygiene import UnusedTenantGroup


def test_no_tenant(found, make):
    make("tenancy.tenantgroup", name="empty")
    assert found(UnusedTenantGroup()) == ["empty"]


def test_a_tenant_and_the_group_above(found, make):
    top = make("tenancy.tenantgroup", name="top")
    make("tenancy.tenant", name="Research", tenant_group=make("tenancy.tenantgroup", name="below", parent=top))
    assert found(UnusedTenantGroup()) == []
