"""USERS-TOKEN-003: which tokens have expired."""

from jobs.audits.checks.access import ExpiredToken


def test_long_ago(ask, make_token):
    make_token("anna", age=100, expires=-31)
    (finding,) = ask(ExpiredToken())
    assert (finding.display, list(finding.details)) == ("Token of anna ", ["expired"])


def test_lately_and_never(found, make_token):
    make_token("anna", age=100, expires=-29)
    make_token("anna", age=100)
    assert found(ExpiredToken()) == []
    assert len(found(ExpiredToken(days=7))) == 1
