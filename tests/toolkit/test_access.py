"""Permissions are asked for by name, with an answer that says which one is missing."""

import pytest
from nautobot.dcim.models import Device

from jobs.toolkit.access import AccessError, RefusalError, require


def test_superuser_may(superuser):
    require(superuser, Device, "view", "change", "add", "delete")


def test_permission_with_constraints_is_one(make_user):
    require(make_user(permissions={"dcim.view_device": {"name": "none"}}), Device, "view")


def test_missing_permissions_are_named(make_user):
    user = make_user(permissions={"dcim.view_device": None})
    with pytest.raises(AccessError, match=r"dcim\.change_device, dcim\.delete_device") as refusal:
        require(user, Device, "view", "change", "delete")
    assert "dcim.view_device" not in str(refusal.value)


def test_unknown_user():
    with pytest.raises(AccessError, match=r"dcim\.view_device"):
        require(None, Device, "view")


def test_is_a_refusal():
    assert issubclass(AccessError, RefusalError)
