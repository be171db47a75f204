"""USERS-USER-002: which inactive users still have rights."""

import pytest

from jobs.audits.checks.access import InactiveUserWithRights


@pytest.fixture
def gone(lab, make_user):
    user = make_user("gone")
    lab.force(user, is_active=False)
    return user


def test_all_of_it(lab, ask, gone, group, make_permission):
    gone.groups.add(group)
    make_permission("view", ["view"], "dcim.device", users=[gone])
    lab.force(gone, is_superuser=True)
    (finding,) = ask(InactiveUserWithRights())
    assert (finding.display, finding.details) == ("gone", {"has": "superuser status, groups, permissions"})


def test_a_group(ask, gone, group):
    gone.groups.add(group)
    assert ask(InactiveUserWithRights())[0].details == {"has": "groups"}


def test_nothing(found, gone):
    assert found(InactiveUserWithRights()) == []


def test_active(found, make_user, group):
    make_user("anna").groups.add(group)
    assert found(InactiveUserWithRights()) == []
