"""What points at addresses, prefixes and ranges, whatever it is: Nautobot's own models, and those of apps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from ..toolkit.holdings import in_order
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks

# What is copied or made anew with an object, and therefore does not move.
_NOT_MOVED = frozenset(
    {
        "ipam.prefix",
        "ipam.ipaddressrange",
        "ipam.ipaddresstointerface",
        "ipam.prefixlocationassignment",
        "ipam.vrfprefixassignment",
    }
)
# What points at objects of any model, by a type and a key.
_GENERIC = (
    ("extras.relationshipassociation", "source_type", "source_id"),
    ("extras.relationshipassociation", "destination_type", "destination_id"),
    ("extras.contactassociation", "associated_object_type", "associated_object_id"),
)


class References:
    """Objects that point at others, each loaded once, and what their fields become.

    Args:
        new: labels of models to primary keys of old objects to the new ones.
    """

    def __init__(self, new: Mapping[str, Mapping[Any, Model]]) -> None:
        self._new = new
        self._objects: dict[tuple[str, Any], Any] = {}
        self._fields: defaultdict[tuple[str, Any], dict[str, Any]] = defaultdict(dict)
        self._many: defaultdict[tuple[str, Any], dict[str, list[Any]]] = defaultdict(dict)
        self._because: dict[tuple[str, Any], Any] = {}  # the old object that it points at, the first of them
        self._used: defaultdict[str, set[Any]] = defaultdict(set)
        for label, pairs in new.items():
            if pairs:
                self._collect(label, pairs)

    def used(self, label: str) -> set[Any]:
        """Primary keys of the old objects of a model that anything points at."""
        return self._used[label]

    def plan(self, plan: Plan, rows: Mapping[Any, str]) -> None:
        """Plan that everything points at the new objects.

        Args:
            plan: the plan to fill.
            rows: primary keys of old objects to the rows of the request that they are from.
        """
        position = {old: number for number, old in enumerate(rows)}
        for key in sorted(self._objects, key=lambda each: (each[0], position[self._because[each]])):
            with plan.row(rows[self._because[key]]):
                values: dict[str, Any] = {**self._fields[key], **self._many[key]}
                plan.update(self._objects[key], reason="renumbered", verb="move", **values)

    def _collect(self, label: str, pairs: Mapping[Any, Model]) -> None:
        model: Any = apps.get_model(label)
        for relation in model._meta.get_fields(include_hidden=True):
            if not relation.auto_created or relation.concrete:  # what does not come from another model
                continue
            target = relation.related_model
            if target._meta.label_lower in _NOT_MOVED or target._meta.auto_created or not target._meta.managed:
                continue
            if not relation.many_to_many:
                self._collect_fields(label, target, relation.field.name, relation.field.attname, {}, pairs)
            elif relation.through._meta.auto_created:
                self._collect_many(label, target, relation.field.name, pairs)
        content_type = ContentType.objects.get_for_model(model)
        for generic, type_field, key_field in _GENERIC:
            self._collect_fields(
                label, apps.get_model(generic), key_field, key_field, {type_field: content_type}, pairs
            )

    def _remember(self, obj: Any, label: str, old: Any) -> tuple[tuple[str, Any], Any]:
        key = (obj._meta.label_lower, obj.pk)
        self._because.setdefault(key, old)
        self._used[label].add(old)
        return key, self._objects.setdefault(key, obj)

    def _collect_fields(
        self,
        label: str,
        target: Any,
        name: str,
        attname: str,
        conditions: Mapping[str, Any],
        pairs: Mapping[Any, Model],
    ) -> None:
        old_ones = self._new.get(target._meta.label_lower, {})
        for chunk in chunks(pairs):
            for obj in in_order(target._base_manager.filter(**{f"{name}__in": chunk}, **conditions)):
                if obj.pk in old_ones:  # it is renumbered itself
                    continue
                old = getattr(obj, attname)
                key, _ = self._remember(obj, label, old)
                new = pairs[old]
                self._fields[key][name] = new if name != attname else new.pk

    def _collect_many(self, label: str, target: Any, name: str, pairs: Mapping[Any, Model]) -> None:
        for chunk in chunks(pairs):
            objects = in_order(target._base_manager.filter(**{f"{name}__in": chunk}).distinct())
            for obj in objects.prefetch_related(name):
                keys = [each.pk for each in getattr(obj, name).all()]
                for old in sorted((each for each in keys if each in pairs), key=str):
                    key, kept = self._remember(obj, label, old)
                    now = self._many[key].get(name) or [each.pk for each in getattr(kept, name).all()]
                    self._many[key][name] = [pairs[each].pk if each in pairs else each for each in now]
