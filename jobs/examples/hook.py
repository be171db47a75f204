"""A Job that Nautobot starts by itself when an object changes."""

import re

from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from nautobot.apps.jobs import JobHookReceiver

name = "Examples"


class NormalizeSerial(JobHookReceiver):
    """Writes serial numbers in capitals and without white space, whenever one is entered or changed.

    Serial numbers arrive by copy and paste, by barcode scanner and by import, and one device in two notations is not
    found by either. The hook works for every type of object that has a serial number.

    To use it, enable this Job, then add a *Job Hook* (menu *Jobs*) for devices, inventory items or modules, on create
    and update, with this Job. It runs on behalf of the user who made the change.

    It cannot go round in circles. Nautobot starts no hook for what a hook changes; and besides, a serial number in
    normal form is left alone, so that a second run for the same object finds nothing to do.

    **Changes:** the field `serial` of the object that was changed, and nothing else.
    **Produces:** one log entry with the difference.
    **Needs:** the permission `change` on the object, as the change itself did.

    Nautobot guide: *Job Extensions*, "Job Hook Receivers".
    """

    class Meta:
        name = "Example: Normalize Serial (hook)"
        description = "Write serial numbers in capitals and without white space when one is entered or changed."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 30
        time_limit = 60

    def receive_job_hook(self, change, action, changed_object):
        """Normalize the serial number of `changed_object`, which is None when it is gone; `action` says what was done."""
        # Not `action`: an update, too, may be followed by a deletion before a worker gets round to the hook.
        if changed_object is None:
            self.logger.info("%s has been deleted: nothing to do.", change.object_repr)
            return
        model = type(changed_object)
        try:
            model._meta.get_field("serial")
        except FieldDoesNotExist:
            self.fail(
                "Objects of the type %s have no serial number; take the type out of the job hook.", model.__name__
            )
            return
        # On creation, and on an update with no earlier entry in the change log, "added" is the whole object.
        if "serial" not in change.get_snapshots()["differences"]["added"]:
            self.logger.info("The serial number was not changed: nothing to do.", extra={"object": changed_object})
            return
        try:
            before, after = self._normalize(model, changed_object.pk)
        except (PermissionDenied, ValidationError) as error:
            self.fail("Nothing was changed. %s", "; ".join(getattr(error, "messages", [str(error)])))
            return
        if before == after:
            self.logger.info("Serial number “%s” is in normal form.", after, extra={"object": changed_object})
        else:
            self.logger.success("Serial number: “%s” → “%s”", before, after, extra={"object": changed_object})

    def _normalize(self, model, pk):
        """Bring the serial number of one object into normal form; return it as it was and as it is.

        Works on the object as it is now, locked until it is saved: since the change that started the hook, somebody may
        have made another one.
        """
        permitted = model.objects.restrict(self.user, "change").filter(pk=pk)
        with transaction.atomic():
            obj = permitted.select_for_update(of=("self",)).first()
            if obj is None:
                raise PermissionDenied(
                    f"You need the permission {model._meta.app_label}.change_{model._meta.model_name} on this object."
                )
            before, obj.serial = obj.serial, normal_form(obj.serial)
            if obj.serial != before:
                obj.validated_save()
                # A permission can be limited to objects of a kind to which this one may have ceased to belong.
                if not permitted.exists():
                    raise PermissionDenied("Your permission does not cover the object with its new serial number.")
        return before, obj.serial


def normal_form(serial):
    """Return `serial` in capitals, without white space and the invisible characters that come with copy and paste."""
    return re.sub(r"[\s\u200b\u2060\ufeff]+", "", serial or "").upper()
