"""Bursts: the changes that a job hook has still to handle, all in one run.

Nautobot queues a run for each change that a hook is for. The first run of a burst handles what has been changed since,
by the same user, and notes in the cache of Nautobot (Redis, which all workers share) which changes these are. The runs of
those changes find the note, and end at once.

A change is looked up once it is committed, its object is read after that, and the note is written when all is done. So
whatever may happen in between, no change is passed over: a note that is lost, and a run that is killed, cost time. As
many workers as begin at the same moment do the same work once each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from nautobot.apps.jobs import JobHookReceiver
from nautobot.extras.choices import ObjectChangeEventContextChoices
from nautobot.extras.models import JobHook, ObjectChange

from .access import RefusalError

_MOST = 5000  # further changes are left to runs of their own
_KEEP_SECONDS = 24 * 60 * 60  # longer than a run waits in its queue


@contextmanager
def burst(receiver: JobHookReceiver, change: ObjectChange) -> Iterator[list[ObjectChange]]:
    """The changes to handle now, that of the run first; none if another run has handled it.

    Those handled are noted when the block ends, and not if it raises an exception. The objects have to be read in the
    block.
    """
    keys = _Keys(receiver)
    if run := cache.get(keys.of(change.pk)):
        receiver.logger.info("Handled already, along with others, by [this run](/extras/job-results/%s/).", run)
        yield []
        return
    others = list(_others(receiver, change))
    noted = cache.get_many([keys.of(other.pk) for other in others])
    pending = [change, *(other for other in others if keys.of(other.pk) not in noted)]
    yield pending
    this = str(receiver.job_result.pk)
    cache.set_many({keys.of(each.pk): this for each in pending}, timeout=_KEEP_SECONDS)
    if len(pending) > 1:
        receiver.logger.info("Handled %d changes in this run.", len(pending), extra={"grouping": "burst"})


def changed_objects(changes: list[ObjectChange]) -> dict[str, dict[Any, str]]:
    """What was changed, some of which may be gone: by label of the model, primary keys to names."""
    found: dict[str, dict[Any, str]] = {}
    for change in changes:
        kind = change.changed_object_type
        found.setdefault(f"{kind.app_label}.{kind.model}", {})[change.changed_object_id] = change.object_repr
    return found


def changed_devices(changes: list[ObjectChange]) -> dict[Any, str]:
    """The devices that were changed: primary keys to names.

    Raises:
        RefusalError: something else was changed; the message says what to do with the job hook.
    """
    found = changed_objects(changes)
    if others := sorted(set(found) - {"dcim.device"}):
        raise RefusalError(f"This hook is for devices. Take {', '.join(others)} out of the job hook.")
    return found.get("dcim.device", {})


class _Keys:
    """Names of the notes."""

    def __init__(self, receiver: JobHookReceiver) -> None:
        self._class_path = receiver.class_path

    def of(self, change: Any) -> str:
        return f"job_receivers:{self._class_path}:{change}"


def _others(receiver: JobHookReceiver, change: ObjectChange) -> QuerySet:
    """Later changes of the same user for which this Job's hooks are; permissions are those of the user of the run."""
    hooks = JobHook.objects.filter(job=receiver.job_model, enabled=True).prefetch_related("content_types")
    wanted = [
        Q(changed_object_type__in=list(hook.content_types.all()))
        & Q(action__in=[action for action in ("create", "update", "delete") if getattr(hook, f"type_{action}")])
        for hook in hooks
    ]
    if not wanted or receiver.user is None or change.user_id != receiver.user.pk:
        return ObjectChange.objects.none()
    return (
        ObjectChange.objects.filter(reduce(or_, wanted), user=receiver.user, time__gte=change.time)
        .exclude(pk=change.pk)
        .exclude(change_context=ObjectChangeEventContextChoices.CONTEXT_JOB_HOOK)
        .select_related("changed_object_type")
        .defer("object_data", "object_data_v2")
        .order_by("time", "pk")[:_MOST]
    )
