"""The change log of a window of time, counted. What is kept grows with users, models and locations, not with the entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from nautobot.apps.utils import get_permission_for_model
from nautobot.dcim.models import Device, Location
from nautobot.extras.models import ObjectChange

from ..toolkit.access import visible
from ..toolkit.checks import Context
from ..toolkit.queries import whole_results

ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}
MOST_REQUESTS = 300
MOST_NAMED = 12
_NOWHERE = ""


class Entry(NamedTuple):
    """One entry of the change log, as it is shown.

    Args:
        pk: its primary key.
        action: "create", "update" or "delete".
        noun: what objects of the model are called.
        name: of the object, as it was then.
        device: primary key of the device that it is part of, or None.
    """

    pk: UUID
    action: str
    noun: str
    name: str
    device: UUID | None


@dataclass
class Request:
    """What one user has done at once: by a request, or by a run of a Job.

    Args:
        key: its `request_id`.
        user: name of the user.
        last: when its last entry was made.
        through: the Job or whatever made it; "" if the log does not tell.
        first: when its first entry was made.
        counts: entries by model and action.
        entries: the first few.
    """

    key: UUID
    user: str
    last: datetime
    through: str
    first: datetime
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Digest:
    """What was changed in a window of time.

    Args:
        since, until: the window.
        users, models, locations: by name, how many entries of each action.
        requests: the last ones, the newest first.
        devices: names of devices that their entries are about parts of, by primary key, as far as the user may view them.
        unlisted: how many entries belong to earlier requests.
    """

    since: datetime
    until: datetime
    users: dict[str, Counter[str]] = field(default_factory=dict)
    models: dict[str, Counter[str]] = field(default_factory=dict)
    locations: dict[str, Counter[str]] = field(default_factory=dict)
    actions: Counter[str] = field(default_factory=Counter)
    requests: dict[UUID, Request] = field(default_factory=dict)
    devices: dict[UUID, str] = field(default_factory=dict)
    unlisted: int = 0

    def add(self, row: tuple[Any, ...], noun: str, location: str) -> None:
        """Count an entry; they come from the newest to the oldest."""
        pk, time, user, action, _, _, name, request_id, detail, context, _, device = row
        self.actions[action] += 1
        for counts, key in ((self.users, user), (self.models, noun), (self.locations, location)):
            counts.setdefault(key, Counter())[action] += 1
        request = self.requests.get(request_id)
        if request is None:
            if len(self.requests) == MOST_REQUESTS:
                self.unlisted += 1
                return
            through = detail if context in ("job", "job-hook") else ""
            request = self.requests[request_id] = Request(request_id, user, time, through, time)
        request.first = time
        request.counts[noun, action] += 1
        if len(request.entries) < MOST_NAMED:
            request.entries.append(Entry(pk, action, noun, name, _uuid(device)))


_FIELDS = (
    "pk",
    "time",
    "user_name",
    "action",
    "changed_object_type_id",
    "changed_object_id",
    "object_repr",
    "request_id",
    "change_context_detail",
    "change_context",
    "location",
    "device",
)


def read(
    user: Any,
    since: datetime,
    until: datetime,
    *,
    user_names: Collection[str] = (),
    models: Collection[ContentType] = (),
    locations: Collection[Location] = (),
) -> Digest:
    """Read the log, as far as the user may view both its entries and the objects that they are about.

    An object that is not there any more cannot be asked whether the user might view it: its entries are told to those
    who may view all objects of its model.

    Args:
        user: who asks.
        since: beginning of the window.
        until: its end, not included.
        user_names: of those whose changes are told; none means all.
        models: of the objects that are told; none means all.
        locations: with all locations below them; none means all, and what belongs nowhere.
    """
    entries = visible(user, ObjectChange).filter(time__gte=since, time__lt=until)
    if user_names:
        entries = entries.filter(user_name__in=user_names)
    if models:
        entries = entries.filter(changed_object_type__in=models)
    allowed, nouns = _viewable(user, entries)
    digest = Digest(since, until)
    if not nouns:
        return digest
    places = _Places(user, since, until, locations)
    rows = (
        entries.filter(allowed)
        .annotate(location=KT("object_data__location"), device=KT("object_data__device"))
        .order_by("-time", "-pk")
        .values_list(*_FIELDS)
    )
    with whole_results():
        for row in rows.iterator(2000):
            label, noun = nouns[row[4]]
            place = places.of(label, *row[5:6], *row[10:])
            if places.wanted is None or place in places.wanted:
                digest.add(row, noun, places.names.get(place, _NOWHERE))
    named = {entry.device for request in digest.requests.values() for entry in request.entries} - {None}
    devices = visible(user, Device).filter(pk__in=named).order_by()
    digest.devices = {pk: name for pk, name in devices.values_list("pk", "name") if name}
    return digest


def _viewable(user: Any, entries: QuerySet) -> tuple[Q, dict[int, tuple[str, str]]]:
    """Condition for entries about objects that the user may view; and their models, by content type: label and noun."""
    condition, nouns = Q(pk__in=[]), {}
    free = []
    for key in entries.order_by().values_list("changed_object_type", flat=True).distinct():
        model = ContentType.objects.get_for_id(key).model_class() if key else None
        if model is None or not user.has_perm(get_permission_for_model(model, "view")):
            continue
        nouns[key] = (model._meta.label_lower, str(model._meta.verbose_name_plural))
        objects = visible(user, model)
        if hasattr(objects, "without_tree_fields"):
            objects = objects.without_tree_fields()
        if user.is_superuser or not objects.query.where:
            free.append(key)
        else:
            condition |= Q(changed_object_type=key, changed_object_id__in=objects.order_by().values("pk"))
    return condition | Q(changed_object_type__in=free), nouns


class _Places:
    """Where objects are, by what the change log has of them.

    Attributes:
        names: full names of the locations that the user may view, by primary key.
        wanted: primary keys of the locations that are told, or None for all.
    """

    def __init__(self, user: Any, since: datetime, until: datetime, chosen: Collection[Location]) -> None:
        tree = Location.objects.without_tree_fields().order_by()
        parents = dict(tree.values_list("pk", "parent_id"))
        names = Context(user).location_names
        self.names = {pk: names[pk] for pk in _keys(visible(user, Location))}
        self.wanted = set(_below(parents, {each.pk for each in chosen})) if chosen else None
        self._devices = dict(Device.objects.order_by().values_list("pk", "location_id").iterator(10_000))
        deleted = ObjectChange.objects.filter(
            time__gte=since,
            time__lt=until,
            action="delete",
            changed_object_type=ContentType.objects.get_for_model(Device),
        )
        for pk, place in deleted.order_by().values_list("changed_object_id", KT("object_data__location")):
            self._devices.setdefault(pk, _uuid(place))

    def of(self, label: str, pk: UUID, location: str | None, device: str | None) -> UUID | None:
        """Primary key of the location, or None."""
        if label == "dcim.location":
            return pk
        return _uuid(location) or self._devices.get(_uuid(device))


def _keys(objects: QuerySet) -> Iterator[Any]:
    return objects.without_tree_fields().order_by().values_list("pk", flat=True).iterator()


def _below(parents: dict[Any, Any], tops: set[Any]) -> Iterator[Any]:
    for start in parents:
        pk = start
        while pk is not None and pk not in tops:
            pk = parents.get(pk)
        if pk is not None:
            yield start


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:  # a field of that name which is no reference
        return None
