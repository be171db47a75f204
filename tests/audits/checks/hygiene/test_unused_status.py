"""EXTRAS-STATUS-001: which statuses nothing has."""

import pytest

from jobs.audits.checks.hygiene import UnusedStatus


@pytest.fixture
def status(lab, make):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.dcim.models import Device, Interface

    item = make("extras.status", name="To be checked")
    item.content_types.set(ContentType.objects.get_for_models(Device, Interface).values())
    return item


def test_nothing_has_it_and_shipped_ones_are_left_alone(found, status):
    assert found(UnusedStatus()) == ["To be checked"]


def test_a_device_has_it(lab, found, status, switch):
    lab.force(switch, status=status)
    assert found(UnusedStatus()) == []


def test_an_interface_has_it(lab, found, status, switch):
    lab.interface(switch, "eth", status=status)
    assert found(UnusedStatus()) == []
