"""EXTRAS-ROLE-002: which roles have nearly the same name as another."""

from jobs.audits.checks.hygiene import AlikeRoles


def test_another_spelling(ask, make):
    make("extras.role", name="Core One")
    newer = make("extras.role", name="core-ones")
    (finding,) = ask(AlikeRoles())
    assert (finding.pk, finding.details) == (str(newer.pk), {"others": "Core One"})


def test_other_names(found, make):
    for name in ("Core One", "Core Two", "CoreOne"):
        make("extras.role", name=name)
    assert found(AlikeRoles()) == []
