"""Interfaces that a change of cables, devices or interfaces is about: at both ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from nautobot.dcim.models import CablePath, Interface
from nautobot.extras.models import ObjectChange

from .compat import on_devices
from .compat_cables import cable_ends
from .queries import chunks

_CABLE, _DEVICE, _INTERFACE = "dcim.cable", "dcim.device", "dcim.interface"
_AT_ONCE = 50  # nodes of paths in one question, which reads all paths


def interfaces_touched(changed: Mapping[str, Mapping[Any, str]], changes: Iterable[ObjectChange]) -> set[Any]:
    """Primary keys of the interfaces of these devices, at these cables, and what is at the other end of each.

    Who may view them is another question.

    Args:
        changed: as `bursts.changed_objects` gives it.
        changes: the changes, for the ends of cables that are gone.
    """
    near: set[Any] = set(changed.get(_INTERFACE, ()))
    for chunk in chunks(sorted(changed.get(_DEVICE, ()))):
        near.update(Interface.objects.filter(on_devices(chunk)).order_by().values_list("pk", flat=True))
    through = []
    for label, pk in _ends(changed.get(_CABLE, ()), changes):
        if label == _INTERFACE:
            near.add(pk)
        else:
            through.append((label, pk))
    kind = ContentType.objects.get_for_model(Interface)
    from_interfaces = CablePath.objects.filter(origin_type=kind).order_by()
    for start in range(0, len(through), _AT_ONCE):
        nodes = [apps.get_model(label)(pk=pk) for label, pk in through[start : start + _AT_ONCE]]
        passing = reduce(or_, (Q(path__contains=node) for node in nodes))
        near.update(from_interfaces.filter(passing).values_list("origin_id", flat=True))
    far: set[Any] = set()
    for chunk in chunks(sorted(near)):
        ends = from_interfaces.filter(origin_id__in=chunk, destination_type=kind)
        far.update(ends.values_list("destination_id", flat=True))
    return near | far


def _ends(cables: Iterable[Any], changes: Iterable[ObjectChange]) -> Iterator[tuple[str, Any]]:
    """Model and primary key of what the cables are, or were, attached to."""
    for chunk in chunks(sorted(cables)):
        for end in cable_ends(chunk):
            yield end.label, end.pk
    gone = [each.pk for each in changes if each.changed_object_type.model == "cable" and each.action == "delete"]
    for chunk in chunks(gone):
        for data in ObjectChange.objects.filter(pk__in=chunk).order_by().values_list("object_data_v2", flat=True):
            for side in "ab":
                was = [(data or {}).get(f"termination_{side}_{what}") for what in ("type", "id")]
                if all(was):
                    yield str(was[0]), UUID(str(was[1]))
