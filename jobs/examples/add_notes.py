"""A change to many objects: permissions, one transaction, dry run, and a second run that changes nothing."""

import csv
import io

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from nautobot.apps.exceptions import AbortTransaction
from nautobot.apps.jobs import DryRunVar, Job, MultiObjectVar, ObjectVar, TextVar
from nautobot.dcim.models import Location, LocationType
from nautobot.extras.models import Note

name = "Examples"


class AddNotes(Job):
    """Adds the same note to several locations, all of them or none.

    A dry run does everything and undoes it: the notes are created, validated and checked against your permissions, and
    the transaction is rolled back. What a dry run accepts, the real run accepts as well.

    A location that already has this note from you is left alone, so a second run changes nothing.

    Nautobot itself checks only whether you may run the Job. What the Job may do for you is checked by the Job, before
    (which locations you may view) and after (whether you may add the notes that have been created: a permission can be
    limited to some objects, and whether a new object is one of them is known when it exists).

    **Changes:** adds notes. To take one back, delete it on the *Notes* tab of the location.
    **Produces:** `notes.csv`: each location, and what was done. The result counts `changes` and `unchanged`.
    **Needs:** the permissions `extras.add_note`, and `dcim.view_location` on the selected locations.

    Nautobot guide: *Job Structure*, "DryRunVar"; *Job Patterns*, "Creating objects for a planned location"; *Migrating
    Jobs from v1*, "Database Transaction Handling".
    """

    location_type = ObjectVar(description="Narrows the list of locations below.", model=LocationType, required=False)
    locations = MultiObjectVar(
        description="The locations to add the note to.",
        model=Location,
        query_params={"location_type": "$location_type"},
    )
    note = TextVar(description="The text of the note; Markdown is rendered.")
    dryrun = DryRunVar(description="Do everything, report it, and undo it.")

    class Meta:
        name = "Example: Add Notes"
        description = "Add a note to several locations: how a Job changes data."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 300
        time_limit = 360

    # The location type only serves the form.
    def run(self, *, locations, note, location_type=None, dryrun=True):  # pylint: disable=unused-argument
        """Return ``{"changes": int, "unchanged": int}``."""
        nothing = {"changes": 0, "unchanged": 0}
        if not self.user.has_perm("extras.add_note"):
            self.fail("You need the permission extras.add_note.")
            return nothing
        permitted = list(locations.restrict(self.user, "view").order_by("name"))
        refused = locations.count() - len(permitted)
        if refused:
            self.fail("Field `locations`: you need the permission dcim.view_location on %s more of them.", refused)
            return nothing

        noted = set(self._notes(permitted, note).values_list("assigned_object_id", flat=True))
        wanted = [location for location in permitted if location.pk not in noted]
        # Nothing is logged inside the transaction: what it says should be true when it is read.
        try:
            with transaction.atomic():
                self._add(wanted, note)
                if dryrun:
                    raise AbortTransaction
        except AbortTransaction:
            self.logger.info("Dry run: %s notes were added, and taken back.", len(wanted))
        except (PermissionDenied, ValidationError) as error:
            self.fail("Nothing was changed. %s", "; ".join(getattr(error, "messages", [str(error)])))
            return nothing
        else:
            self.logger.success("%s notes added.", len(wanted))

        done = "would be added" if dryrun else "added"
        table = [(location.name, "unchanged" if location.pk in noted else done) for location in permitted]
        self.create_file("notes.csv", as_csv(["location", "note"], table))
        return {"changes": len(wanted), "unchanged": len(noted)}

    def _notes(self, locations, text):
        """Return this user's notes with this text on `locations`."""
        return Note.objects.filter(
            assigned_object_type=ContentType.objects.get_for_model(Location),
            assigned_object_id__in=[location.pk for location in locations],
            user=self.user,
            note=text,
        )

    def _add(self, locations, text):
        """Add a note to each of `locations`; raise PermissionDenied unless the user may add every one."""
        for location in locations:
            # save() fills in the name, but validation comes first and wants it filled in.
            note = Note(assigned_object=location, user=self.user, user_name=self.user.username, note=text)
            note.validated_save()
        if self._notes(locations, text).restrict(self.user, "add").count() < len(locations):
            raise PermissionDenied("Your permission extras.add_note does not cover all of these notes.")


def as_csv(header, rows):
    """Return a CSV as text. A cell that a spreadsheet would take for a formula is made text by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(tuple("=+-@\t\r")) else cell for cell in row] for row in rows)
    return text.getvalue()
