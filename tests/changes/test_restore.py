"""What comes back from the change log, and when it is refused."""

import uuid

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from nautobot.apps.change_logging import web_request_context
from nautobot.dcim.models import Cable, Device, Interface, Location, Manufacturer
from nautobot.extras.models import Note, ObjectChange, Tag
from nautobot.ipam.models import Prefix

from jobs.changes.restore import RestoreFromChangeLog
from jobs.toolkit import compat_cables
from jobs.toolkit.change_log import Step, Story, difference, flat, rewind, uncover_deletions


def differences(before, after):
    """What two states of the database do not have in common, by table."""
    tables = [table for table in {*before, *after} if before.get(table) != after.get(table)]
    return {table: before.get(table, set()) ^ after.get(table, set()) for table in tables}


@pytest.fixture
def restore(run_job):
    def run(*, dryrun=False, user=None, **values):
        return run_job(RestoreFromChangeLog, {"dryrun": dryrun, **values}, user=user)

    return run


@pytest.fixture
def logged(make_user):
    """A function that returns a block whose changes are logged for a user; the block has its request's ID."""
    users = {}

    def block(name="somebody"):
        users[name] = users.get(name) or make_user(name)
        request = uuid.uuid4()
        context = web_request_context(users[name], change_id=request)
        context.request_id = str(request)
        return context

    return block


@pytest.fixture
def devices(lab, logged):
    """Two devices with everything, as the change log has them already."""
    device_type = lab.device_type("Switch", interfaces=3, console=1, power=1, bays=1)
    with logged("builder"):
        first, second = lab.device("sw-01", device_type, serial="1"), lab.device("sw-02", device_type)
        lab.module(first, lab.module_type("Card", management=1))
        lab.cable(first.interfaces.get(name="eth 1"), second.interfaces.get(name="eth 1"))
        lab.address("192.0.2.1/24", first.interfaces.get(name="eth 2"))
        tag = Tag.objects.create(name="Red")
        tag.content_types.add(*ContentType.objects.get_for_models(Device, Interface).values())
        first.tags.add(tag)
        Note(assigned_object=first, user_name="me", note="careful").save()
        port = second.interfaces.get(name="eth 3")
        port.mode = "tagged"
        port.validated_save()
        port.tagged_vlans.add(lab.vlan(10))
    return Device.objects.get(name="sw-01"), Device.objects.get(name="sw-02")


def test_deleted_device_comes_back_with_all_of_it(restore, devices, logged, rows):
    before = rows()
    block = logged()
    with block:
        devices[0].delete()
    run = restore(request_id=block.request_id)
    assert run.status == "SUCCESS", run.messages()
    # Assignments come back with keys of their own: nothing points at them.
    assert set(differences(before, rows())) <= {"ipam_ipaddresstointerface"}
    assert Interface.objects.get(ip_addresses__host="192.0.2.1").name == "eth 2"


def test_dry_run_and_second_run_write_nothing(restore, devices, logged, rows):
    block = logged()
    with block:
        devices[0].delete()
    before = rows()
    first, again = restore(request_id=block.request_id, dryrun=True), restore(request_id=block.request_id, dryrun=True)
    assert rows() == before
    assert first.result["fingerprint"] == again.result["fingerprint"]
    applied = restore(request_id=block.request_id, only_if=first.result["fingerprint"])
    assert applied.result["applied"], applied.messages()
    for values in ({"request_id": block.request_id}, {"user_name": "somebody"}):
        second = restore(**values)
        assert (second.status, second.result["changes"]) == ("SUCCESS", 0)


def test_can_be_undone(restore, devices, logged, comes_back, lab):
    block = logged()
    with block:
        devices[0].delete()
        devices[1].serial = "2"
        devices[1].validated_save()
        lab.prefix("198.51.100.0/24", locations=[lab.site])
    with comes_back() as applied:
        applied.run = restore(request_id=block.request_id, delete_created=True)
        assert not Prefix.objects.filter(prefix="198.51.100.0/24").exists()


def test_deleted_cable_comes_back_attached(restore, devices, logged, rows):
    before = rows()
    block = logged()
    with block:
        Cable.objects.get().delete()
    assert restore(request_id=block.request_id).status == "SUCCESS"
    assert differences(before, rows()) == {}


def test_lists_with_a_model_between_come_back(restore, lab, logged):
    with logged("builder"):
        prefix = lab.prefix("198.51.100.0/24", locations=[lab.site])
    block = logged()
    with block:
        prefix.delete()
    assert restore(request_id=block.request_id).status == "SUCCESS"
    assert list(Prefix.objects.get(prefix="198.51.100.0/24").locations.all()) == [lab.site]


def test_changed_fields_go_back_one_by_one(restore, devices, logged):
    device = devices[1]
    with logged("first"):
        device.serial, device.comments = "22", "by first"
        device.validated_save()
    with logged("second"):
        device.refresh_from_db()
        device.asset_tag = "A-1"
        device.validated_save()
    run = restore(user_name="first")
    assert run.status == "SUCCESS", run.messages()
    device.refresh_from_db()
    assert (device.serial, device.comments, device.asset_tag) == ("", "", "A-1")


def test_lists_go_back(restore, devices, logged, lab):
    port = devices[1].interfaces.get(name="eth 3")
    block = logged()
    with block:
        port.tagged_vlans.set([lab.vlan(20)])
        port.tags.add(Tag.objects.get())
    assert restore(request_id=block.request_id).status == "SUCCESS"
    assert ([vlan.vid for vlan in port.tagged_vlans.all()], list(port.tags.all())) == ([10], [])


def test_changed_since_is_refused_or_left(restore, devices, logged, rows):
    device = devices[1]
    block = logged("first")
    with block:
        device.serial, device.comments = "22", "by first"
        device.validated_save()
    with logged("second"):
        device.serial = "33"
        device.validated_save()
    before = rows()
    run = restore(request_id=block.request_id)
    assert (run.status, run.result["problems"]) == ("FAILURE", 1)
    assert any("serial changed since (by second on" in text for text in run.messages("failure"))
    assert rows() == before
    run = restore(request_id=block.request_id, changed_since="leave")
    device.refresh_from_db()
    assert (run.status, device.serial, device.comments) == ("SUCCESS", "33", "")


def test_both_changes_go_back(restore, devices, logged):
    device = devices[1]
    for serial in ("22", "33"):
        with logged("first"):
            device.serial = serial
            device.validated_save()
    assert restore(user_name="first").result["changes"] == 1
    device.refresh_from_db()
    assert device.serial == ""


def test_changed_and_deleted(restore, devices, logged):
    device = devices[1]
    with logged("first"):
        device.serial = "22"
        device.validated_save()
        device.delete()
    assert restore(user_name="first").status == "SUCCESS"
    assert Device.objects.get(name="sw-02").serial in ("", "22")


class TestCreated:
    @pytest.fixture
    def block(self, lab, logged, devices):
        block = logged()
        with block:
            device = lab.device("sw-09", devices[0].device_type)
            device.interfaces.get(name="eth 1")
        return block

    def test_stays_unless_told(self, restore, block):
        assert restore(request_id=block.request_id).result["changes"] == 0
        assert Device.objects.filter(name="sw-09").exists()

    def test_goes_with_its_components(self, restore, block):
        run = restore(request_id=block.request_id, delete_created=True)
        assert run.status == "SUCCESS", run.messages()
        assert not Device.objects.filter(name="sw-09").exists()

    def test_changed_since(self, restore, block, logged):
        with logged("other"):
            device = Device.objects.get(name="sw-09")
            device.serial = "9"
            device.validated_save()
        run = restore(request_id=block.request_id, delete_created=True)
        assert run.status == "FAILURE"
        assert any("serial" in text and "by other" in text for text in run.messages("failure"))

    def test_does_not_take_along_what_came_later(self, restore, block, lab, logged):
        with logged("other"):
            lab.interface(Device.objects.get(name="sw-09"), "lo0")
        run = restore(request_id=block.request_id, delete_created=True)
        assert run.status == "FAILURE"
        assert any("lo0" in text for text in run.messages("failure"))


def test_by_object(restore, devices, logged):
    first = str(devices[0].pk)
    with logged():
        for device in devices:
            device.delete()
    kind = ContentType.objects.get_for_model(Device)
    assert restore(kind=kind, which="sw-02", deleted_only=True).status == "SUCCESS"
    assert [device.name for device in Device.objects.all()] == ["sw-02"]
    assert restore(kind=kind, which=first, deleted_only=True).status == "SUCCESS"
    assert Device.objects.count() == 2


def test_by_time(restore, devices, logged):
    with logged():
        devices[1].delete()
    assert restore(since="2000-01-01", until="2000-01-02").status == "FAILURE"
    assert restore(since="2000-01-01 10:00", user_name="somebody").status == "SUCCESS"
    assert Device.objects.count() == 2


def test_what_it_needs_is_gone(restore, devices, logged, lab, rows):
    block = logged()
    with block:
        devices[1].delete()
    Device.objects.all().delete()
    Location.objects.filter(name="AMS01").delete()
    before = rows()
    run = restore(request_id=block.request_id)
    assert run.status == "FAILURE"
    assert any("its location, location" in text for text in run.messages("failure"))
    assert rows() == before


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"request_id": "nonsense"},
        {"request_id": str(uuid.UUID(int=7))},
        {"since": "yesterday"},
        {"which": "sw-01"},
    ],
)
def test_refuses(restore, db, values):
    run = restore(**values)
    assert run.status == "FAILURE"
    assert run.result["refused"]


def test_name_is_taken_meanwhile(restore, logged, db, rows):
    """One row fails after others were made: none is there any more to be validated."""
    first, second = (Manufacturer.objects.create(name=name) for name in ("First", "Second"))
    block = logged()
    with block:
        first.delete()
        second.delete()
    Manufacturer.objects.create(name="First")
    before = rows()
    run = restore(request_id=block.request_id)
    assert run.status == "FAILURE"
    assert any("First" in message and "name" in message for message in run.messages("failure")), run.messages()
    assert any("restore manufacturer Second" in message for message in run.messages()), run.messages()
    assert rows() == before


def test_needs_permissions(restore, devices, logged, make_user, rows):
    block = logged()
    with block:
        devices[1].delete()
    users = make_user("nobody"), make_user("viewer", permissions={"extras.view_objectchange": None})
    before = rows()
    nobody = restore(request_id=block.request_id, user=users[0])
    assert "extras.view_objectchange" in nobody.result["refused"]
    viewer = restore(request_id=block.request_id, user=users[1])
    assert viewer.status == "FAILURE"
    assert any("dcim.add_device" in text for text in viewer.messages("failure"))
    assert rows() == before


def test_says_what_the_log_does_not_tell(restore, devices, logged):
    ObjectChange.objects.all().delete()
    block = logged()
    with block:
        devices[1].serial = "22"
        devices[1].validated_save()
    run = restore(request_id=block.request_id)
    assert (run.status, run.result["changes"]) == ("SUCCESS", 0)
    assert any("does not have what 1 objects were before" in text for text in run.messages())


def test_queries_do_not_grow_with_the_entries(restore, lab, logged):
    device_type = lab.device_type("Plain")

    def cost(number):
        with logged("builder"):
            made = [lab.device(f"d-{number}-{index}", device_type) for index in range(number)]
        block = logged()
        with block:
            for device in made:
                device.serial = device.name
                device.validated_save()
        for device in made:
            lab.force(device, serial="")
        with CaptureQueriesContext(connection) as queries:
            run = restore(request_id=block.request_id, dryrun=True)
        assert (run.result["changes"], run.result["unchanged"]) == (0, number)
        return len(queries)

    cost(3)
    assert cost(10) == cost(60)


class TestRewind:
    def test_newest_first(self):
        steps = [Step("update", "", changed={"a": (2, 3)}), Step("update", "", changed={"a": (1, 2), "b": (0, 5)})]
        assert rewind({"a": 3, "b": 5}, steps, delete_created=False) == ({"a": 1, "b": 0}, [])

    def test_is_idempotent(self):
        steps = [Step("delete", "", {"a": 3}), Step("update", "", changed={"a": (1, 3)})]
        then, _ = rewind(None, steps, delete_created=False)
        assert then == {"a": 1}
        assert rewind(then, steps, delete_created=False) == (then, [])

    def test_conflicts(self):
        steps = [Step("update", "", changed={"a": (1, 2), "b": (1, 2)})]
        assert rewind({"a": 7, "b": 2}, steps, delete_created=True) == ({"a": 7, "b": 1}, ["a changed since"])
        assert rewind(None, steps, delete_created=True) == (None, ["does not exist any more"])

    def test_created(self):
        steps = [Step("delete", "", {"a": 1}), Step("create", "", {"a": 1})]
        assert rewind(None, steps, delete_created=True) == (None, [])
        assert rewind(None, steps, delete_created=False) == ({"a": 1}, [])

    def test_difference(self):
        before = flat({"a": 1, "custom_fields": {"x": 1, "y": 2}, "tags": ["b", "a"], "last_updated": 1})
        after = flat({"a": 1, "custom_fields": {"x": 1, "y": 3}, "tags": ["a", "b"], "last_updated": 2})
        assert difference(before, after) == {"custom_fields.y": (2, 3)}


class TestDeletionsThatTheLogHides:
    """A cabled port that went with its device, as Nautobot before 3.2 logs it."""

    @pytest.fixture
    def stories(self, db):
        port, cable = (
            Story(label, str(uuid.uuid4()), "x", timezone.now()) for label in ("dcim.interface", "dcim.cable")
        )
        port.hidden = ({"name": "eth 1", "cable": cable.pk}, {"cable": {"id": cable.pk}})
        port.steps = [Step("update", "", changed={"cable": (cable.pk, None)}, request="1")]
        cable.steps = [Step("delete", "", {}, request="1")]
        return {port.key: port, cable.key: cable}

    def test_uncovered(self, stories):
        uncover_deletions(stories, set())
        port, cable = stories.values()
        assert (port.steps[0].action, port.steps[0].data["name"], port.cable_key) == ("delete", "eth 1", cable.pk)

    def test_what_is_there_was_not_deleted(self, stories):
        uncover_deletions(stories, set(stories))
        assert next(iter(stories.values())).steps[0].action == "update"

    def test_cable_went_in_another_request(self, stories):
        port, cable = stories.values()
        cable.steps[0] = cable.steps[0]._replace(request="2")
        uncover_deletions(stories, set())
        assert port.steps[0].action == "update"


def test_ends_before_3_2_are_fields(monkeypatch):
    monkeypatch.setattr(compat_cables, "CABLES_MAY_HANG", False)
    assert list(compat_cables.end_rows("1", {"a1": {"object_type": "dcim.interface", "id": "2"}})) == []
    assert compat_cables.loose_ends(["1"]) == {}
