"""Supplies that draw something."""

import pytest


@pytest.fixture
def load(lab):
    """A function that plugs a supply with an allocated draw, in watts at a power factor of 1, into an outlet or a feed."""
    from nautobot.dcim.models import DeviceType, PowerPort

    def make(name, watts, source, outlet="1", status="Connected", **values):
        device_type, _ = DeviceType.objects.get_or_create(manufacturer=lab.manufacturer, model="Load")
        device = lab.device(name, device_type)
        port = PowerPort(device=device, name="PSU", allocated_draw=watts, **{"power_factor": 1, **values})
        port.validated_save()
        if hasattr(source, "power_outlets"):
            lab.plug(port, source, outlet, status)
        else:
            lab.cable(port, source, status)
        return port

    return make


@pytest.fixture
def feed(lab):
    """A function that makes a power feed of 1000 VA, of a rack or none."""
    panel = lab.panel()

    def make(name, rack=None):
        feed = lab.feed(name, panel)
        feed.voltage, feed.amperage, feed.max_utilization, feed.rack = 100, 20, 50, rack
        feed.validated_save()
        return feed

    return make
