"""Devices whose place another one takes."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim.models import (
    Cable,
    ConsolePort,
    Device,
    DeviceBay,
    DeviceRedundancyGroup,
    Interface,
    Module,
    VirtualChassis,
)
from nautobot.extras.models import (
    Contact,
    ContactAssociation,
    CustomField,
    DynamicGroup,
    Note,
    Relationship,
    RelationshipAssociation,
    Role,
    StaticGroupAssociation,
    Tag,
)
from nautobot.ipam.models import VRF, Service

from jobs.changes.replace_device import ReplaceDevice

NEEDED = ("dcim.view_device", "dcim.change_device")


def listed(text):
    return SimpleUploadedFile("names.csv", text.encode())


def replace(run_job, old, new=None, user=None, **inputs):
    values = {"device": old, **({"replacement": new} if new else {}), "dryrun": False, **inputs}
    return run_job(ReplaceDevice, values, user=user)


@pytest.fixture
def old(lab):
    """A device in use, with about everything that a device can have; a spare of the same type, and one of another."""
    device_type = lab.device_type("Switch", interfaces=3, console=1, power=1)
    lab.vlans = [lab.vlan(10), lab.vlan(20)]
    far, member = lab.device("far", device_type), lab.device("member", device_type)
    group = DeviceRedundancyGroup.objects.create(name="pair", status=lab.active)
    device = lab.device(
        "sw-01",
        device_type,
        serial="OLD",
        rack=lab.rack(),
        position=1,
        face="front",
        tenant=lab.tenant("Corp"),
        device_redundancy_group=group,
        device_redundancy_group_priority=1,
        local_config_context_data={"ntp": "192.0.2.1"},
    )
    lab.stack(device, member)
    device.refresh_from_db()
    channel = lab.interface(device, "Po1", type="lag")
    one, two, three = device.interfaces.filter(name__startswith="eth").order_by("name")
    vrf = VRF.objects.create(name="red", namespace=lab.namespace())
    vrf.devices.add(device)
    for port in (one, two):
        port.lag = channel
        port.validated_save()
    three.mode, three.untagged_vlan, three.vrf, three.description = "tagged", lab.vlans[0], vrf, "uplink"
    three.validated_save()
    three.tagged_vlans.add(lab.vlans[1])
    elsewhere = member.interfaces.first()
    elsewhere.lag = channel
    elsewhere.validated_save()
    lab.cable(one, far.interfaces.first())
    lab.cable(device.console_ports.first(), lab.console_server().console_server_ports.first())
    address = lab.address("192.0.2.1/24", three)
    lab.address("192.0.2.2/24", channel)
    device.refresh_from_db()
    device.primary_ip4 = address
    device.validated_save()
    Service(device=device, name="ssh", protocol="tcp", ports=[22]).validated_save()
    tag = Tag.objects.create(name="core")
    tag.content_types.add(ContentType.objects.get_for_model(Device), ContentType.objects.get_for_model(Interface))
    device.tags.add(tag)
    three.tags.add(tag)
    contents = ContentType.objects.get_for_model(Device)
    role = Role.objects.create(name="Owner")
    role.content_types.add(ContentType.objects.get_for_model(ContactAssociation))
    ContactAssociation.objects.create(
        contact=Contact.objects.create(name="Noc"),
        associated_object_type=contents,
        associated_object_id=device.pk,
        role=role,
        status=lab.active,
    )
    relationship = Relationship(
        label="Backup", key="backup", type="many-to-many", source_type=contents, destination_type=contents
    )
    relationship.validated_save()
    RelationshipAssociation(relationship=relationship, source=device, destination=far).validated_save()
    static = DynamicGroup(name="Watched", content_type=contents, group_type="static")
    static.validated_save()
    StaticGroupAssociation(dynamic_group=static, associated_object=device).validated_save()
    lab.same = lab.device("spare-01", device_type, serial="NEW")
    lab.other = lab.device("spare-02", lab.device_type("Newer", interfaces=3, console=1), serial="NEWER")
    for number, interface in enumerate(lab.other.interfaces.order_by("name"), 1):
        lab.force(interface, name=f"ge-{number}")
    device.refresh_from_db()
    return device


def check_replaced(old, spare, names):
    new, gone = Device.objects.get(pk=spare.pk), Device.objects.get(pk=old.pk)
    assert (new.name, new.serial, new.status.name) == ("sw-01", spare.serial, "Active")
    assert (gone.name, gone.serial, gone.status.name) == (spare.name, "OLD", "Failed")
    assert (new.rack.name, new.position, new.face, new.tenant.name) == ("R1", 1, "front", "Corp")
    assert (gone.rack, gone.position, gone.primary_ip4, gone.virtual_chassis) == (None, None, None, None)
    assert new.local_config_context_data == {"ntp": "192.0.2.1"}
    assert gone.local_config_context_data is None
    assert (new.device_redundancy_group.name, new.primary_ip4.host) == ("pair", "192.0.2.1")
    assert VirtualChassis.objects.get().master == new
    channel = Interface.objects.get(name="Po1")
    assert channel.device == new
    assert {interface.name for interface in channel.member_interfaces.filter(device=new)} == {names[0], names[1]}
    assert channel.member_interfaces.exclude(device=new).get().device.name == "member"
    third = new.interfaces.get(name=names[2])
    assert (third.description, third.untagged_vlan.vid, third.vrf.name) == ("uplink", 10, "red")
    assert [vlan.vid for vlan in third.tagged_vlans.all()] == [20]
    assert [address.host for address in third.ip_addresses.all()] == ["192.0.2.1"]
    assert [tag.name for tag in (*new.tags.all(), *third.tags.all())] == ["core", "core"]
    assert not gone.tags.exists()
    assert not gone.interfaces.exclude(ip_addresses=None).exists()
    assert new.interfaces.get(name=names[0]).cable is not None
    assert new.console_ports.get().cable is not None
    assert Cable.objects.count() == 2
    assert new.services.get().name == "ssh"
    assert ContactAssociation.objects.get().associated_object_id == new.pk
    assert RelationshipAssociation.objects.get().source_id == new.pk
    assert StaticGroupAssociation.objects.get(dynamic_group__name="Watched").associated_object_id == new.pk


def test_by_the_same_type(run_job, lab, old, comes_back):
    with comes_back() as applied:
        run = applied.run = replace(run_job, old, lab.same)
        assert run.status == "SUCCESS", run.messages()
        check_replaced(old, lab.same, ["eth 1", "eth 2", "eth 3"])
        again = replace(run_job, old, lab.same)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0)


def test_by_another_type(run_job, lab, old, comes_back, rows):
    before = rows()
    refused = replace(run_job, old, lab.other)
    assert refused.status == "FAILURE"
    assert any("eth 3" in text for text in refused.messages("failure"))
    assert rows() == before
    with comes_back() as applied:
        names = "old;new\neth 1;ge-3\neth 2;ge-2\neth 3;ge-1\n"
        run = applied.run = replace(run_job, old, lab.other, table=listed(names))
        assert run.status == "SUCCESS", run.messages()
        check_replaced(old, lab.other, ["ge-3", "ge-2", "ge-1"])


def test_keeps_the_names(run_job, lab, old, comes_back):
    with comes_back() as applied:
        applied.run = replace(run_job, old, lab.same, swap_names=False, status=lab.status("Offline"))
        assert Device.objects.get(pk=old.pk).name == "sw-01"
        assert Device.objects.get(pk=lab.same.pk).position == 1


def test_notes_and_custom_fields_come_along(run_job, lab, old, comes_back, superuser):
    for key in ("owner", "contract"):
        field = CustomField(key=key, label=key, type="text")
        field.validated_save()
        field.content_types.set(ContentType.objects.get_for_models(Device, Interface).values())
    port = old.interfaces.get(name="eth 3")
    for obj, values in (
        (old, {"owner": "noc"}),
        (lab.same, {"owner": "store", "contract": "C-1"}),
        (port, {"owner": "campus"}),
    ):
        obj = type(obj).objects.get(pk=obj.pk)
        obj._custom_field_data.update(values)
        obj.validated_save()
    for obj in (old, port):
        Note(assigned_object=obj, user=superuser, note="Do not touch").validated_save()
    with comes_back() as applied:
        applied.run = replace(run_job, old, lab.same)
        assert applied.run.status == "SUCCESS", applied.run.messages()
        new = Device.objects.get(pk=lab.same.pk)
        assert new.cf == {"owner": "noc", "contract": "C-1"}
        third = new.interfaces.get(name="eth 3")
        assert third.cf["owner"] == "campus"
        assert {note.assigned_object_id for note in Note.objects.all()} == {new.pk, third.pk}


def test_modules_go_to_bays_that_are_free(run_job, lab, comes_back):
    with_bays, card = lab.device_type("Modular", interfaces=1, bays=2), lab.module_type("Card", console=1, power=1)
    device, spare = lab.device("sw-01", with_bays), lab.device("spare-01", with_bays)
    first, second = lab.module(device, card), lab.module(device, card, "Bay 2")
    lab.module(spare, card, "Bay 2")
    cables = [
        lab.cable(module.console_ports.get(), port)
        for module, port in zip((first, second), lab.console_server().console_server_ports.all(), strict=False)
    ]
    port = first.console_ports.get().pk
    with comes_back() as applied:
        applied.run = replace(run_job, device, spare)
        assert applied.run.status == "SUCCESS", applied.run.messages()
        modules = {module.pk: module.parent_module_bay for module in Module.objects.all()}
        assert (modules[first.pk].parent_device, modules[first.pk].name) == (spare, "Bay 1")
        assert modules[second.pk].parent_device == device  # the spare has one in that bay
        assert type(cables[0]).objects.count() == 2
        assert ConsolePort.objects.get(pk=port).cable is not None
        assert ConsolePort.objects.get(module=second.pk).cable is None
        assert replace(run_job, device, spare).result["changes"] == 0


def test_modules_go_to_bays_of_other_names(run_job, lab, comes_back, make_user, rows):
    card = lab.module_type("Card", console=1)
    device = lab.device("sw-01", lab.device_type("Modular", bays=1))
    spare = lab.device("spare-01", lab.device_type("Newer", bays=1))
    lab.force(spare.module_bays.get(), name="Slot 1")
    module = lab.module(device, card)
    names = "old;new\nBay 1;Slot 1\n"
    user = make_user(permissions=dict.fromkeys(NEEDED))
    before = rows()
    refused = replace(run_job, device, spare, user=user, table=listed(names))
    assert refused.status == "FAILURE"
    assert "dcim.change_module" in " ".join(refused.messages("failure"))
    assert rows() == before
    with comes_back() as applied:
        applied.run = replace(run_job, device, spare, table=listed(names))
        assert applied.run.status == "SUCCESS", applied.run.messages()
        assert Module.objects.get(pk=module.pk).parent_module_bay == spare.module_bays.get()


def test_in_a_bay(run_job, lab, comes_back):
    parent_type, child_type = lab.device_type("Chassis"), lab.device_type("Blade")
    lab.force(parent_type, subdevice_role="parent")
    lab.force(child_type, subdevice_role="child", u_height=0)
    parent_type.refresh_from_db()
    child_type.refresh_from_db()
    parents = [lab.device(name, parent_type) for name in ("chassis", "spare-chassis")]
    blades = [lab.device(name, child_type) for name in ("blade", "spare-blade")]
    DeviceBay(device=parents[0], name="1", installed_device=blades[0]).validated_save()
    DeviceBay(device=parents[1], name="1").validated_save()
    with comes_back() as applied:
        applied.run = replace(run_job, *blades)
        assert applied.run.status == "SUCCESS", applied.run.messages()
        assert DeviceBay.objects.get(device=parents[0]).installed_device == blades[1]
    with comes_back() as applied:
        applied.run = replace(run_job, *parents)
        assert DeviceBay.objects.get(device=parents[1]).installed_device == blades[0]


def test_same_device_gets_new_hardware(run_job, old, comes_back):
    with comes_back() as applied:
        run = applied.run = replace(run_job, old, serial="NEW1", asset_tag="A1")
        assert (run.status, run.result["changes"]) == ("SUCCESS", 1)
        device = Device.objects.get(pk=old.pk)
        assert (device.serial, device.asset_tag) == ("NEW1", "A1")
        assert replace(run_job, old, serial="NEW1", asset_tag="A1").result["changes"] == 0


@pytest.mark.parametrize("case", ["nothing", "both", "itself", "list without replacement"])
def test_refuses_unclear_requests(run_job, lab, old, rows, case):
    inputs = {
        "nothing": {},
        "both": {"new": lab.same, "serial": "1"},
        "itself": {"new": old},
        "list without replacement": {"serial": "1", "table": listed("old,new\na,b\n")},
    }[case]
    before = rows()
    run = replace(run_job, old, **inputs)
    assert (run.status, run.files) == ("FAILURE", {})
    assert rows() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("old,new\neth 9,eth 1\n", ("old", "eth 9")),
        ("old,new\neth 1,eth 9\n", ("new", "eth 9")),
        ("old,new\neth 1,eth 2\neth 1,eth 3\n", ("Row 3", "old", "eth 1")),
        ("old,new\neth 1,eth 2\neth 3,eth 2\n", ("Row 3", "new", "eth 2")),
        ("old,new\neth 1,eth 2\n", ("eth 2", "already")),
        ("old,new\neth 1,\n", ("Row 2", "new")),
    ],
)
def test_bad_list(run_job, lab, old, rows, text, says):
    before = rows()
    run = replace(run_job, old, lab.same, table=listed(text))
    assert run.status == "FAILURE"
    assert any(all(word in message for word in says) for message in run.messages("failure")), run.messages("failure")
    assert rows() == before


def test_spare_in_use(run_job, lab, old, rows):
    lab.cable(lab.same.interfaces.get(name="eth 1"), lab.other.interfaces.first())
    before = rows()
    run = replace(run_job, old, lab.same)
    assert run.status == "FAILURE"
    assert any("spare-01" in text and "cables" in text for text in run.messages("failure"))
    assert rows() == before


def test_permissions(run_job, lab, old, make_user, rows):
    nobody = make_user("nobody", {"dcim.view_device": None})
    limited = make_user("limited", dict.fromkeys(NEEDED))
    other = make_user("other", {"dcim.view_device": None, "dcim.change_device": {"name": "far"}})
    after = make_user("after", {"dcim.view_device": None, "dcim.change_device": {"serial": "OLD"}})
    before = rows()
    refused = replace(run_job, old, serial="1", user=nobody)
    assert any("dcim.change_device" in text for text in refused.messages("failure"))
    for user in (other, after):
        run = replace(run_job, old, serial="1", user=user)
        assert any("sw-01" in text and "dcim.change_device" in text for text in run.messages("failure"))
    run = replace(run_job, old, lab.same, user=limited)
    assert run.status == "FAILURE"
    assert any("lacks the permission" in text for text in run.messages("failure")), run.messages("failure")
    assert rows() == before
    assert replace(run_job, old, serial="1", user=limited).status == "SUCCESS"


def test_cables_take_a_permission_to_change(run_job, lab, make_user, rows):
    device_type = lab.device_type("Small", interfaces=1)
    first, second, far = (lab.device(name, device_type) for name in ("a", "b", "far"))
    lab.cable(first.interfaces.get(), far.interfaces.get())
    user = make_user(permissions=dict.fromkeys((*NEEDED, "dcim.change_interface")))
    before = rows()
    run = replace(run_job, first, second, user=user)
    assert run.status == "FAILURE"
    assert any("_cable" in text for text in run.messages("failure"))  # before 3.2 it is deleted, and another is added
    assert rows() == before


def test_query_count(run_job, lab):
    def planned(number):
        device_type = lab.device_type(f"Type {number}", interfaces=number)
        old, new = lab.device(f"old {number}", device_type), lab.device(f"new {number}", device_type)
        lab.force(old, status=lab.status("Failed"))
        return replace(run_job, old, new).query_count

    assert planned(10) == planned(100)
