"""The engine: what is planned is what happens, all of it or nothing, as far as the user may."""

import csv
import io

import pytest
from nautobot.dcim.models import Device, Interface
from nautobot.extras.models import ObjectChange
from nautobot.ipam.models import IPAddress, Prefix

from jobs.toolkit.access import RefusalError

VIEW = {"extras.view_jobresult": None}


@pytest.fixture
def switches(lab):
    """Three devices sw-01 to sw-03 with two interfaces each."""
    device_type = lab.device_type("Switch", interfaces=2)
    return [lab.device(f"sw-0{number}", device_type) for number in (1, 2, 3)]


def rename(*pairs):
    """A planner that renames devices, one row each."""

    def planner(plan):
        devices = {device.name: device for device in Device.objects.order_by("name")}
        for old, new in pairs:
            with plan.row(old):
                plan.update(devices[old], name=new, reason="test")

    return planner


def names():
    return sorted(Device.objects.values_list("name", flat=True))


def test_dry_run_has_really_been_tried(execute, switches, rows, plan_of):
    before, logged = rows(), ObjectChange.objects.count()

    run = execute(rename(("sw-01", "core-01")), dryrun=True)

    assert run.status == "SUCCESS"
    assert (run.result["changes"], run.result["updated"], run.result["applied"]) == (1, 1, False)
    assert any("UPDATE" in query and "dcim_device" in query for query in run.queries)
    assert rows() == before
    assert ObjectChange.objects.count() == logged
    assert set(run.files) == {"plan.html", "plan.csv", "plan.json"}
    (change,) = plan_of(run)["changes"]
    assert (change["object"], change["fields"]) == (
        "sw-01",
        [{"field": "name", "before": "sw-01", "after": "core-01"}],
    )


def test_dry_run_does_not_write_the_change_log_that_it_would_roll_back(execute, switches):
    from nautobot.extras.signals import change_context_state

    def planner(plan):
        seen.append(change_context_state.get().get_user())  # what validators go by
        rename(("sw-01", "core-01"))(plan)

    seen = []
    run = execute(planner, dryrun=True)
    assert seen[0].username == "superuser"
    assert not any('INTO "extras_objectchange"' in query for query in run.queries)
    applied = execute(planner)
    assert any('INTO "extras_objectchange"' in query for query in applied.queries)


def test_applies_and_logs_in_the_change_log(execute, switches, superuser):
    run = execute(rename(("sw-01", "core-01")))
    assert names() == ["core-01", "sw-02", "sw-03"]
    assert run.result["applied"] is True
    change = ObjectChange.objects.filter(changed_object_id=switches[0].pk).order_by("time").last()
    assert (change.action, change.user, change.change_context) == ("update", superuser, "job")


def test_what_is_there_is_no_change(execute, switches, rows):
    before = rows()
    run = execute(rename(("sw-01", "sw-01"), ("sw-02", "sw-02")))
    assert (run.status, run.result["changes"], run.result["unchanged"]) == ("SUCCESS", 0, 2)
    assert run.files == {}
    assert rows() == before


def test_one_bad_row_stops_all_and_all_problems_are_told(execute, switches, rows):
    before = rows()

    def planner(plan):
        for device in Device.objects.order_by("name"):
            with plan.row(device.name):
                height = {"sw-01": "x" * 300, "sw-02": "good", "sw-03": "y" * 300}[device.name]
                plan.update(device, serial=height, reason="test")

    run = execute(planner)

    assert (run.status, run.result["problems"], run.result["applied"]) == ("FAILURE", 2, False)
    told = " ".join(run.messages("failure"))
    assert "sw-01: " in told
    assert "sw-03: " in told
    assert "serial: " in told
    assert rows() == before
    assert "undo.json" not in run.files


def test_good_rows_can_be_applied(execute, switches, undo, rows):
    before = rows()

    def planner(plan):
        for device in Device.objects.order_by("name"):
            with plan.row(device.name):
                if device.name == "sw-01":
                    raise RefusalError("no")
                plan.update(device, serial="x" * (300 if device.name == "sw-02" else 3), reason="test")
                interface = Interface.objects.filter(device=device).order_by("name").first()
                plan.update(interface, description="seen", reason="test")

    run = execute(planner, keep_good=True)

    assert (run.status, run.result["problems"], run.result["applied"]) == ("FAILURE", 2, True)
    assert list(Device.objects.exclude(serial="").values_list("name", flat=True)) == ["sw-03"]
    assert Interface.objects.filter(description="seen").count() == 1
    changed = ObjectChange.objects.filter(request_id__isnull=False, change_context="job")
    assert {change.changed_object_id for change in changed} >= {switches[2].pk}
    assert undo(run).status == "SUCCESS"
    assert rows() == before


def test_problem_of_the_whole_request_stops_good_rows_as_well(execute, switches, rows):
    before = rows()

    def planner(plan):
        rename(("sw-01", "core-01"))(plan)
        plan.problem("cannot be")

    run = execute(planner, keep_good=True)
    assert (run.status, run.result["applied"]) == ("FAILURE", False)
    assert rows() == before


def test_refusal_writes_no_file(execute, switches):
    def planner(plan):
        raise RefusalError("not like this")

    run = execute(planner)
    assert (run.status, run.result, run.files) == (
        "FAILURE",
        {"changes": 0, "applied": False, "refused": "not like this"},
        {},
    )


def test_unexpected_errors_are_not_hidden(execute, switches, rows):
    before = rows()

    def planner(plan):
        rename(("sw-01", "core-01"))(plan)
        raise ZeroDivisionError

    run = execute(planner)
    assert run.status == "FAILURE"
    assert "ZeroDivisionError" in run.exception
    assert rows() == before


# Fingerprints


def test_applies_what_was_reviewed(execute, switches):
    planner = rename(("sw-01", "core-01"), ("sw-02", "core-02"))
    reviewed = execute(planner, dryrun=True)
    run = execute(planner, only_if=f" {reviewed.result['fingerprint']} ")
    assert run.result["applied"] is True
    assert run.result["fingerprint"] == reviewed.result["fingerprint"]


def test_refuses_another_plan_and_says_what_differs(execute, switches, lab, rows):
    reviewed = execute(rename(("sw-01", "core-01"), ("sw-02", "core-02")), dryrun=True)
    before = rows()

    run = execute(rename(("sw-01", "core-01"), ("sw-03", "core-03")), only_if=reviewed.result["fingerprint"])

    assert run.status == "FAILURE"
    assert "- reviewed, but not now: update dcim.device sw-02 name: sw-02 → core-02" in run.result["refused"]
    assert "- now, but not reviewed: update dcim.device sw-03 name: sw-03 → core-03" in run.result["refused"]
    assert rows() == before


def test_fingerprint_of_new_objects_is_stable(execute, switches, lab):
    def planner(plan):
        prefix = plan.create(Prefix(prefix="192.0.2.0/24", namespace=lab.namespace(), status=lab.active), reason="test")
        plan.create(IPAddress(address="192.0.2.1/24", parent=prefix, status=lab.active), reason="test")

    first, second = execute(planner, dryrun=True), execute(planner, dryrun=True)
    assert first.status == "SUCCESS", first.messages()
    assert first.result["fingerprint"] == second.result["fingerprint"]
    applied = execute(planner, only_if=first.result["fingerprint"])
    assert applied.result["created"] == 2
    assert IPAddress.objects.get().parent == Prefix.objects.get()


def test_fingerprint_is_of_a_known_form(run_job, execute, switches):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        execute(rename(), only_if="anything")


# Permissions


def test_permission_on_each_object_before(execute, switches, make_user, rows):
    user = make_user(permissions={**VIEW, "dcim.change_device": {"name": "sw-01"}})
    before = rows()

    run = execute(rename(("sw-01", "sw-01b"), ("sw-02", "sw-02b")), user=user)

    assert run.status == "FAILURE"
    told = " ".join(run.messages("failure"))
    assert "sw-02" in told
    assert "dcim.change_device is needed" in told
    assert rows() == before


def test_permission_on_each_object_after(execute, switches, make_user, rows):
    user = make_user(permissions={**VIEW, "dcim.change_device": {"name__startswith": "sw-"}})
    before = rows()

    run = execute(rename(("sw-01", "core-01")), user=user)

    assert run.status == "FAILURE"
    assert any("dcim.change_device does not cover what it would become" in each for each in run.messages("failure"))
    assert rows() == before
    assert execute(rename(("sw-01", "sw-99")), user=user).status == "SUCCESS"


def test_permission_on_new_objects_and_on_what_they_name(execute, switches, make_user, lab, rows):
    def planner(plan):
        device = Device(
            name="new", device_type=switches[0].device_type, role=lab.role, location=lab.site, status=lab.active
        )
        plan.create(device, reason="test")

    add = {**VIEW, "dcim.add_device": {"name": "new"}}
    refused = make_user("first", permissions=add)
    allowed = make_user("second", permissions={**add, "dcim.view_devicetype": None, "dcim.view_location": None})
    before = rows()

    run = execute(planner, user=refused)

    assert run.status == "FAILURE"
    assert any("dcim.view_location is needed" in each for each in run.messages("failure"))
    assert rows() == before
    assert execute(planner, user=allowed).status == "SUCCESS"


def test_permission_to_delete(execute, switches, make_user, rows):
    none = make_user("first", permissions={**VIEW, "dcim.change_device": None, "dcim.view_device": None})
    other = make_user("second", permissions={**VIEW, "dcim.delete_device": {"name": "sw-02"}})
    before = rows()

    run = execute(lambda plan: plan.delete(Device.objects.get(name="sw-01"), reason="test"), user=none)
    assert (run.status, run.files) == ("FAILURE", {})
    assert "dcim.delete_device" in run.result["refused"]

    run = execute(lambda plan: plan.delete(Device.objects.get(name="sw-01"), reason="test"), user=other)
    assert run.status == "FAILURE"
    assert any("dcim.delete_device is needed" in each for each in run.messages("failure"))
    assert rows() == before


def test_permissions_are_asked_by_thousands_not_one_by_one(execute, lab, make_user):
    device_type = lab.device_type("Switch")
    for number in range(20):
        lab.device(f"sw-{number:02}", device_type)
    user = make_user(permissions={**VIEW, "dcim.change_device": None})

    def asked(count):
        def planner(plan):
            for device in Device.objects.order_by("name")[:count]:
                plan.update(device, serial=f"s{device.name}", reason="test")

        run = execute(planner, user=user, dryrun=True)
        assert run.result["changes"] == count
        return run.query_count, sum("FOR UPDATE" in query for query in run.queries)

    (few, few_locks), (many, many_locks) = asked(2), asked(20)
    assert few_locks == many_locks
    each = (many - few) / 18
    # What ten changed objects cost beyond the saves of Nautobot's own.
    assert few - 2 * each < 40


# Others change things at the same time


def test_refuses_what_somebody_changed_while_it_was_reading(execute, switches, rows):
    def planner(plan):
        device = Device.objects.get(name="sw-01")
        plan.update(device, serial="mine", reason="test")
        other = Device.objects.get(name="sw-01")
        other.asset_tag = "theirs"
        other.validated_save()

    before = rows()
    run = execute(planner)
    assert run.status == "FAILURE"
    assert any("was changed by somebody" in each for each in run.messages("failure"))
    assert rows() == before


def test_refuses_what_somebody_deleted_while_it_was_reading(execute, switches):
    def planner(plan):
        plan.update(Device.objects.get(name="sw-01"), serial="mine", reason="test")
        Device.objects.filter(name="sw-01").delete()

    run = execute(planner)
    assert run.status == "FAILURE"
    assert names() == ["sw-01", "sw-02", "sw-03"]


# Files


def test_csv_is_safe_for_spreadsheets(execute, switches):
    run = execute(rename(("sw-01", "=cmd")), dryrun=True)
    (line,) = csv.DictReader(io.StringIO(run.files["plan.csv"].decode("utf-8-sig")))
    assert (line["before"], line["after"]) == ("sw-01", "'=cmd")


def test_html_escapes_names(execute, switches):
    run = execute(rename(("sw-01", "<script>alert(1)</script>")), dryrun=True)
    assert b"<script>alert" not in run.files["plan.html"]


def test_constraints_of_the_database_are_asked_by_a_dry_run(execute, switches, monkeypatch):
    """PostgreSQL asks foreign keys at the end of the transaction, which a dry run does not have."""
    from django.db import connection

    asked = []
    check = connection.check_constraints
    monkeypatch.setattr(connection, "check_constraints", lambda *args: asked.append(1) or check(*args))
    plan_and_check = rename(("sw-01", "core-01"))
    run = execute(plan_and_check, dryrun=True)
    assert run.status == "SUCCESS"
    assert asked


def test_many_remarks_are_not_all_logged(execute, db, plan_of):
    run = execute(lambda plan: [plan.remark(f"remark {number}") for number in range(60)])
    assert len([message for message in run.messages("info") if message.startswith("remark ")]) == 50
    assert len(plan_of(run)["remarks"]) == 60
