"""DCIM-SECRETS-001: which devices have no secrets group."""

from jobs.audits.checks.access import DeviceWithoutSecrets

SWITCHES = DeviceWithoutSecrets(roles=("Switch",))


def test_off_unless_roles_are_named():
    assert DeviceWithoutSecrets().idle()
    assert not SWITCHES.idle()


def test_with_and_without(found, lab, make):
    switch = lab.device("switch", lab.device_type("Switch"))
    lab.device("server", switch.device_type, role=lab.make_role("Server"))
    assert found(SWITCHES) == ["switch"]
    lab.force(switch, secrets_group=make("extras.secretsgroup", name="group"))
    assert found(SWITCHES) == []


def test_the_master_of_a_stack(found, lab):
    one = lab.device("one", lab.device_type("Switch"))
    lab.stack(one, lab.device("two", one.device_type))
    assert found(SWITCHES) == ["one"]
