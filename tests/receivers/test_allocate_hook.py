"""Allocate on creation: a new device gets its management address, once."""

import pytest
from nautobot.extras.context_managers import web_request_context
from nautobot.extras.models import ObjectChange
from nautobot.ipam.models import IPAddress

from jobs.receivers.allocate_hook import AllocateOnCreation

NEEDS = [
    "dcim.view_device",
    "dcim.change_device",
    "dcim.view_interface",
    "ipam.view_prefix",
    "ipam.view_ipaddress",
    "ipam.add_ipaddress",
    "ipam.add_ipaddresstointerface",
]


@pytest.fixture
def created(lab, superuser):
    """A new device with a management interface, in a site with a prefix; its entry in the change log."""
    lab.prefix("10.0.0.0/24", locations=[lab.site])
    box = lab.device_type("Box", management=1)
    with web_request_context(superuser):
        device = lab.device("sw-01", box)
    return ObjectChange.objects.get(changed_object_id=device.pk, action="create")


def address(change):
    change.changed_object.refresh_from_db()
    found = change.changed_object.primary_ip4
    return str(found.address) if found else None


def test_gets_an_address_once(receive, created, changed, changes_logged):
    run = receive(AllocateOnCreation, created)
    assert (run.status, address(created)) == ("SUCCESS", "10.0.0.1/24")
    before = changes_logged()
    assert receive(AllocateOnCreation, created).status == "SUCCESS"
    change = changed(created.changed_object, comments="one")
    assert receive(AllocateOnCreation, change).status == "SUCCESS"
    assert (IPAddress.objects.count(), changes_logged()) == (1, before + 1)


def test_settings_are_those_of_the_job(receive, created, set_up):
    set_up("AllocateOnCreation", leave_first=9, dns_name="{{ device }}.example.net")
    receive(AllocateOnCreation, created)
    assert (address(created), IPAddress.objects.get().dns_name) == ("10.0.0.10/24", "sw-01.example.net")


@pytest.mark.parametrize(
    "values", [{"families": "5"}, {"prefix_roles": ["Nobody"]}, {"leave_first": "9"}, {"leave_first": -1}]
)
def test_bad_settings(receive, created, set_up, values):
    set_up("AllocateOnCreation", **values)
    run = receive(AllocateOnCreation, created)
    assert (run.status, run.exception, IPAddress.objects.count()) == ("FAILURE", None, 0)


def test_another_kind_of_object(receive, changed, lab):
    run = receive(AllocateOnCreation, changed(lab.site, comments="one"))
    assert (run.status, run.exception) == ("FAILURE", None)


@pytest.mark.parametrize("missing", NEEDS)
def test_without_permission(receive, created, make_user, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    run = receive(AllocateOnCreation, created, user=user)
    assert (run.status, run.exception, IPAddress.objects.count()) == ("FAILURE", None, 0)
    assert missing in " ".join(run.messages("failure"))
