"""DCIM-PLATFORM-002: which platforms have nearly the same name as another."""

from jobs.audits.checks.hygiene import AlikePlatforms


def test_another_spelling(ask, make):
    make("dcim.platform", name="Core One")
    newer = make("dcim.platform", name="core-ones")
    (finding,) = ask(AlikePlatforms())
    assert (finding.pk, finding.details) == (str(newer.pk), {"others": "Core One"})


def test_other_names(found, make):
    for name in ("Core One", "Core Two", "CoreOne"):
        make("dcim.platform", name=name)
    assert found(AlikePlatforms()) == []
