"""USERS-TOKEN-002: which tokens may write and are valid for very long."""

from jobs.audits.checks.access import LongToken


def test_long(ask, make_token):
    make_token("anna", age=100, expires=301)
    (finding,) = ask(LongToken())
    assert set(finding.details) == {"created", "expires"}


def test_a_year(found, make_token):
    make_token("anna", age=100, expires=265)
    assert found(LongToken()) == []
    assert len(found(LongToken(days=365))) == 1


def test_read_only(found, make_token):
    make_token("anna", expires=4000, write_enabled=False)
    assert found(LongToken()) == []


def test_expired_endless_and_inactive(found, make_token):
    make_token("anna", age=4000, expires=-1)
    make_token("anna", age=4000)
    make_token("gone", expires=4000, active=False)
    assert found(LongToken()) == []
