"""Synchronise this: the device gets what its type has, at once; nothing is deleted."""

import pytest
from nautobot.dcim.models import Interface, InterfaceTemplate

from jobs.receivers.synchronize_button import SynchronizeThis


@pytest.fixture
def switch(lab):
    """A switch whose type has got a second interface since, and which has one that the type does not have."""
    box = lab.device_type("Box", interfaces=1)
    switch, _ = lab.device("sw-01", box), lab.device("sw-02", box)
    InterfaceTemplate(device_type=box, name="eth 2", type="1000base-t").validated_save()
    lab.interface(switch, "own")
    return switch


def interfaces(device):
    return sorted(Interface.objects.filter(device=device).values_list("name", flat=True))


def test_adds_what_is_missing_and_deletes_nothing(press, switch, changes_logged):
    run = press(SynchronizeThis, switch)
    assert run.status == "SUCCESS"
    assert interfaces(switch) == ["eth 1", "eth 2", "own"]
    assert Interface.objects.filter(name="eth 2").count() == 1
    before = changes_logged()
    assert (press(SynchronizeThis, switch).status, changes_logged()) == ("SUCCESS", before)


def test_all_of_a_device_type(press, switch):
    assert press(SynchronizeThis, switch.device_type).status == "SUCCESS"
    assert Interface.objects.filter(name="eth 2").count() == 2


def test_without_permission(press, switch, make_user):
    run = press(SynchronizeThis, switch, user=make_user(permissions={"dcim.view_device": None}))
    assert (run.status, run.exception, interfaces(switch)) == ("FAILURE", None, ["eth 1", "own"])
    assert "permission" in " ".join(run.messages("failure"))


def test_a_device_that_the_user_may_not_view(press, switch, make_user):
    run = press(SynchronizeThis, switch, user=make_user(permissions={"dcim.view_device": {"name": "sw-02"}}))
    assert (run.status, interfaces(switch)) == ("FAILURE", ["eth 1", "own"])
    assert "sw-01" not in " ".join(run.messages())
