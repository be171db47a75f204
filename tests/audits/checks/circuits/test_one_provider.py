"""CIRCUITS-LOCATION-001: which locations one provider can cut off."""

import pytest

from jobs.audits.checks.circuits import OneProvider

SITES = {"location_types": ("Site",)}


def connect(lab, *circuits, at=None, status="Active"):
    for provider, cid in circuits:
        lab.termination(lab.circuit(cid, provider=provider, status=status), "A", at or lab.site)


def test_one_provider(lab, ask):
    connect(lab, ("Lumen", "1"), ("Lumen", "2"))
    (finding,) = ask(OneProvider(**SITES))
    assert (finding.pk, finding.display) == (str(lab.site.pk), "AMS01")
    assert finding.message == "The location has one provider only."
    assert finding.details == {"providers": "Lumen"}


def test_none(lab, ask):
    (finding,) = ask(OneProvider(**SITES))
    assert finding.message == "The location has no provider."


def test_two_providers(lab, found):
    connect(lab, ("Lumen", "1"), ("NTT", "2"))
    assert found(OneProvider(**SITES)) == []


def test_two_circuits(lab, found):
    connect(lab, ("Lumen", "1"), ("Lumen", "2"))
    assert found(OneProvider(distinct="circuit", **SITES)) == []


def test_circuits_out_of_use(lab, found):
    connect(lab, ("Lumen", "1"))
    connect(lab, ("NTT", "2"), status="Planned")
    assert found(OneProvider(**SITES)) == ["AMS01"]


def test_circuits_in_locations_below(lab, found):
    connect(lab, ("Lumen", "1"), at=lab.site)
    connect(lab, ("NTT", "2"), at=lab.location("LON01"))
    assert found(OneProvider(location_types=("Region",))) == []
    assert found(OneProvider(**SITES)) == ["AMS01", "LON01"]


def test_types_that_count(lab, found):
    connect(lab, ("Lumen", "1"), ("NTT", "2"))
    assert found(OneProvider(circuit_types=("MPLS",), **SITES)) == ["AMS01"]


def test_tags(lab, found):
    from nautobot.extras.models import Tag

    tag = Tag(name="critical")
    tag.validated_save()
    lab.location("LON01")
    lab.site.tags.add(tag)
    assert found(OneProvider(location_tags=("critical",))) == ["AMS01"]


def test_planned_locations(lab, found):
    lab.force(lab.site, status=lab.status("Planned"))
    assert found(OneProvider(**SITES)) == []


def test_idle_without_policy():
    assert OneProvider().idle()
    assert not OneProvider(**SITES).idle()


def test_unknown_kind(ask):
    with pytest.raises(ValueError, match="router"):
        ask(OneProvider(distinct="router", **SITES))


@pytest.mark.parametrize("allowed", ["circuits.view_circuittermination", "circuits.view_provider"])
def test_providers_that_the_user_may_not_view_are_not_named(lab, ask, make_user, allowed):
    connect(lab, ("Lumen", "1"))
    user = make_user("limited", {"dcim.view_location": None, allowed: None})
    (finding,) = ask(OneProvider(**SITES), user)
    assert finding.details == {}
