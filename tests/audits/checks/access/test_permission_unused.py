"""USERS-PERMISSION-002: which permissions nobody has."""

from jobs.audits.checks.access import PermissionOfNobody


def test_nobody_and_shipped_ones_are_left_alone(found, make_permission):
    from nautobot.users.models import ObjectPermission

    ObjectPermission.objects.get_or_create(
        name="nautobot-default-scheduledjobs-approver-permissions", defaults={"actions": ["view"]}
    )
    make_permission("old", ["view"], "dcim.device")
    assert found(PermissionOfNobody()) == ["old"]


def test_group_without_members(found, make_permission, group):
    make_permission("new", ["view"], "dcim.device", groups=[group])
    assert found(PermissionOfNobody()) == []


def test_user(found, make_permission, superuser):
    make_permission("new", ["view"], "dcim.device", users=[superuser])
    assert found(PermissionOfNobody()) == []
