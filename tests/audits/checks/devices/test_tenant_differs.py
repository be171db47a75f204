"""DCIM-DEVICE-011: which devices have another tenant than their location."""

import pytest

from jobs.audits.checks.devices import TenantDiffers


@pytest.fixture
def retail(lab):
    lab.site.tenant = lab.tenant("Retail")
    lab.site.validated_save()
    return lab.site.tenant


def test_policy_is_off():
    assert "same_tenant" in TenantDiffers().idle()
    assert TenantDiffers(same_tenant=True).idle() == ""


def test_tenants(lab, ask, switch, retail):
    switch("same", tenant=retail)
    switch("none")
    switch("other", tenant=lab.tenant("Research"))
    none, other = ask(TenantDiffers(same_tenant=True))
    assert (none.display, none.details) == ("none", {"tenant of the location": "Retail"})
    assert (other.display, other.details) == ("other", {"tenant": "Research", "tenant of the location": "Retail"})


def test_location_without_tenant(lab, found, switch):
    switch("other", tenant=lab.tenant("Research"))
    assert found(TenantDiffers(same_tenant=True)) == []


def test_tenants_that_the_user_may_not_view(ask, switch, retail, limited):
    switch("none")
    (finding,) = ask(TenantDiffers(same_tenant=True), limited("none"))
    assert finding.details == {}
