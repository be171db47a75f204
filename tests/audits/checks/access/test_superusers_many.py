"""USERS-USER-003: which superusers are too many."""

from jobs.audits.checks.access import ManySuperusers


def superusers(make_user, lab, number, **values):
    for index in range(number):
        lab.force(make_user(f"user-{index}"), is_superuser=True, **values)


def test_more_than_wanted(ask, lab, superuser, make_user):
    superusers(make_user, lab, 2)
    findings = ask(ManySuperusers(most=2))
    assert [finding.display for finding in findings] == ["superuser", "user-0", "user-1"]
    assert {finding.details["superusers"] for finding in findings} == {"3"}


def test_as_many_as_wanted(found, lab, superuser, make_user):
    superusers(make_user, lab, 4)
    assert found(ManySuperusers()) == []


def test_inactive_ones_do_not_count(found, lab, superuser, make_user):
    superusers(make_user, lab, 9, is_active=False)
    assert found(ManySuperusers()) == []
