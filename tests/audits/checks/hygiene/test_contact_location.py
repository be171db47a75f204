"""DCIM-CONTACT-001: which locations have no contact."""

import pytest

from jobs.audits.checks.hygiene import LocationWithoutContact

SITES = LocationWithoutContact(location_types=("Site",))


@pytest.fixture
def associate(lab, make):
    def run(item, **values):
        from nautobot.extras.models import Role

        role, status = Role.objects.get(name="Support"), lab.status("Primary")
        make("extras.contactassociation", associated_object=item, role=role, status=status, **values)

    return run


def test_off_unless_types_are_named():
    assert LocationWithoutContact().idle()
    assert not SITES.idle()


def test_no_contact(found, lab):
    assert found(SITES) == ["AMS01"]


def test_contact(found, lab, make, associate):
    associate(lab.site, contact=make("extras.contact", name="Anna", phone="1"))
    assert found(SITES) == []


def test_team(found, lab, make, associate):
    associate(lab.site, team=make("extras.team", name="NOC", phone="1"))
    assert found(SITES) == []


def test_contact_of_another_location_only(found, lab, make, associate):
    associate(lab.region, team=make("extras.team", name="NOC", phone="1"))
    assert found(SITES) == ["AMS01"]


def test_not_active(found, lab):
    lab.force(lab.site, status=lab.status("Planned"))
    assert found(SITES) == []
