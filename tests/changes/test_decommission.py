"""Devices that leave service, and what others keep."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Cable, Device, DeviceBay, DeviceRedundancyGroup, Interface, VirtualChassis
from nautobot.ipam.models import IPAddress, Service

from jobs.changes.decommission import DecommissionDevices
from jobs.toolkit.decommissioning import next_master

BREAKOUTS = hasattr(dcim, "CableToCableTermination")
NEEDED = (
    "dcim.view_device",
    "dcim.change_device",
    "dcim.delete_cable",
    "ipam.delete_ipaddresstointerface",
    "ipam.delete_ipaddress",
    "ipam.delete_service",
)


def listed(text, name="list.csv"):
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def old(lab):
    """A device with a cable, a primary address, another that NAT uses, a rack position, a service and a group."""
    device_type = lab.device_type("Switch", interfaces=3)
    lab.other = lab.device("sw-02", device_type)
    rack = lab.rack()
    group = DeviceRedundancyGroup.objects.create(name="pair", status=lab.active)
    device = lab.device(
        "sw-01",
        device_type,
        rack=rack,
        position=1,
        face="front",
        device_redundancy_group=group,
        device_redundancy_group_priority=1,
    )
    ports = list(device.interfaces.order_by("name"))
    lab.cable(ports[0], lab.other.interfaces.first())
    address = lab.address("192.0.2.1/24", ports[0])
    inside = lab.address("192.0.2.2/24", ports[1])
    lab.address("192.0.2.3/24", nat_inside=inside)
    shared = lab.address("192.0.2.4/24", ports[1])
    lab.assign(shared, lab.other.interfaces.first())
    device.refresh_from_db()
    device.primary_ip4 = address
    device.validated_save()
    service = Service(device=device, name="ssh", protocol="tcp", ports=[22])
    service.validated_save()
    service.ip_addresses.add(address)
    return device


def run_for(run_job, *devices, user=None, **inputs):
    return run_job(DecommissionDevices, {"devices": list(devices), "dryrun": False, **inputs}, user=user)


def test_gives_back_everything(run_job, lab, old, comes_back):
    with comes_back() as applied:
        run = applied.run = run_for(run_job, old)
        assert run.status == "SUCCESS", run.messages()
        device = Device.objects.get(name="sw-01")
        assert device.status.name == "Decommissioning"
        assert (device.rack, device.position, device.face, device.primary_ip4) == (None, None, "", None)
        assert (device.device_redundancy_group, device.location) == (None, old.location)
        assert not Cable.objects.exists()
        assert not Service.objects.exists()
        assert not device.interfaces.exclude(ip_addresses=None).exists()
        assert sorted(address.host for address in IPAddress.objects.all()) == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]
        again = run_for(run_job, old)
        assert (again.status, again.result["changes"], again.result["unchanged"]) == ("SUCCESS", 0, 1)


def test_keeps_what_is_to_be_kept(run_job, lab, old):
    keep = ["cables", "rack", "clusters", "stacks", "services", "groups"]
    run = run_for(run_job, old, keep=keep, addresses="keep", status=lab.status("Offline"))
    assert (run.status, run.result["changes"]) == ("SUCCESS", 1)
    assert Device.objects.get(name="sw-01").status.name == "Offline"


def test_service_that_is_kept_keeps_its_address(run_job, old):
    run_for(run_job, old, keep=["services"])
    assert IPAddress.objects.filter(host="192.0.2.1").exists()


def test_unassigns_only(run_job, old):
    run_for(run_job, old, addresses="unassign")
    assert IPAddress.objects.count() == 4
    assert not IPAddress.objects.filter(interfaces__device=old).exists()


def test_deletes(run_job, old, comes_back):
    with comes_back() as applied:
        run = applied.run = run_for(run_job, old, delete=True)
        assert run.status == "SUCCESS", run.messages()
        assert [device.name for device in Device.objects.all()] == ["sw-02"]
        assert sorted(address.host for address in IPAddress.objects.all()) == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]


def test_by_list(run_job, old, rows):
    run = run_job(DecommissionDevices, {"table": listed("device\nsw-01\n"), "dryrun": False})
    assert run.status == "SUCCESS", run.messages()
    before = rows()
    run = run_job(DecommissionDevices, {"table": listed("device\nsw-02\nnobody\n"), "dryrun": False})
    assert run.status == "FAILURE"
    assert any("Row 3" in text and '"nobody"' in text and "device" in text for text in run.messages("failure"))
    assert rows() == before


def test_template(run_job, db):
    run = run_job(DecommissionDevices, {"template_only": True})
    assert run.files["template.csv"].decode("utf-8-sig").startswith("device")


@pytest.mark.parametrize(
    "inputs",
    [{}, {"everything": True, "devices": True}, {"table": True, "devices": True}, {"delete": True, "keep": ["rack"]}],
)
def test_refuses_unclear_requests(run_job, old, rows, inputs):
    before = rows()
    inputs = dict(inputs)
    if "devices" in inputs or "delete" in inputs:
        inputs["devices"] = [old]
    if "table" in inputs:
        inputs["table"] = listed("device\nsw-01\n")
    run = run_job(DecommissionDevices, {**inputs, "dryrun": False})
    assert (run.status, run.files) == ("FAILURE", {})
    assert rows() == before


def test_empty_database(run_job, db):
    run = run_job(DecommissionDevices, {"everything": True, "dryrun": False})
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)


@pytest.fixture
def stacked(lab):
    device_type = lab.device_type("Stackable", interfaces=2)
    members = [lab.device(f"acc-0{number}", device_type) for number in (1, 2, 3)]
    stack = lab.stack(*members)
    members[2].vc_priority = 15
    members[2].validated_save()
    return stack


def members(*numbers):
    return list(Device.objects.filter(name__in=[f"acc-0{number}" for number in numbers]))


@pytest.mark.parametrize("delete", [False, True])
def test_another_member_becomes_master(run_job, stacked, comes_back, delete):
    with comes_back() as applied:
        run = applied.run = run_for(run_job, *members(1), delete=delete)
        assert run.status == "SUCCESS", run.messages()
        stack = VirtualChassis.objects.get()
        assert stack.master.name == "acc-03"
        assert sorted(stack.members.values_list("name", flat=True)) == ["acc-02", "acc-03"]


@pytest.mark.parametrize("delete", [False, True])
def test_last_members_take_the_stack_along(run_job, stacked, comes_back, delete):
    with comes_back() as applied:
        run = applied.run = run_for(run_job, *members(1, 2, 3), delete=delete)
        assert run.status == "SUCCESS", run.messages()
        assert not VirtualChassis.objects.exists()
        assert Device.objects.count() == (0 if delete else 3)


def test_master_is_refused(run_job, stacked, rows):
    before = rows()
    run = run_for(run_job, *members(1), masters="refuse")
    assert run.status == "FAILURE"
    assert any("acc-01" in text and "master" in text for text in run.messages("failure"))
    assert rows() == before


def test_lag_of_another_member(run_job, lab, stacked, rows, comes_back):
    first, second = members(1)[0], members(2)[0]
    channel = lab.interface(first, "Po1", type="lag")
    port = second.interfaces.first()
    port.lag = channel
    port.validated_save()
    before = rows()
    run = run_for(run_job, first)
    assert run.status == "FAILURE"
    assert rows() == before
    with comes_back() as applied:
        applied.run = run_for(run_job, second)
        assert Interface.objects.get(pk=port.pk).lag is None


def test_primary_address_of_a_device_that_stays(run_job, lab, old, rows):
    lab.force(lab.other, primary_ip4=IPAddress.objects.get(host="192.0.2.1"))
    before = rows()
    run = run_for(run_job, old)
    assert run.status == "FAILURE"
    assert any("sw-02" in text and "primary" in text for text in run.messages("failure"))
    assert rows() == before
    assert run_for(run_job, old, addresses="keep").status == "SUCCESS"


def test_next_master():
    def member(name, position, priority=None):
        return Device(name=name, vc_position=position, vc_priority=priority)

    assert next_master([member("b", 2), member("a", 3)]).name == "b"
    assert next_master([member("b", 2, 1), member("a", 3, 9)]).name == "a"


@pytest.fixture
def chassis(lab):
    parent_type, child_type = lab.device_type("Chassis"), lab.device_type("Blade")
    lab.force(parent_type, subdevice_role="parent")
    lab.force(child_type, subdevice_role="child", u_height=0)
    parent_type.refresh_from_db()
    child_type.refresh_from_db()
    parent, child = lab.device("chassis", parent_type), lab.device("blade", child_type)
    DeviceBay(device=parent, name="1", installed_device=child).validated_save()
    return parent, child


def test_parent_with_children_is_refused(run_job, chassis, rows):
    before = rows()
    run = run_for(run_job, chassis[0])
    assert run.status == "FAILURE"
    assert any("blade" in text for text in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize("delete", [False, True])
def test_parent_and_children(run_job, chassis, comes_back, delete):
    with comes_back() as applied:
        applied.run = run_for(run_job, *chassis, delete=delete)
        assert applied.run.status == "SUCCESS", applied.run.messages()
        assert not DeviceBay.objects.exclude(installed_device=None).exists()


def test_controller_is_refused(run_job, lab, old, rows):
    lab.site_type.content_types.add(ContentType.objects.get_for_model(dcim.Controller))
    dcim.Controller(name="wlc", status=lab.active, location=lab.site, controller_device=old).validated_save()
    before = rows()
    run = run_for(run_job, old)
    assert run.status == "FAILURE"
    assert any("wlc" in text for text in run.messages("failure"))
    assert rows() == before


def test_hosts(run_job, lab, old, rows, comes_back):
    cluster = lab.cluster()
    if hasattr(Device, "clusters"):
        old.clusters.add(cluster)
    else:
        old.cluster = cluster
        old.validated_save()
    with comes_back() as applied:
        applied.run = run_for(run_job, old)
        assert not cluster.devices.exists()
    lab.machine("vm-01")
    before = rows()
    run = run_for(run_job, old)
    assert run.status == "FAILURE"
    assert any("cluster" in text for text in run.messages("failure"))
    assert rows() == before


@pytest.mark.skipif(not BREAKOUTS, reason="breakout cables came with Nautobot 3.2")
def test_breakout_cable_of_others_stays(run_job, lab, make_user, rows, comes_back):
    from nautobot.dcim.models import CableToCableTermination, CableType

    device_type = lab.device_type("Leaf", interfaces=2)
    hub, first, second = (lab.device(name, device_type) for name in ("hub", "leaf-01", "leaf-02"))
    kind = CableType(name="1 to 2", a_connectors=1, b_connectors=2, total_lanes=2)
    kind.validated_save()
    cable = Cable(status=lab.status("Connected"), cable_type=kind)
    cable.validated_save()
    for end, connector, device in (("A", 1, hub), ("B", 1, first), ("B", 2, second)):
        CableToCableTermination(
            cable=cable, cable_end=end, connector=connector, interface=device.interfaces.first()
        ).validated_save()
    user = make_user(permissions=dict.fromkeys(NEEDED))
    before = rows()
    refused = run_for(run_job, first, user=user)
    assert refused.status == "FAILURE"
    assert any("dcim.change_cable" in text for text in refused.messages("failure"))
    assert rows() == before
    with comes_back() as applied:
        applied.run = run_for(run_job, first)
        assert cable.terminations.count() == 2
    run_for(run_job, first, second)
    assert not Cable.objects.exists()


@pytest.mark.parametrize("missing", NEEDED)
def test_a_permission_is_missing(run_job, old, make_user, rows, missing):
    user = make_user(permissions=dict.fromkeys(each for each in NEEDED if each != missing))
    before = rows()
    run = run_for(run_job, old, user=user)
    assert run.status == "FAILURE"
    assert any(missing in text for text in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize(
    ("permission", "constraints"),
    [
        ("dcim.change_device", {"name": "sw-02"}),
        ("dcim.change_device", {"status__name": "Active"}),
        ("ipam.delete_ipaddress", {"host": "192.0.2.9"}),
        ("dcim.delete_cable", {"label": "none"}),
    ],
)
def test_permissions_with_constraints(run_job, old, make_user, rows, permission, constraints):
    user = make_user(permissions={**dict.fromkeys(NEEDED), permission: constraints})
    before = rows()
    run = run_for(run_job, old, user=user)
    assert run.status == "FAILURE"
    assert any(permission in text for text in run.messages("failure"))
    assert rows() == before


def test_enough_permissions(run_job, old, make_user):
    assert run_for(run_job, old, user=make_user(permissions=dict.fromkeys(NEEDED))).status == "SUCCESS"


def test_what_may_not_be_viewed_does_not_exist(run_job, old, make_user):
    user = make_user(permissions={**dict.fromkeys(NEEDED), "dcim.view_device": {"name": "sw-02"}})
    run = run_job(DecommissionDevices, {"table": listed("device\nsw-01\n"), "dryrun": False}, user=user)
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)


def test_query_count(run_job, lab):
    device_type = lab.device_type("Switch", interfaces=1)

    def planned():
        return run_job(DecommissionDevices, {"everything": True, "dryrun": False}).query_count

    for number in range(10):
        lab.device(f"sw-{number}", device_type, status=lab.status("Decommissioning"))
    few = planned()
    for number in range(10, 100):
        lab.device(f"sw-{number}", device_type, status=lab.status("Decommissioning"))
    assert planned() == few
