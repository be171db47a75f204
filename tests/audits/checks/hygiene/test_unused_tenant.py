"""TENANCY-TENANT-001: which tenants own nothing."""

import pytest

from jobs.audits.checks.hygiene import UnusedTenant


@pytest.fixture
def tenant(make):
    return make("tenancy.tenant", name="Research")


def test_owns_nothing(found, tenant):
    assert found(UnusedTenant()) == ["Research"]


def test_owns_a_location(found, lab, tenant):
    lab.force(lab.site, tenant=tenant)
    assert found(UnusedTenant()) == []


def test_owns_a_circuit(found, lab, tenant, circuit):
    lab.force(circuit, tenant=tenant)
    assert found(UnusedTenant()) == []
