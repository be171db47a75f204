"""USERS-TOKEN-004: which tokens are of inactive users."""

from jobs.audits.checks.access import TokenOfInactiveUser


def test_valid(ask, make_token):
    make_token("gone", active=False)
    make_token("gone", active=False, expires=1, age=3)
    assert len({finding.fingerprint for finding in ask(TokenOfInactiveUser())}) == 2


def test_expired(found, make_token):
    make_token("gone", active=False, expires=-1)
    assert found(TokenOfInactiveUser()) == []


def test_active_user(found, make_token):
    make_token("anna")
    assert found(TokenOfInactiveUser()) == []
