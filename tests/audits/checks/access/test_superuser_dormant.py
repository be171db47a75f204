"""USERS-USER-001: which superusers are dormant."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.access import DormantSuperuser


@pytest.fixture
def seen(lab, superuser):
    def run(login, joined, **values):
        now = timezone.now()
        last_login = None if login is None else now - timedelta(days=login)
        lab.force(superuser, last_login=last_login, date_joined=now - timedelta(days=joined), **values)

    return run


def test_long_ago(ask, seen):
    seen(91, 400)
    (finding,) = ask(DormantSuperuser())
    assert finding.display == "superuser"
    assert finding.details["last login"] != "never"


def test_never(ask, seen):
    seen(None, 91)
    assert ask(DormantSuperuser())[0].details["last login"] == "never"


def test_lately(found, seen):
    seen(89, 400)
    assert found(DormantSuperuser()) == []
    assert found(DormantSuperuser(days=30)) == ["superuser"]


def test_new(found, seen):
    seen(None, 1)
    assert found(DormantSuperuser()) == []


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_superuser": False}])
def test_inactive_or_no_superuser(found, seen, values):
    seen(91, 400, **values)
    assert found(DormantSuperuser()) == []
