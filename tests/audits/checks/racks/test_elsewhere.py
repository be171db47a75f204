"""DCIM-RACK-002: which devices are in a rack of another location."""

import pytest

from jobs.audits.checks.racks import RackElsewhere


@pytest.fixture
def room(lab):
    from nautobot.dcim.models import Location, LocationType

    room_type = LocationType(name="Room", parent=lab.site_type)
    room_type.validated_save()
    room_type.content_types.set(lab.site_type.content_types.all())
    room = Location(name="Hall", location_type=room_type, parent=lab.site, status=lab.active)
    room.validated_save()
    return room


def test_same(lab, found, box):
    box("box", lab.rack(), 1)
    box("loose", None)
    assert found(RackElsewhere()) == []


def test_rack_below_the_location(lab, found, box, room):
    box("box", lab.rack(), 1)
    lab.force(lab.rack("R2"), location=room)
    box("other", _rack("R2"), 1)
    assert found(RackElsewhere()) == []


def test_rack_above_the_location(lab, found, box, room):
    box("box", lab.rack(), 1, location=room)
    assert found(RackElsewhere()) == ["box"]


def test_elsewhere(lab, ask, box):
    rack = lab.rack("R1")
    lab.force(rack, location=lab.location("LON01"))
    box("box", rack, 1)
    (finding,) = ask(RackElsewhere())
    assert finding.details == {"rack": "R1", "location of the rack": "EMEA / LON01"}


def _rack(name):
    from nautobot.dcim.models import Rack

    return Rack.objects.get(name=name)
