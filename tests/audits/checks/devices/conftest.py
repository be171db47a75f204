"""Devices and parts to find something wrong with."""

import pytest


@pytest.fixture
def switch_type(lab):
    return lab.device_type("Switch", interfaces=2)


@pytest.fixture
def switch(lab, switch_type):
    """A function that makes a switch with two interfaces, eth 1 and eth 2."""
    return lambda name, **values: lab.device(name, switch_type, **values)


@pytest.fixture
def panel(lab):
    """A function that makes a passive device."""
    from nautobot.dcim.models import DeviceType

    def make(name, **values):
        device_type, _ = DeviceType.objects.get_or_create(manufacturer=lab.manufacturer, model="Patch panel")
        return lab.device(name, device_type, **values)

    return make


@pytest.fixture
def item(lab):
    """A function that makes an inventory item of a device."""
    from nautobot.dcim.models import InventoryItem

    def make(device, name, **values):
        item = InventoryItem(device=device, name=name, **values)
        item.validated_save()
        return item

    return make


@pytest.fixture
def group(lab):
    """A function that makes a redundancy group of devices, with the given priorities."""
    from nautobot.dcim.models import DeviceRedundancyGroup

    def make(name, *devices, strategy="active-passive"):
        group = DeviceRedundancyGroup(name=name, status=lab.active, failover_strategy=strategy)
        group.validated_save()
        for device, priority in devices:
            device.device_redundancy_group, device.device_redundancy_group_priority = group, priority
            device.validated_save()
        return group

    return make


@pytest.fixture
def limited(make_user):
    """A function that makes a user who sees nothing but the devices with the given names."""
    return lambda *names: make_user("limited", {"dcim.view_device": {"name__in": list(names)}})


@pytest.fixture
def bay(lab):
    """A function that puts one device into a bay of another, and leaves both where they are."""
    from nautobot.dcim.models import DeviceBay

    def make(parent, child):
        lab.force(parent.device_type, subdevice_role="parent")
        lab.force(child.device_type, subdevice_role="child", u_height=0)
        return DeviceBay.objects.create(device=parent, name="Bay", installed_device=child)

    return make
