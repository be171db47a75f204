"""USERS-TOKEN-001: which tokens never expire."""

from jobs.audits.checks.access import EndlessToken


def test_old_without_expiry(ask, make_token):
    token = make_token("anna", age=91, description="script")
    (finding,) = ask(EndlessToken())
    assert (finding.pk, finding.display) == (str(token.pk), "Token of anna script")
    assert finding.details["may"] == "write"
    assert token.key not in str(finding.__class__) + finding.message + str(finding.details) + finding.display


def test_read_only(ask, make_token):
    make_token("anna", age=91, write_enabled=False)
    assert ask(EndlessToken())[0].details["may"] == "read"


def test_young(found, make_token):
    make_token("anna", age=89)
    assert found(EndlessToken()) == []
    assert len(found(EndlessToken(days=80))) == 1


def test_with_expiry(found, make_token):
    make_token("anna", age=91, expires=1)
    assert found(EndlessToken()) == []


def test_inactive_user_is_another_check(found, make_token):
    make_token("anna", age=91, active=False)
    assert found(EndlessToken()) == []
