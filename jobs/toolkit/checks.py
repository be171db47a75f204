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
from .subjects import subject_of


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

    @cached_property
    def location_depth(self) -> int:
        """How many levels there are at most below a location without parent."""
        # A name with a slash in it makes this too large, which is harmless.
        return max((name.count(" / ") for name in self.location_names.values()), default=0)


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
        any_status: asked about devices, virtual machines and what is on them of any status, where none is selected; other
            checks are asked about those that the audit takes by default, which are the active ones.
        tags: words to select checks by.
        parameters: name to default and description; `Check(name=value)` changes them.
        since: version of this collection that it first came with.
        bad: an example of what it finds, in a sentence or two.
        good: an example of what looks similar and is right.
        policy: an example of values for the parameters of a check that is not asked unless they state a policy.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    model: ClassVar[str]
    description: ClassVar[str]
    remedy: ClassVar[str]
    any_status: ClassVar[bool] = False
    tags: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    since: ClassVar[str]
    bad: ClassVar[str]
    good: ClassVar[str]
    policy: ClassVar[Mapping[str, Any]] = {}

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

    def idle(self) -> str:
        """Why this check is not asked at all, such as a policy that no parameter states; "" if it is."""
        return ""

    def rows(self, objects: QuerySet, *columns: Any) -> Iterator[dict[str, Any]]:
        """The objects as dictionaries, by name: what `finding` needs, and the given columns and annotations."""
        subject = subject_of(self.model)
        names = subject.annotations()
        order = subject.order or [name for name in names if name.startswith("subject_name_")]
        rows = objects.annotate(**names).order_by(*order, "pk")
        return rows.values("pk", *names, *columns).iterator(chunk_size=2000)

    def display(self, row: Mapping[str, Any]) -> str:
        """What the object of a row is called."""
        return subject_of(self.model).display(row)

    def finding(
        self,
        row: Mapping[str, Any],
        context: Context,
        message: str,
        *,
        key: str = "",
        details: Mapping[str, str] | None = None,
    ) -> Finding:
        """The finding about the object of a row of `rows`. Details without text are left out."""
        return Finding(
            check=self.id,
            severity=self.severity,
            model=self.model,
            pk=str(row["pk"]),
            display=self.display(row),
            url=object_path(self.model, row["pk"]),
            location=context.location_names.get(row["subject_location"], ""),
            role=row["subject_role"] or "",
            message=message,
            details={label: text for label, text in (details or {}).items() if text},
            key=key,
        )


class DeviceCheck(Check):
    """Base of checks that look at devices. They are called as Nautobot calls them, those without a name included."""

    model = "dcim.device"

    _COLUMNS = ("device_type__model", "device_type__manufacturer__name", "vc_position", "stack_name")

    def rows(self, objects: QuerySet, *columns: Any) -> Iterator[dict[str, Any]]:
        """See `Check.rows`."""
        # A subquery is asked for the devices that are found, a join for many more.
        stack = VirtualChassis.objects.filter(pk=OuterRef("virtual_chassis")).order_by().values("name")
        return super().rows(objects.annotate(stack_name=Subquery(stack)), *self._COLUMNS, *columns)

    def display(self, row: Mapping[str, Any]) -> str:
        """What Nautobot calls a device (`Device.display`)."""
        if row["subject_name_0"]:
            return row["subject_name_0"]
        if row["stack_name"]:
            return f"{row['stack_name']}:{row['vc_position']} ({row['pk']})"
        return f"{row['device_type__manufacturer__name']} {row['device_type__model']} ({row['pk']})"
