"""What Uses This: the button, its counts, and what it does not show."""

import pytest

from jobs.examples.button import WhatUsesThis


@pytest.fixture
def press(run_job):
    """Press the button on an object's page."""

    def press(obj, user=None):
        inputs = {"object_pk": str(obj.pk), "object_model_name": obj._meta.label_lower}
        return run_job(WhatUsesThis, inputs, user=user)

    return press


def counted(run):
    return [entry.message for entry in run.logs if entry.grouping == "receive_job_button" and entry.log_level == "info"]


def test_counts_what_refers_to_an_object(press, make_locations, location_type):
    make_locations("AMS01", "LON01")

    run = press(location_type)

    assert run.status == "SUCCESS"
    assert counted(run) == ["2 locations (location type); they prevent deletion"]
    assert {(entry.log_object, entry.absolute_url) for entry in run.logs if entry.grouping == "receive_job_button"} == {
        ("Site", location_type.get_absolute_url())
    }


def test_nothing_refers_to_it(press, location_type):
    run = press(location_type)
    assert run.status == "SUCCESS"
    assert counted(run) == []
    assert run.messages("success")[0].startswith("0 kinds")


def test_the_largest_number_comes_first(press, make_locations, make_device):
    [site] = make_locations("AMS01")
    make_device(location=site)
    make_locations("Room 1", "Room 2", parent=site)

    numbers = [int(message.split()[0]) for message in counted(press(site))]

    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) >= 2


def test_a_location_includes_those_below(press, make_locations, make_device):
    [site] = make_locations("AMS01")
    [room] = make_locations("Room 1", parent=site)
    make_device("in-the-site", location=site)
    make_device("in-the-room", location=room)

    assert any(message.startswith("2 devices (location)") for message in counted(press(site)))
    assert any(message.startswith("1 devices (location)") for message in counted(press(room)))


def test_without_permission_on_the_object(press, make_user, make_locations):
    [site] = make_locations("AMS01")

    for number, permissions in enumerate([{}, {"dcim.view_location": {"name": "LON01"}}]):
        run = press(site, user=make_user(f"user-{number}", permissions))

        assert run.status == "FAILURE"
        assert run.exception is None
        assert "dcim.view_location" in run.messages("failure")[0]
        assert "AMS01" not in " ".join(run.messages())
        assert counted(run) == []


def test_only_what_the_user_may_view_is_counted(press, make_user, make_locations, location_type):
    make_locations("AMS01", "LON01")
    user = make_user(permissions={"dcim.view_locationtype": None, "dcim.view_location": {"name": "AMS01"}})

    assert counted(press(location_type, user=user)) == ["1 locations (location type); they prevent deletion"]


def test_kinds_that_the_user_may_not_view_are_named(press, make_user, make_locations, location_type):
    make_locations("AMS01")

    run = press(location_type, user=make_user(permissions={"dcim.view_locationtype": None}))

    assert run.status == "SUCCESS"
    assert counted(run) == []
    assert "locations" in run.messages("warning")[0]


def test_a_type_without_permissions(press):
    from django.contrib.contenttypes.models import ContentType

    run = press(ContentType.objects.first())

    assert run.status == "FAILURE"
    assert run.exception is None
    assert "ContentType" in run.messages("failure")[0]


def test_changes_nothing(press, location_type, changes_logged):
    press(location_type)
    assert changes_logged() == 0


def test_query_count_is_constant(press, make_locations, make_device):
    few, many = make_locations("AMS01", "LON01")
    for site, number in ((few, 10), (many, 100)):
        for n in range(number):
            make_device(f"{site.name}-{n}", location=site)
    assert press(few).query_count == press(many).query_count


@pytest.mark.django_db
def test_job_record():
    from nautobot.extras.models import Job as JobModel

    record = JobModel.objects.get(job_class_name="WhatUsesThis")
    assert record.is_job_button_receiver
    assert not record.is_job_hook_receiver
