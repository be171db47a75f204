"""DCIM-MANUFACTURER-002: which manufacturers have nearly the same name as another."""

from jobs.audits.checks.hygiene import AlikeManufacturers


def test_another_spelling(ask, make):
    make("dcim.manufacturer", name="Core One")
    newer = make("dcim.manufacturer", name="core-ones")
    (finding,) = ask(AlikeManufacturers())
    assert (finding.pk, finding.details) == (str(newer.pk), {"others": "Core One"})


def test_other_names(found, make):
    for name in ("Core One", "Core Two", "CoreOne"):
        make("dcim.manufacturer", name=name)
    assert found(AlikeManufacturers()) == []
