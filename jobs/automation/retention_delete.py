"""Deleting in batches, each in a transaction of its own, so that whatever ends the run leaves whole batches behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ForeignObjectRel, Model, ProtectedError, Q, QuerySet, RestrictedError
from nautobot.extras.models import ContactAssociation, FileAttachment, FileProxy, JobResult

from ..toolkit.queries import chunks
from .retention_plan import Part, stored_in_database
from .retention_policy import FILES, ORPHANS, RESULTS

# Of a result: too many to be loaded one by one, and nothing refers to them.
_LOGS = ("extras.joblogentry", "extras.jobconsoleentry")


class Deleter:
    """Deletes what was planned.

    Args:
        size: of a batch.
        done: called after each batch, with how many were deleted.

    Attributes:
        protected: how many could not be deleted, because something refers to them.
    """

    def __init__(self, size: int, done: Callable[[Part, int], None]) -> None:
        self._size, self._done = size, done
        self.protected = 0

    def delete(self, part: Part) -> None:
        """Delete a part, the oldest first."""
        for keys in self._batches(part):
            if part.kind == RESULTS:
                number = self._delete_results(keys)
            elif part.kind in (FILES, ORPHANS):
                number = _delete_files(FileProxy.objects.filter(pk__in=keys))
            else:
                with transaction.atomic():
                    number = _delete_rows(part.objects.model._default_manager.filter(pk__in=keys))
            self._done(part, number)

    def delete_contents(self, keys: list[Any], orphans: QuerySet) -> Iterator[int]:
        """Delete contents of files that are orphans still; yields how many after each batch."""
        for chunk in chunks(keys, self._size):
            with transaction.atomic():
                yield _delete_rows(
                    FileAttachment.objects.filter(
                        pk__in=list(orphans.filter(pk__in=chunk).values_list("pk", flat=True))
                    )
                )

    def _batches(self, part: Part) -> Iterator[list[Any]]:
        """Keys, a batch at a time, each found after the one before is gone; what cannot be deleted is not asked for again."""
        clock = part.clock
        rows = part.objects.order_by(clock, "pk").values_list("pk", clock)
        after = Q()
        while True:
            batch = list(islice(rows.filter(after).iterator(chunk_size=self._size), self._size))
            if not batch:
                return
            yield [pk for pk, _ in batch]
            last, when = batch[-1]
            after = Q(**{f"{clock}__gte": when}) & (Q(**{f"{clock}__gt": when}) | Q(pk__gt=last))

    def _delete_results(self, keys: list[Any]) -> int:
        try:
            return _delete_results(keys)
        except (ProtectedError, RestrictedError):
            number = 0
        for key in keys:
            try:
                number += _delete_results([key])
            except (ProtectedError, RestrictedError):
                self.protected += 1
        return number


def _delete_results(keys: list[Any]) -> int:
    """Results with their log and files; what else hangs on them goes or stays as its model says."""
    with transaction.atomic():
        stored = _delete_file_rows(FileProxy.objects.filter(job_result__in=keys))
        for relation in _relations(JobResult):
            if relation.related_model._meta.label_lower in _LOGS:
                _delete_rows(relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": keys}))
        number = _delete_records(JobResult, keys)
    _delete_stored(stored)
    return number


def _delete_files(files: QuerySet) -> int:
    with transaction.atomic():
        stored = _delete_file_rows(files)
    _delete_stored(stored)
    return len(stored)


def _delete_file_rows(files: QuerySet) -> list[str]:
    """Delete the records, and contents in the database; returns the names of the contents."""
    rows = list(files.order_by().values_list("pk", "file"))
    _delete_records(FileProxy, [pk for pk, _ in rows])
    names = [name for _, name in rows]
    if stored_in_database():
        _delete_rows(FileAttachment.objects.filter(filename__in=[name for name in names if name]))
    return names


def _delete_records(model: type[Model], keys: list[Any]) -> int:
    """Delete by the rules of what refers to the objects; where nothing does, without a question for each.

    In a Job, Django's `delete()` makes Nautobot look for the contacts of each object.
    """
    for relation in _relations(model):
        referring = relation.related_model
        if referring._meta.label_lower in _LOGS or referring is FileProxy:
            continue
        if referring._base_manager.filter(**{f"{relation.field.name}__in": keys}).exists():
            _, deleted = model._default_manager.filter(pk__in=keys).delete()
            return deleted.get(model._meta.label, 0)
    content_type = ContentType.objects.get_for_model(model)
    ContactAssociation.objects.filter(associated_object_type=content_type, associated_object_id__in=keys).delete()
    for each in model._meta.private_fields:
        if isinstance(each, GenericRelation):
            each.related_model._default_manager.filter(
                **{f"{each.object_id_field_name}__in": keys, each.content_type_field_name: content_type}
            ).delete()
    return _delete_rows(model._default_manager.filter(pk__in=keys))


def _relations(model: type[Model]) -> list[Any]:
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many and relation.related_model._meta.managed
    ]


def _delete_stored(names: list[str]) -> None:
    """Delete contents that are elsewhere, once their records are gone for good."""
    if not stored_in_database():
        storage = FileProxy._meta.get_field("file").storage
        for name in filter(None, names):
            storage.delete(name)


def _delete_rows(rows: QuerySet) -> int:
    """Delete without loading, as Nautobot's own cleanup does: Django would fetch each, contents of files included."""
    return rows.order_by()._raw_delete(rows.db)
