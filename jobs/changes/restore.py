"""Bring deleted and changed objects back from Nautobot's change log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from nautobot.apps.jobs import BooleanVar, ChoiceVar, Job, ObjectVar, StringVar
from nautobot.extras.models import ObjectChange

from ..toolkit.access import RefusalError, visible
from ..toolkit.change_log import read_stories
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.plan import Plan
from ..toolkit.restoring import Restore

name = "Changes"

REFUSE, LEAVE = "refuse", "leave"


class RestoreFromChangeLog(ChangeMixin, Job):
    """Takes back changes by what Nautobot's change log has of them, made by anybody in any way.

    Choose the entries of the log by the request that made them, by user, by time, or by object; several narrow the choice.
    What was deleted comes back with its primary key, with tags and many-to-many fields, components that were deleted along
    included, since they have entries of their own; what was changed gets its former values, field by field; what was
    created is deleted if you say so. Nothing is taken back twice: a second run changes nothing.

    A field that has been changed since, by a change that is not chosen, is a problem, and nothing is done; or it is left as
    it is. Changes made by this Job itself count only if their request is chosen.

    What the log does not have cannot come back, and remarks say so: references that were emptied when what they named was
    deleted (a device's primary address), the state before the first entry of an object, fields whose target is gone. Cable
    paths are computed anew. Since Nautobot 3.2 a cable outlives its port: it is attached again where its end is still free.

    **Changes:** what the chosen entries of the change log are about.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permission `extras.view_objectchange`; beyond it, to add what comes back, to change what is changed, and
    to delete what is deleted.
    """

    request_id = StringVar(
        label="Request ID",
        required=False,
        description="All that one request has changed: the change log shows it as Request ID.",
    )
    user_name = StringVar(label="User", required=False, description="Name of the user who made the changes.")
    since = StringVar(
        label="Not before",
        required=False,
        description="Day, or day and time, as 2026-03-31 or 2026-03-31 14:30, in Nautobot's time zone.",
    )
    until = StringVar(label="Before", required=False, description="Day, or day and time, in the same form.")
    kind = ObjectVar(
        label="Model",
        model=ContentType,
        required=False,
        description="Only objects of this model.",
    )
    which = StringVar(
        label="Object",
        required=False,
        description="Name of the object, as the change log shows it, or its primary key. Choose a model, too.",
    )
    deleted_only = BooleanVar(
        label="Only what was deleted",
        default=False,
        description="Bring deleted objects back, and leave all others as they are.",
    )
    delete_created = BooleanVar(
        label="Delete what was created",
        default=False,
        description="Delete objects that the chosen changes have created, unless something else was attached to them since.",
    )
    changed_since = ChoiceVar(
        choices=((REFUSE, "Report it, and change nothing"), (LEAVE, "Leave those fields as they are")),
        default=REFUSE,
        required=False,
        description="What is done about fields that have been changed since by somebody else.",
    )

    class Meta:
        name = "Restore from the change log"
        description = "Bring deleted and changed objects back to what they were before some changes."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(
        self,
        *,
        request_id="",
        user_name="",
        since="",
        until="",
        kind=None,
        which="",
        deleted_only=False,
        delete_created=False,
        changed_since=REFUSE,
        dryrun=True,
        only_if="",
    ):
        """Plan the former state, and execute the plan."""
        chosen = {
            "request_id": (request_id or "").strip(),
            "user_name": (user_name or "").strip(),
            "since": (since or "").strip(),
            "until": (until or "").strip(),
            "which": (which or "").strip(),
        }
        words = [f"{caption} {chosen[each]}" for each, caption in _CAPTIONS.items() if chosen[each]]
        words += [f"model {kind}"] if kind else []

        def planner(plan: Plan) -> None:
            entries = self._entries(**chosen, kind=kind)
            if deleted_only:
                entries = entries.filter(action="delete")
            Restore(
                plan,
                read_stories(entries),
                reason="as before " + (", ".join(words) or "these changes"),
                delete_created=delete_created and not deleted_only,
                leave_changed=changed_since == LEAVE,
            ).fill()

        return Changes(self, needs={"extras.objectchange": ("view",)}).run(
            planner, request="; ".join(words), dryrun=dryrun, only_if=only_if
        )

    def _entries(
        self, *, request_id: str, user_name: str, since: str, until: str, which: str, kind: ContentType | None
    ) -> QuerySet:
        """The chosen entries of the change log, as far as the user may view them."""
        if not any((request_id, user_name, since, until, which, kind)):
            raise RefusalError(
                "Choose a request, a user, a time, or an object: all changes at once are never taken back."
            )
        if which and kind is None:
            raise RefusalError("Object: choose its model, too.")
        entries = visible(self.user, ObjectChange)
        if request_id:
            entries = entries.filter(request_id=_uuid("Request ID", request_id))
        if not request_id:  # a second run would take back what the first has done
            entries = entries.exclude(change_context_detail=self.class_path)
        if user_name:
            entries = entries.filter(user_name=user_name)
        if since:
            entries = entries.filter(time__gte=_time("Not before", since))
        if until:
            entries = entries.filter(time__lt=_time("Before", until))
        if kind:
            entries = entries.filter(changed_object_type=kind)
        if which:
            entries = self._of_object(entries, kind, which)
        if not entries.exists():
            raise RefusalError("The change log has no such entries that you may view. It may have been cleaned up.")
        return entries

    def _of_object(self, entries: QuerySet, kind: ContentType | None, which: str) -> QuerySet:
        try:
            return entries.filter(changed_object_id=UUID(which))
        except ValueError:
            pass
        named = visible(self.user, ObjectChange).filter(changed_object_type=kind, object_repr=which)
        found = sorted({str(pk) for pk in named.order_by().values_list("changed_object_id", flat=True).distinct()[:11]})
        if len(found) > 1:
            raise RefusalError(
                f"Object: several were called {which}; enter the primary key of one: {', '.join(found)}."
            )
        return entries.filter(changed_object_id__in=found)


_CAPTIONS = {
    "request_id": "request",
    "user_name": "changes of",
    "since": "not before",
    "until": "before",
    "which": "object",
}


def _uuid(caption: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RefusalError(f'{caption}: "{text}" is none; copy it from the change log.') from None


def _time(caption: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RefusalError(f'{caption}: "{text}" is no time; enter it like 2026-03-31 or 2026-03-31 14:30.') from None
    return timezone.make_aware(found) if timezone.is_naive(found) else found
