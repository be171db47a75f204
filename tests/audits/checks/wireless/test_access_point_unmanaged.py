"""WIRELESS-AP-001: which access points are in no managed device group."""

import pytest

from jobs.audits.checks.wireless import AccessPointUnmanaged


@pytest.fixture
def access_point(lab):
    device = lab.device("ap-1", lab.device_type("AP"))
    lab.interface(device, "radio", type="ieee802.11ax")
    return device


def test_others_of_the_type_are_managed(lab, ask, access_point, managed):
    lab.device("ap-2", access_point.device_type, controller_managed_device_group=managed)
    (finding,) = ask(AccessPointUnmanaged())
    assert (finding.display, finding.model) == ("ap-1", "dcim.device")


def test_none_of_the_type_is_managed(lab, found, access_point, managed):
    lab.device("other", lab.device_type("Other"), controller_managed_device_group=managed)
    assert found(AccessPointUnmanaged()) == []


def test_no_radio(lab, found, access_point, managed):
    lab.device("ap-2", access_point.device_type, controller_managed_device_group=managed)
    access_point.interfaces.all().delete()
    assert found(AccessPointUnmanaged()) == []


def test_managed(lab, found, access_point, managed):
    lab.force(access_point, controller_managed_device_group=managed)
    assert found(AccessPointUnmanaged()) == []
