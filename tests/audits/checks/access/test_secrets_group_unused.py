"""EXTRAS-SECRETSGROUP-002: which secrets groups nothing uses."""

import pytest

from jobs.audits.checks.access import UnusedSecretsGroup


@pytest.fixture
def secrets_group(make):
    return make("extras.secretsgroup", name="group")


def test_its_secrets_do_not_use_it(found, make, secrets_group):
    secret = make("extras.secret", name="s", provider="environment-variable", parameters={"variable": "X"})
    values = {"access_type": "Generic", "secret_type": "password"}
    make("extras.secretsgroupassociation", secrets_group=secrets_group, secret=secret, **values)
    assert found(UnusedSecretsGroup()) == ["group"]


def test_a_device(lab, found, secrets_group):
    lab.device("switch", lab.device_type("Switch"), secrets_group=secrets_group)
    assert found(UnusedSecretsGroup()) == []


def test_an_integration(found, make, secrets_group):
    make("extras.externalintegration", name="x", remote_url="https://x.example", secrets_group=secrets_group)
    assert found(UnusedSecretsGroup()) == []
