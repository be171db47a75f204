"""EXTRAS-RELATIONSHIP-001: which relationships relate nothing."""

import pytest

from jobs.audits.checks.hygiene import UnusedPlatform, UnusedRelationship


@pytest.fixture
def relationship(make):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Platform

    device, platform = (ContentType.objects.get_for_model(model) for model in (Device, Platform))
    return make(
        "extras.relationship",
        label="Runs also",
        key="runs_also",
        type="many-to-many",
        source_type=device,
        destination_type=platform,
    )


def test_relates_nothing(ask, relationship):
    (finding,) = ask(UnusedRelationship())
    assert (finding.display, finding.pk) == ("Runs also", str(relationship.pk))


def test_relates_something_which_is_used_by_that(found, make, relationship, switch):
    platform = make("dcim.platform", name="IOS")
    assert found(UnusedPlatform()) == ["IOS"]
    make("extras.relationshipassociation", relationship=relationship, source=switch, destination=platform)
    assert found(UnusedRelationship()) == []
    assert found(UnusedPlatform()) == []
