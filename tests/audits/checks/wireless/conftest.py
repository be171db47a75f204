"""Controllers and what they manage."""

import pytest


@pytest.fixture
def make(lab):
    """A function that makes any object: ``make("dcim.controller", name="wlc")``."""
    from django.apps import apps

    def run(label, /, **values):
        item = apps.get_model(label)(**values)
        item.validated_save()
        return item

    return run


@pytest.fixture
def controller(lab, make):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Controller

    lab.site_type.content_types.add(ContentType.objects.get_for_model(Controller))
    return make("dcim.controller", name="wlc", status=lab.active, location=lab.site)


@pytest.fixture
def managed(make, controller):
    """A managed device group of the controller."""
    return make("dcim.controllermanageddevicegroup", name="group", controller=controller)


@pytest.fixture
def make_network(make):
    def run(name, **values):
        fields = {"ssid": name, "mode": "Central", "authentication": "WPA3 Enterprise", **values}
        return make("wireless.wirelessnetwork", name=name, **fields)

    return run


@pytest.fixture
def assign(make):
    """A function that assigns a wireless network to a managed device group."""

    def run(network, group, **values):
        return make(
            "wireless.controllermanageddevicegroupwirelessnetworkassignment",
            wireless_network=network,
            controller_managed_device_group=group,
            **values,
        )

    return run
