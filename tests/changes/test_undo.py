"""What is undone, row by row, and when it is refused."""

import json

import pytest
from django.contrib.contenttypes.models import ContentType
from nautobot.dcim.models import Cable, Device, Interface, VirtualChassis
from nautobot.extras.models import Contact, ContactAssociation, JobResult, Note, ObjectChange, Role, Tag
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Prefix, Service

from jobs.changes.undo import UndoChange


@pytest.fixture
def stacked(lab):
    """Two members of a virtual chassis with a module, cables, addresses, primaries, tags, notes and contacts."""
    device_type = lab.device_type("Switch", interfaces=3, console=1, power=1, bays=1)
    first, second, other = (lab.device(name, device_type) for name in ("sw-01", "sw-02", "sw-03"))
    lab.module(first, lab.module_type("Card", management=1))
    lab.stack(first, second)
    ports = {device.name: list(device.interfaces.order_by("name")) for device in (first, second, other)}
    lab.cable(ports["sw-01"][0], ports["sw-03"][0])
    lab.cable(ports["sw-01"][1], ports["sw-01"][2])
    address = lab.address("192.0.2.1/24", ports["sw-01"][0])
    first.refresh_from_db()
    first.primary_ip4 = address
    first.validated_save()
    tag = Tag.objects.create(name="core")
    tag.content_types.add(ContentType.objects.get_for_model(Device), ContentType.objects.get_for_model(Interface))
    first.tags.add(tag)
    ports["sw-01"][0].tags.add(tag)
    Note(assigned_object=first, user_name="me", note="careful").save()
    contact = Contact.objects.create(name="Noc")
    role = Role.objects.create(name="Contact")
    role.content_types.add(ContentType.objects.get_for_model(ContactAssociation))
    ContactAssociation.objects.create(
        contact=contact,
        associated_object_type=ContentType.objects.get_for_model(Device),
        associated_object_id=first.pk,
        role=role,
        status=lab.active,
    )
    ports["sw-02"][0].mode = "tagged"
    ports["sw-02"][0].validated_save()
    ports["sw-02"][0].tagged_vlans.add(lab.vlan(10))
    return Device.objects.get(name="sw-01")


def test_device_with_everything(execute, stacked, comes_back):
    with comes_back() as applied:
        VirtualChassis.objects.get()

        def planner(plan):
            chassis = VirtualChassis.objects.get()
            plan.update(chassis, master=None, reason="test")
            plan.delete(Device.objects.get(name="sw-01"), reason="test")
            plan.delete(Device.objects.get(name="sw-02"), reason="test")
            plan.delete(chassis, reason="test")

        applied.run = execute(planner)
        assert not Device.objects.exclude(name="sw-03").exists()


def test_stack_alone(execute, stacked, comes_back):
    with comes_back() as applied:
        applied.run = execute(lambda plan: plan.delete(VirtualChassis.objects.get(), reason="test"))


def test_address(execute, stacked, comes_back):
    with comes_back() as applied:
        applied.run = execute(lambda plan: plan.delete(IPAddress.objects.get(), reason="test"))


def test_assigned_address(execute, stacked, comes_back):
    with comes_back() as applied:
        applied.run = execute(lambda plan: plan.delete(IPAddressToInterface.objects.get(), reason="test"))


def test_cable(execute, stacked, comes_back):
    with comes_back() as applied:
        applied.run = execute(lambda plan: [plan.delete(each, reason="test") for each in Cable.objects.order_by("pk")])


def test_created_device(execute, stacked, lab, comes_back):
    with comes_back() as applied:
        old = Device.objects.get(name="sw-03")

        def planner(plan):
            new = Device(
                name="sw-04", device_type=old.device_type, role=old.role, location=old.location, status=lab.active
            )
            plan.create(new, reason="test", tags=[Tag.objects.get()])
            plan.update(old, name="sw-05", tags=[Tag.objects.get()], reason="test")

        applied.run = execute(planner)
        assert Device.objects.get(name="sw-04").interfaces.count() == 3


def test_object_that_was_updated_twice(execute, stacked, comes_back):
    """Its name ends as it began, its serial number does not: the second time there is nothing to undo."""
    with comes_back() as applied:

        def planner(plan):
            device = Device.objects.get(name="sw-03")
            plan.update(device, name="for a while", serial="1", reason="test")
            plan.update(device, name="sw-03", serial="2", reason="test")

        applied.run = execute(planner)
        assert Device.objects.get(name="sw-03").serial == "2"


def test_undo_of_undo(execute, stacked, undo, rows):
    applied = execute(lambda plan: plan.delete(IPAddress.objects.get(), reason="test"))
    after = rows()
    taken_back = undo(applied)
    assert IPAddress.objects.count() == 1
    assert undo(taken_back).status == "SUCCESS"
    assert rows() == after


def test_refuses_what_has_changed_since(execute, stacked, undo, rows, make_user):
    from nautobot.apps.change_logging import web_request_context

    device = Device.objects.get(name="sw-03")
    run = execute(lambda plan: plan.update(device, serial="1", comments="x", reason="test"))
    other = make_user("somebody")
    with web_request_context(other):
        device = Device.objects.get(name="sw-03")
        device.serial = "2"
        device.validated_save()
    before = rows()

    result = undo(run)

    assert result.status == "FAILURE"
    assert result.result["problems"] == 1
    assert any("serial changed since, by somebody on" in message for message in result.messages("failure"))
    assert rows() == before


def test_refuses_to_take_along_what_came_later(execute, stacked, undo, rows, lab):
    old = Device.objects.get(name="sw-03")

    def planner(plan):
        new = Device(name="sw-04", device_type=old.device_type, role=old.role, location=old.location, status=lab.active)
        plan.create(new, reason="test")

    run = execute(planner)
    interface = lab.interface(Device.objects.get(name="sw-04"), "lo0")
    before = rows()

    result = undo(run)

    assert result.status == "FAILURE"
    assert any("lo0" in message for message in result.messages("failure"))
    assert rows() == before
    interface.delete()
    assert undo(run).status == "SUCCESS"


def test_refuses_a_run_without_journal(run_job, db):
    result = JobResult.objects.create(name="any")
    run = run_job(UndoChange, {"run_to_undo": result})
    assert run.status == "FAILURE"
    assert "undo.json" in run.result["refused"]


def test_needs_permission_for_what_comes_back(execute, stacked, undo, make_user, rows):
    run = execute(lambda plan: plan.delete(IPAddress.objects.get(), reason="test"))
    user = make_user(permissions={"extras.view_jobresult": None})
    before = rows()

    result = undo(run, user=user)

    assert result.status == "FAILURE"
    assert "ipam.add_ipaddress" in result.result["refused"]
    assert rows() == before


def test_journal_says_who_did_what(execute, stacked, superuser):
    run = execute(lambda plan: plan.delete(IPAddress.objects.get(), reason="test"))
    data = json.loads(run.files["undo.json"])
    assert data["user"] == superuser.username
    change = ObjectChange.objects.get(
        request_id=data["request_id"], action="delete", changed_object_type__model="ipaddress"
    )
    assert change.change_context == "job"


def test_what_nautobot_empties_along_comes_back(execute, stacked, comes_back):
    with comes_back() as applied:
        port = Interface.objects.get(device__name="sw-02", mode="tagged")
        applied.run = execute(lambda plan: plan.update(port, mode="access", reason="test"))
        assert port.tagged_vlans.count() == 0


def test_prefix_between_others(execute, lab, comes_back):
    outer, inner = lab.prefix("10.0.0.0/8", "container"), lab.prefix("10.1.1.0/24")
    address = lab.host("10.1.1.1/24")
    with comes_back() as applied:

        def planner(plan):
            plan.create(type(outer)(prefix="10.1.0.0/16", namespace=lab.namespace(), status=lab.active), reason="test")
            plan.delete(inner, reason="test")

        applied.run = execute(planner)
        address.refresh_from_db()
        assert str(address.parent.prefix) == "10.1.0.0/16"


def test_prefix_that_got_children_since(execute, lab, undo):
    def planner(plan):
        plan.create(Prefix(prefix="10.1.0.0/16", namespace=lab.namespace(), status=lab.active), reason="test")

    outer = lab.prefix("10.0.0.0/8", "container")
    run = execute(planner)
    child = lab.prefix("10.1.1.0/24")
    assert undo(run).status == "SUCCESS"
    child.refresh_from_db()
    assert child.parent == outer


def test_what_was_invalid_is_so_again(execute, stacked, lab, comes_back, undo, rows):
    other = Device.objects.get(name="sw-03")
    lab.force(other, primary_ip4=IPAddress.objects.get())  # that of another device

    def planner(plan):
        plan.may_be_invalid = True
        plan.update(Device.objects.get(name="sw-03"), primary_ip4=None, reason="test")

    with comes_back() as applied:
        applied.run = execute(planner)
    before = rows()
    assert undo(undo(undo(execute(planner)))).status == "SUCCESS"
    assert rows() == before


def test_what_was_valid_is_not_made_invalid(execute, stacked, lab, undo, rows):
    """The address of the device has been taken away meanwhile."""
    run = execute(lambda plan: plan.update(Device.objects.get(name="sw-01"), primary_ip4=None, reason="test"))
    IPAddressToInterface.objects.all().delete()
    before = rows()
    assert undo(run).status == "FAILURE"
    assert rows() == before


def test_many_to_many_field_names_again_what_comes_back(execute, stacked, comes_back):
    """Of a service that lost an address before that was deleted."""
    service = Service(name="ssh", protocol="tcp", ports=[22], device=stacked)
    service.validated_save()
    service.ip_addresses.set(IPAddress.objects.all())

    def planner(plan):
        plan.update(Service.objects.get(), ip_addresses=[], reason="test")
        plan.delete(IPAddress.objects.get(), reason="test")

    with comes_back() as applied:
        applied.run = execute(planner)
        assert not IPAddress.objects.exists()
