"""A few locations, and what a Job did to the database."""

import pytest


@pytest.fixture
def location_type(db):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, LocationType

    site = LocationType.objects.create(name="Site", nestable=True)
    site.content_types.add(ContentType.objects.get_for_model(Device))
    return site


@pytest.fixture
def make_locations(location_type):
    """A function that makes locations with the given names."""
    from nautobot.dcim.models import Location
    from nautobot.extras.models import Status

    active = Status.objects.get(name="Active")

    def make(*names, parent=None):
        return [
            Location.objects.create(name=name, location_type=location_type, status=active, parent=parent)
            for name in names
        ]

    return make


@pytest.fixture
def make_device(make_locations):
    """A function that makes a device with the given attributes, outside of change logging."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, DeviceType, Location, Manufacturer
    from nautobot.extras.models import Role, Status

    def make(name="ams01-core-01", **attributes):
        manufacturer, _ = Manufacturer.objects.get_or_create(name="Maker")
        device_type, _ = DeviceType.objects.get_or_create(manufacturer=manufacturer, model="Box")
        role, _ = Role.objects.get_or_create(name="Core")
        role.content_types.add(ContentType.objects.get_for_model(Device))
        location = attributes.pop("location", None) or Location.objects.first() or make_locations("AMS01")[0]
        active = Status.objects.get(name="Active")
        return Device.objects.create(
            name=name, device_type=device_type, role=role, location=location, status=active, **attributes
        )

    return make


@pytest.fixture
def changes_logged(db):
    """A function that returns the number of entries in Nautobot's change log."""
    from nautobot.extras.models import ObjectChange

    return ObjectChange.objects.count
