"""USERS-PERMISSION-001: which permissions allow others than administrators to change what rules Nautobot."""

import pytest

from jobs.audits.checks.access import BroadPermission


def test_group(ask, make_permission, group):
    make_permission("all", ["view", "change", "delete"], "extras.secret", "dcim.device", "users.user", groups=[group])
    (finding,) = ask(BroadPermission())
    assert finding.display == "all"
    assert finding.details == {
        "actions": "change, delete",
        "models": "extras.secret, users.user",
        "groups": "Engineers",
    }


def test_user(ask, make_permission, make_user):
    make_permission("all", ["add"], "extras.job", users=[make_user("anna")])
    (finding,) = ask(BroadPermission())
    assert finding.details["users"] == "anna"


@pytest.mark.parametrize("constraints", [None, {}, [], [{}]])
def test_no_constraints(found, make_permission, group, constraints):
    make_permission("all", ["change"], "extras.job", groups=[group], constraints=constraints)
    assert found(BroadPermission()) == ["all"]


@pytest.mark.parametrize("constraints", [{"name": "x"}, [{"name": "x"}, {"name": "y"}]])
def test_constraints(found, make_permission, group, constraints):
    make_permission("some", ["change"], "extras.job", groups=[group], constraints=constraints)
    assert found(BroadPermission()) == []


@pytest.mark.parametrize("name", ["Administrators", "admins"])
def test_group_of_administrators(lab, found, make_permission, group, name):
    lab.force(group, name=name)
    make_permission("all", ["change"], "extras.job", groups=[group])
    assert found(BroadPermission()) == []
    assert found(BroadPermission(admin_groups=())) == ["all"]


def test_other_models_actions_and_disabled(found, make_permission, group):
    make_permission("devices", ["change", "delete"], "dcim.device", groups=[group])
    make_permission("run", ["view", "run"], "extras.job", groups=[group])
    make_permission("off", ["change"], "extras.job", groups=[group], enabled=False)
    make_permission("nobody", ["change"], "extras.job")
    assert found(BroadPermission()) == []
    assert found(BroadPermission(models=("dcim.device",))) == ["devices"]


def test_superusers_and_inactive_users(lab, found, make_permission, make_user, superuser):
    gone = make_user("gone")
    lab.force(gone, is_active=False)
    make_permission("all", ["change"], "extras.job", users=[superuser, gone])
    assert found(BroadPermission()) == []


def test_groups_that_the_user_may_not_view_are_not_named(ask, make_user, make_permission, group):
    make_permission("all", ["change"], "extras.job", groups=[group])
    (finding,) = ask(BroadPermission(), make_user("limited", {"users.view_objectpermission": None}))
    assert "groups" not in finding.details
