"""EXTRAS-SECRET-001: which secrets are in no group."""

from jobs.audits.checks.access import SecretInNoGroup


def test_with_and_without_a_group(ask, make):
    parameters = {"provider": "environment-variable", "parameters": {"variable": "HUNTER2"}}
    secret = make("extras.secret", name="password", **parameters)
    (finding,) = ask(SecretInNoGroup())
    assert (finding.display, finding.details) == ("password", {})
    values = {"access_type": "Generic", "secret_type": "password"}
    group = make("extras.secretsgroup", name="group")
    make("extras.secretsgroupassociation", secrets_group=group, secret=secret, **values)
    assert ask(SecretInNoGroup()) == []
