"""Credentials: of which secrets group, of which access type, by whom, and never shown."""

import pytest
from nautobot.extras.models import Secret, SecretsGroup, SecretsGroupAssociation

from jobs.toolkit.access import AccessError, RefusalError
from jobs.toolkit.credentials import CredentialError, Credentials, Keyring
from jobs.toolkit.redaction import MARK, Redactor


@pytest.fixture
def group(db, monkeypatch):
    """A function that makes a secrets group: ``group("name", SSH={"username": "a"})``; values are variables of the environment."""

    def run(name, **access_types):
        made = SecretsGroup.objects.create(name=name)
        for access_type, values in access_types.items():
            for kind, value in values.items():
                variable = f"TEST_{name}_{access_type}_{kind}".upper()
                if value is not None:
                    monkeypatch.setenv(variable, value)
                secret = Secret.objects.create(
                    name=variable, provider="environment-variable", parameters={"variable": variable}
                )
                SecretsGroupAssociation.objects.create(
                    secrets_group=made, secret=secret, access_type=access_type, secret_type=kind
                )
        return made

    return run


@pytest.fixture
def device(lab):
    return lab.device("sw1", lab.device_type("Switch"))


BOTH = {"username": "general", "password": "g-password"}


def test_ssh_before_generic_and_one_by_one(group, device, superuser):
    device.secrets_group = group("own", SSH={"password": "s-password", "secret": "s-enable"}, Generic=BOTH)
    found = Keyring(superuser, None, Redactor()).of(device)
    assert (found.username, found.password, found.enable) == ("general", "s-password", "s-enable")


def test_chosen_group_before_that_of_the_device(group, device, superuser):
    device.secrets_group = group("own", Generic=BOTH)
    chosen = group("chosen", Generic={"username": "c", "password": "c-password"})
    assert Keyring(superuser, chosen, Redactor()).of(device).password == "c-password"


def test_secret_that_depends_on_the_device(group, lab, superuser, monkeypatch):
    device_type = lab.device_type("Switch")
    made = group("own", Generic={"username": "a", "password": "x"})
    Secret.objects.filter(name="TEST_OWN_GENERIC_PASSWORD").update(parameters={"variable": "TEST_OF_{{ obj.name }}"})
    keyring = Keyring(superuser, None, Redactor())
    for name in ("sw1", "sw2"):
        monkeypatch.setenv(f"TEST_OF_{name}", f"{name}-password")
        device = lab.device(name, device_type, secrets_group=made)
        assert keyring.of(device).password == f"{name}-password"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (None, "no credentials"),
        ({"username": "a"}, "no password"),
        ({"password": "a-password"}, "no user name"),
        ({"username": "a", "password": None}, "cannot be read"),
    ],
)
def test_what_is_missing_is_told(group, device, superuser, values, word):
    device.secrets_group = None if values is None else group("own", Generic=values)
    with pytest.raises(CredentialError, match=word) as error:
        Keyring(superuser, None, Redactor()).of(device)
    assert "a-password" not in str(error.value)


def test_groups_that_the_user_may_not_view(group, device, make_user):
    device.secrets_group = group("own", Generic=BOTH)
    with pytest.raises(AccessError, match=r"extras\.view_secretsgroup"):
        Keyring(make_user(), None, Redactor())
    other = make_user("other", permissions={"extras.view_secretsgroup": {"name": "another"}})
    with pytest.raises(RefusalError, match="may view"):
        Keyring(other, device.secrets_group, Redactor())
    with pytest.raises(CredentialError, match="may not view"):
        Keyring(other, None, Redactor()).of(device)


def test_each_secret_is_read_once_and_by_few_queries(group, lab, superuser, django_assert_num_queries, monkeypatch):
    made = group("own", Generic={**BOTH, "secret": "e"})
    device_type = lab.device_type("Switch")
    devices = [lab.device(f"sw{number}", device_type, secrets_group=made) for number in range(10)]
    read = []
    value = Secret.get_value
    monkeypatch.setattr(Secret, "get_value", lambda self, obj=None: read.append(self.name) or value(self, obj=obj))
    with django_assert_num_queries(2):
        keyring = Keyring(superuser, None, Redactor())
    with django_assert_num_queries(0):
        assert len({keyring.of(device) for device in devices}) == 1
    assert len(read) == 3


def test_they_are_not_shown(group, device, superuser):
    device.secrets_group = group("own", Generic=BOTH)
    redactor = Redactor()
    Keyring(superuser, None, redactor).of(device)
    assert redactor.text("x g-password general") == f"x {MARK} general"
    assert "s3cret" not in repr(Credentials("s3cret", "s3cret", "s3cret"))


def test_nautobot_s_own_sanitizer_leaves_the_messages_as_they_are(group, device, make_user, superuser):
    from nautobot.core.utils.logging import sanitize

    told = []
    for values in (None, {"username": "a"}, {"password": "x"}, {"username": "a", "password": None}):
        device.secrets_group = None if values is None else group(f"own{len(told)}", Generic=values)
        with pytest.raises(CredentialError) as error:
            Keyring(superuser, None, Redactor()).of(device)
        told.append(str(error.value))
    assert [sanitize(text) for text in told] == told
