"""TENANCY-TENANT-002: which tenants have nearly the same name as another."""

from jobs.audits.checks.hygiene import AlikeTenants


def test_another_spelling(ask, make):
    make("tenancy.tenant", name="Core One")
    newer = make("tenancy.tenant", name="core-ones")
    (finding,) = ask(AlikeTenants())
    assert (finding.pk, finding.details) == (str(newer.pk), {"others": "Core One"})


def test_other_names(found, make):
    for name in ("Core One", "Core Two", "CoreOne"):
        make("tenancy.tenant", name=name)
    assert found(AlikeTenants()) == []
