"""Devices with software."""

import pytest


@pytest.fixture
def version(lab):
    """A function that makes a software version of a platform."""
    from nautobot.dcim.models import Platform, SoftwareVersion

    def make(platform, version, status="Active", **values):
        platform, _ = Platform.objects.get_or_create(name=platform)
        version = SoftwareVersion(platform=platform, version=version, status=lab.status(status), **values)
        version.validated_save()
        return version

    return make


@pytest.fixture
def running(lab):
    """A function that makes a device that runs a software version."""
    from nautobot.dcim.models import DeviceType

    def make(name, version, **values):
        device_type, _ = DeviceType.objects.get_or_create(manufacturer=lab.manufacturer, model="Switch")
        platform = version.platform if version else None
        return lab.device(name, device_type, **{"software_version": version, "platform": platform, **values})

    return make
