"""Checks: one rule each, about one model, answered by one question to the database.

A check is a class with its documentation in it. To add one, write a file `audits/checks/<audit>/<rule>.py` like those
beside it, and name the class in that folder's `__init__.py`.

What a check must do:

- Ask the database once: annotations, `Exists`, `Subquery`, window functions (see `queries` and `compat`). Never load
  objects to filter them in Python, never ask again for each row.
- Start from the queryset it is given: that one is limited to the scope and to what the user may see.
- Judge by all data, but name only what the user may see. A port that the user may not view is connected all the same;
  the name or address of another object goes into a finding only through `.restrict(context.user, "view")`.
- Keep ids for good: a fingerprint contains the id, and waivers and comparisons live by fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from nautobot.dcim.models import Location, VirtualChassis

from .findings import Finding, Severity
from .links import object_path


class Parameter(NamedTuple):
    """A value that the caller of a check may change."""

    default: Any
    description: str


class Context:
    """What checks of one audit share: who asks, and the names of all locations (one query, when first needed)."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def location_names(self) -> dict[Any, str]:
        """Primary key to full name, from the top: "EMEA / AMS01 / Hall 2"."""
        rows = {pk: (name, parent) for pk, name, parent in _locations().values_list("pk", "name", "parent_id")}
        names: dict[Any, str] = {}

        def full_name(pk: Any) -> str:
            if pk not in names:
                name, parent = rows[pk]
                names[pk] = f"{full_name(parent)} / {name}" if parent else name
            return names[pk]

        for pk in rows:
            full_name(pk)
        return names


def _locations() -> QuerySet:
    # Without the recursive part of the tree: parents are enough.
    return Location.objects.without_tree_fields().order_by()


class Check:
    """Base of all checks.

    Class attributes:
        id: "<APP>-<SUBJECT>-<NUMBER>", such as "DCIM-CONSOLE-001". Never changed, never used again.
        title: the rule broken, in a few words: "No console connection".
        severity: how much a finding matters.
        model: label in lower case of the model that it looks at: "dcim.device".
        description: the exact rule, and why it matters.
        remedy: what to do about a finding.
        tags: words to select checks by.
        parameters: name to default and description; `Check(name=value)` changes them.
        since: version of this collection that it first came with.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    model: ClassVar[str]
    description: ClassVar[str]
    remedy: ClassVar[str]
    tags: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    since: ClassVar[str]

    def __init__(self, **parameters: Any) -> None:
        if unknown := sorted(set(parameters) - set(self.parameters)):
            raise TypeError(f"{self.id} has no parameter {', '.join(unknown)}")
        self.values = {name: parameter.default for name, parameter in self.parameters.items()} | parameters

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Yield what is wrong with the objects.

        Args:
            objects: queryset of `model`, limited to the scope and to what `context.user` may view.
            context: what checks of one audit share.
        """
        raise NotImplementedError


class DeviceCheck(Check):
    """Base of checks that look at devices."""

    model = "dcim.device"

    # What a finding needs to know of a device.
    _COLUMNS = (
        "pk",
        "name",
        "location_id",
        "role__name",
        "device_type__model",
        "device_type__manufacturer__name",
        "vc_position",
    )

    def rows(self, devices: QuerySet, *columns: str) -> Iterator[dict[str, Any]]:
        """The devices as dictionaries, by name: what `finding` needs, and the given columns and annotations."""
        # A subquery is asked for the devices that are found, a join for many more.
        stack = VirtualChassis.objects.filter(pk=OuterRef("virtual_chassis")).order_by().values("name")
        rows = devices.annotate(stack_name=Subquery(stack)).order_by("_name", "pk")
        return rows.values(*self._COLUMNS, "stack_name", *columns).iterator(chunk_size=2000)

    def finding(
        self,
        row: Mapping[str, Any],
        context: Context,
        message: str,
        *,
        key: str = "",
        details: Mapping[str, str] | None = None,
    ) -> Finding:
        """The finding about the device of a row of `rows`. Details without text are left out."""
        return Finding(
            check=self.id,
            severity=self.severity,
            model=self.model,
            pk=str(row["pk"]),
            display=_device_display(row),
            url=object_path(self.model, row["pk"]),
            location=context.location_names.get(row["location_id"], ""),
            role=row["role__name"] or "",
            message=message,
            details={label: text for label, text in (details or {}).items() if text},
            key=key,
        )


def _device_display(row: Mapping[str, Any]) -> str:
    """What Nautobot calls a device (`Device.display`)."""
    if row["name"]:
        return row["name"]
    if row["stack_name"]:
        return f"{row['stack_name']}:{row['vc_position']} ({row['pk']})"
    return f"{row['device_type__manufacturer__name']} {row['device_type__model']} ({row['pk']})"
