"""Add Notes: what it changes, what it does not, and who may."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from nautobot.extras.models import Note, ObjectChange

from jobs.examples.add_notes import AddNotes, as_csv

ALLOWED = {"dcim.view_location": None, "extras.add_note": None}


def table(run):
    return list(csv.DictReader(io.StringIO(run.files["notes.csv"].decode())))


def test_adds(run_job, make_locations, superuser):
    first, second = make_locations("AMS01", "LON01")

    run = run_job(AddNotes, {"locations": [first, second], "note": "Permit needed", "dryrun": False})

    assert run.status == "SUCCESS"
    assert run.result == {"changes": 2, "unchanged": 0}
    assert table(run) == [{"location": "AMS01", "note": "added"}, {"location": "LON01", "note": "added"}]
    notes = Note.objects.order_by("created")
    assert {(note.assigned_object, note.note, note.user, note.user_name) for note in notes} == {
        (location, "Permit needed", superuser, superuser.username) for location in (first, second)
    }
    change = ObjectChange.objects.filter(changed_object_id=notes[0].pk).get()
    assert (change.action, change.user, change.change_context) == ("create", superuser, "job")


def test_dry_run_is_the_default_and_changes_nothing(run_job, make_locations, changes_logged):
    locations = make_locations("AMS01", "LON01")

    run = run_job(AddNotes, {"locations": locations, "note": "Permit needed"})

    assert run.status == "SUCCESS"
    assert run.result == {"changes": 2, "unchanged": 0}
    assert [row["note"] for row in table(run)] == ["would be added", "would be added"]
    assert any("INSERT" in query and "extras_note" in query for query in run.queries)  # it was really tried
    assert not Note.objects.exists()
    assert changes_logged() == 0


def test_second_run_changes_nothing(run_job, make_locations, changes_logged):
    first, second = make_locations("AMS01", "LON01")
    run_job(AddNotes, {"locations": [first], "note": "Permit needed", "dryrun": False})
    assert changes_logged() == 1

    run = run_job(AddNotes, {"locations": [first], "note": "Permit needed", "dryrun": False})

    assert run.result == {"changes": 0, "unchanged": 1}
    assert (Note.objects.count(), changes_logged()) == (1, 1)

    # Half done before: the rest is done.
    run = run_job(AddNotes, {"locations": [first, second], "note": "Permit needed", "dryrun": False})

    assert run.result == {"changes": 1, "unchanged": 1}
    assert [row["note"] for row in table(run)] == ["unchanged", "added"]
    assert Note.objects.count() == 2


def test_notes_of_others_do_not_count(run_job, make_locations, make_user):
    locations = make_locations("AMS01")
    run_job(AddNotes, {"locations": locations, "note": "Permit needed", "dryrun": False})

    run = run_job(
        AddNotes,
        {"locations": locations, "note": "Permit needed", "dryrun": False},
        user=make_user(permissions=ALLOWED),
    )

    assert run.result == {"changes": 1, "unchanged": 0}


@pytest.mark.parametrize("dryrun", [True, False])
@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        ({}, "extras.add_note"),
        ({"dcim.view_location": None}, "extras.add_note"),
        ({"extras.add_note": None}, "dcim.view_location"),
        ({"extras.add_note": None, "dcim.view_location": {"name": "AMS01"}}, "dcim.view_location"),
        # Known only when the notes exist.
        ({"extras.add_note": {"note": "Something else"}, "dcim.view_location": None}, "extras.add_note"),
    ],
)
def test_without_permission(run_job, make_user, make_locations, changes_logged, permissions, told, dryrun):
    locations = make_locations("AMS01", "LON01")
    user = make_user(permissions=permissions)

    run = run_job(AddNotes, {"locations": locations, "note": "Permit needed", "dryrun": dryrun}, user=user)

    assert run.status == "FAILURE"
    assert run.exception is None
    assert told in " ".join(run.messages("failure"))
    assert "LON01" not in " ".join(run.messages())
    assert run.result == {"changes": 0, "unchanged": 0}
    assert not Note.objects.exists()
    assert changes_logged() == 0


def test_with_permission(run_job, make_user, make_locations):
    run = run_job(
        AddNotes,
        {"locations": make_locations("AMS01"), "note": "Permit needed", "dryrun": False},
        user=make_user(permissions=ALLOWED),
    )
    assert run.result == {"changes": 1, "unchanged": 0}


def test_all_or_nothing(run_job, make_locations, changes_logged, monkeypatch):
    """A note that is refused, for example by a validation rule of this Nautobot, takes the others with it."""
    locations = make_locations("AMS01", "LON01")
    clean = Note.clean

    def refuse_the_second(note):
        clean(note)
        if note.assigned_object == locations[1]:
            raise ValidationError({"note": "Not here."})

    monkeypatch.setattr(Note, "clean", refuse_the_second)

    run = run_job(AddNotes, {"locations": locations, "note": "Permit needed", "dryrun": False})

    assert run.status == "FAILURE"
    assert "Not here." in run.messages("failure")[0]
    assert run.exception is None
    assert not Note.objects.exists()
    assert changes_logged() == 0


@pytest.mark.parametrize(("field", "value"), [("locations", []), ("note", ""), ("note", "  \n ")])
def test_form_refuses(run_job, make_locations, field, value):
    with pytest.raises(ValidationError) as error:
        run_job(AddNotes, {"locations": make_locations("AMS01"), "note": "Permit needed", field: value})
    assert list(error.value.message_dict) == [field]


def test_reads_do_not_grow(run_job, make_locations):
    """What is written costs queries for each note; what is read does not."""

    def queries(prefix, number):
        locations = make_locations(*(f"{prefix}{n}" for n in range(number)))
        inputs = {"locations": locations, "note": "Permit needed", "dryrun": False}
        run_job(AddNotes, inputs)
        return run_job(AddNotes, inputs).query_count

    assert queries("A", 10) == queries("B", 100)


def test_a_name_is_no_formula():
    assert as_csv(["location"], [["=1+1"], ["AMS01"], ["-2"]]) == "location\n'=1+1\nAMS01\n'-2\n"
