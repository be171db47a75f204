"""USERS-PERMISSION-003: which permissions allow nothing."""

from jobs.audits.checks.access import PermissionForNothing


def test_allows_nothing(ask, make_permission, group, superuser):
    make_permission("1 off", ["view"], "dcim.device", groups=[group], users=[superuser], enabled=False)
    make_permission("2 no action", [], "dcim.device", groups=[group])
    make_permission("3 no type", ["view"], groups=[group])
    findings = ask(PermissionForNothing())
    assert [finding.display for finding in findings] == ["1 off", "2 no action", "3 no type"]
    assert len({finding.message for finding in findings}) == 3


def test_allows_something_or_nobody_has_it(found, make_permission, group):
    make_permission("on", ["view"], "dcim.device", groups=[group])
    make_permission("nobody", ["view"], "dcim.device", enabled=False)
    assert found(PermissionForNothing()) == []
