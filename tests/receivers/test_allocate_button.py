"""Allocate from this: each press takes one, says who took it, and can be taken back."""

import pytest
from nautobot.ipam.models import IPAddress, Prefix

from jobs.receivers.allocate_button import AllocateFromThis


def addresses():
    return sorted(str(address.address) for address in IPAddress.objects.all())


def test_each_press_takes_the_next_address(press, lab):
    network = lab.prefix("10.0.0.0/29")
    first, second = press(AllocateFromThis, network), press(AllocateFromThis, network)
    assert (first.status, second.status) == ("SUCCESS", "SUCCESS")
    assert addresses() == ["10.0.0.1/29", "10.0.0.2/29"]
    assert "undo.json" in first.files
    assert "Allocated by" in IPAddress.objects.first().description


def test_child_prefix_of_a_container(press, lab, set_up):
    container = lab.prefix("10.0.0.0/16", "container")
    assert press(AllocateFromThis, container).status == "SUCCESS"
    set_up("AllocateFromThis", length=26, description="taken by {{ user }}")
    assert press(AllocateFromThis, container).status == "SUCCESS"
    children = Prefix.objects.filter(parent=container).order_by("network")
    assert [str(child.prefix) for child in children] == ["10.0.0.0/24", "10.0.1.0/26"]
    assert children[1].description.startswith("taken by ")


def test_full(press, lab, changes_logged):
    network = lab.prefix("10.0.0.0/30")
    press(AllocateFromThis, network), press(AllocateFromThis, network)
    before = changes_logged()
    run = press(AllocateFromThis, network)
    assert (run.status, run.exception) == ("FAILURE", None)
    assert (addresses(), changes_logged()) == (["10.0.0.1/30", "10.0.0.2/30"], before)


@pytest.mark.parametrize(
    "values", [{"lenght": 24}, {"length": "24"}, {"description": "{{ nobody }}"}, {"description": "{% for"}]
)
def test_bad_settings(press, lab, set_up, values):
    set_up("AllocateFromThis", **values)
    run = press(AllocateFromThis, lab.prefix("10.0.0.0/29"))
    assert (run.status, run.exception, run.files, addresses()) == ("FAILURE", None, {}, [])


@pytest.mark.parametrize("missing", ["ipam.view_prefix", "ipam.view_ipaddress", "ipam.add_ipaddress"])
def test_without_permission(press, lab, make_user, missing):
    needed = {"ipam.view_prefix", "ipam.view_ipaddress", "ipam.add_ipaddress"}
    run = press(
        AllocateFromThis, lab.prefix("10.0.0.0/29"), user=make_user(permissions=dict.fromkeys(needed - {missing}))
    )
    assert (run.status, run.exception, addresses()) == ("FAILURE", None, [])
    assert missing in " ".join(run.messages("failure"))
