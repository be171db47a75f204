"""EXTRAS-SECRETSGROUP-001: which secrets groups have no secrets."""

from jobs.audits.checks.access import EmptySecretsGroup


def test_with_and_without_a_secret(found, make):
    group = make("extras.secretsgroup", name="group")
    assert found(EmptySecretsGroup()) == ["group"]
    secret = make("extras.secret", name="s", provider="environment-variable", parameters={"variable": "X"})
    values = {"access_type": "Generic", "secret_type": "password"}
    make("extras.secretsgroupassociation", secrets_group=group, secret=secret, **values)
    assert found(EmptySecretsGroup()) == []
