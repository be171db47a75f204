"""Racks, devices in them, and reservations."""

import pytest


@pytest.fixture
def box(lab):
    """A function that makes a device of the given height in a rack, past validation."""
    from nautobot.dcim.models import DeviceType

    def make(name, rack, position=None, *, height=1, deep=True, face="front", **values):
        device_type, _ = DeviceType.objects.get_or_create(
            manufacturer=lab.manufacturer, model=f"Box {height} {deep}", u_height=height, is_full_depth=deep
        )
        device = lab.device(name, device_type, **values)
        lab.force(device, rack=rack, position=position, face=face if position else "")
        return device

    return make


@pytest.fixture
def reserve(lab, superuser):
    """A function that reserves units of a rack, past validation."""
    from nautobot.dcim.models import RackReservation

    def make(rack, *units, description="storage", **values):
        return RackReservation.objects.create(
            rack=rack, units=list(units), description=description, user=superuser, **values
        )

    return make
