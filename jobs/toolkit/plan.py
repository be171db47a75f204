"""Plans: what a changing Job is about to do, as an ordered list of changes that can be read before anything is written.

A Job builds a plan by reading; `changes.Changes` executes it, in one transaction:

    def _plan(self, plan, interfaces):
        for interface in interfaces:
            plan.update(interface, description=text_for(interface), reason="far end")

What is asked for and is there already is no change, so that a second run of the same request is an empty plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Field, Model, QuerySet

from .access import RefusalError

CREATE, UPDATE, DELETE = "create", "update", "delete"


class Value(NamedTuple):
    """A field before or after a change.

    Args:
        raw: as the field has it; of a foreign key the primary key, of a many-to-many field the sorted primary keys.
        label: the model behind a foreign key or a many-to-many field, in lower case; "" for any other field.
    """

    raw: Any
    label: str = ""


@dataclass(eq=False)
class Change:
    """One change of one object.

    Args:
        action: CREATE, UPDATE or DELETE.
        obj: the object; of CREATE not yet saved, with its primary key.
        reason: why, in a few words.
        verb: what people call it: "connect", "assign". By default the action.
        row: the part of the request that it comes from: "Row 7", "sw-01". Rows succeed or fail as a whole.
        values: of CREATE and UPDATE, names of fields to what they are set to; many-to-many fields to lists of objects.
        before: of UPDATE and DELETE, names of fields to what they were.
        after: of CREATE and UPDATE, names of fields to what they become.
        pk: primary key of the object; deleting takes it from the object itself.
        restored: of CREATE, the object was there before, with this primary key, and comes back as it was.
        along: of DELETE, models and primary keys of what may be deleted along with it; None means whatever goes.
        unvalidated: of UPDATE, the object gets back a state that was not valid either, and is not asked about it.
        parts: of CREATE of a device or a module, the components that come with it.
    """

    action: str
    obj: Any
    reason: str
    verb: str
    row: str
    values: Mapping[str, Any] = field(default_factory=dict)
    before: dict[str, Value] = field(default_factory=dict)
    after: dict[str, Value] = field(default_factory=dict)
    pk: Any = None
    restored: bool = False
    along: frozenset[tuple[str, Any]] | None = None
    unvalidated: bool = False
    parts: Sequence[Any] = ()

    @property
    def label(self) -> str:
        """The object's model, in lower case: "dcim.device"."""
        return str(self.obj._meta.label_lower)

    @property
    def key(self) -> tuple[str, Any]:
        """Model and primary key of the object."""
        return self.label, self.pk


class Problem(NamedTuple):
    """Why something that was asked for cannot be done.

    Args:
        message: what is wrong, and what to do about it; it names the object, the field and the value.
        row: the part of the request that it is about; "" for all of it.
    """

    message: str
    row: str = ""

    def __str__(self) -> str:
        return f"{self.row}: {self.message}" if self.row else self.message


class Plan:
    """The changes of one request, in the order in which they will be made.

    Args:
        user: the user who runs the Job.
        leave_out: rows whose changes are not made, since they failed before.

    Attributes:
        validate_late: objects are validated when all is done, not one by one: for plans whose steps in between make no
            sense for themselves.
        may_be_invalid: objects may be in a state that Nautobot refuses. It is noted which are, so that an undo gives it
            back to them all the same; that costs a validation more for each update.
    """

    def __init__(self, user: Any, leave_out: Iterable[str] = ()) -> None:
        self.user = user
        self.changes: list[Change] = []
        self.problems: list[Problem] = []
        self.unchanged = 0
        self.remarks: list[str] = []
        self.validate_late = False
        self.may_be_invalid = False
        self._leave_out = frozenset(leave_out)
        self._row = ""
        self._planned: dict[tuple[str, Any], dict[str, Value]] = {}
        self._created: set[tuple[str, Any]] = set()
        self._deleted: set[tuple[str, Any]] = set()

    # What a Job says

    @contextmanager
    def row(self, label: str) -> Iterator[None]:
        """What is planned in the block belongs to this part of the request, and is made as a whole or not at all.

        A `RefusalError` that the block raises becomes a problem of the row; the others go on.
        """
        outer, self._row = self._row, label
        try:
            yield
        except RefusalError as refusal:
            self.problem(str(refusal))
        finally:
            self._row = outer

    def create(
        self,
        obj: Model,
        *,
        reason: str,
        verb: str = CREATE,
        ends: Mapping[str, Model] | None = None,
        parts: Sequence[Model] = (),
        untold: Sequence[str] = (),
        **many: Iterable[Model],
    ) -> Any:
        """Plan a new object.

        Args:
            obj: the object, not saved. It may name objects that are planned before it: primary keys are there already.
            reason: why, in a few words.
            verb: what people call it: "connect", "assign".
            ends: objects by name that it joins without having a field for them: the terminations of a cable.
            parts: of a device or a module, its components, not saved: they are made instead of those that Nautobot would
                make, which have no primary keys while the plan is made. The plan may name and update them like any other
                object. `new_components.NewComponents` makes them as Nautobot does.
            untold: fields whose values hang on the moment: they are no part of what is reviewed.
            many: many-to-many fields to the objects in them.

        Returns:
            the object.
        """
        change = self._add(Change(CREATE, obj, reason, verb, self._row, values=many, pk=obj.pk, parts=parts))
        for each in obj._meta.concrete_fields:
            value = value_of(obj, each)
            if each.primary_key or not each.editable or each.name in untold:
                continue
            if value.raw not in _NOTHING and not _is_default(each, value):
                change.after[each.name] = value
        change.after |= {name: _many(obj, name, objects) for name, objects in many.items()}
        for name, end in (ends or {}).items():
            for column in (f"{name}_id", f"{name}_type"):  # before 3.2 there are fields, which say less
                change.after.pop(column, None)
            change.after[name] = Value(end.pk, end._meta.label_lower)
        self._created.add(change.key)
        self._created |= {(part._meta.label_lower, part.pk) for part in parts}
        self._planned.setdefault(change.key, {}).update({name: change.after[name] for name in many})
        return obj

    def restore(self, obj: Model, *, reason: str, **many: Any) -> Any:
        """Plan that an object comes back exactly as it was: with its primary key, without what saving a new one entails.

        What comes back is validated when all of the plan is done, since objects that come back may need each other. What
        many-to-many fields name has to be there before.
        """
        self.create(obj, reason=reason, verb="restore", **many)
        self.changes[-1].restored = True
        return obj

    def update(self, obj: Model, *, reason: str, verb: str = UPDATE, unvalidated: bool = False, **values: Any) -> bool:
        """Plan that fields of an object change.

        Args:
            obj: the object, with all of its fields loaded (no `only()` or `defer()`), as it is in the database. It is
                left alone while the plan is made: `value` tells what is planned.
            reason: why, in a few words.
            verb: what people call it: "move", "rename".
            unvalidated: see `Change`; for plans that are validated late.
            values: fields to their new values; foreign keys to an object (or its primary key) or None, many-to-many
                fields to all the objects that they will contain.

        Returns:
            whether anything changes.
        """
        change = Change(UPDATE, obj, reason, verb, self._row, pk=obj.pk, unvalidated=unvalidated)
        wanted = {}
        for name, value in values.items():
            model_field: Any = obj._meta.get_field(name)
            if model_field.many_to_many:
                value = list(value)
                after = _many(obj, name, value)
            else:
                after = _given(model_field, value)
            before = self.value(obj, name)
            if before != after:
                wanted[name], change.before[name], change.after[name] = value, before, after
        if not wanted:
            self.unchanged += 1
            return False
        change.values = wanted
        self._add(change)
        self._planned.setdefault(change.key, {}).update(change.after)
        return True

    def delete(
        self, obj: Model, *, reason: str, verb: str = DELETE, along: frozenset[tuple[str, Any]] | None = None
    ) -> bool:
        """Plan that an object is deleted, with all that goes with it. What is going already is no change.

        Args:
            obj: the object, with all of its fields loaded.
            reason: why, in a few words.
            verb: what people call it: "disconnect".
            along: what may go with it, by model and primary key; anything else is a problem. By default anything.
        """
        key = (obj._meta.label_lower, obj.pk)
        if key in self._deleted:
            return False
        change = Change(DELETE, obj, reason, verb, self._row, pk=obj.pk, along=along)
        for each in obj._meta.concrete_fields:
            value = value_of(obj, each)
            if not each.primary_key and each.editable and value.raw not in _NOTHING:
                change.before[each.name] = value
        self._add(change)
        self._deleted.add(key)
        return True

    def keep(self, count: int = 1) -> None:
        """Count objects that are as they were asked to be."""
        self.unchanged += count

    def remark(self, message: str) -> None:
        """Tell the user something about the plan that is no problem: it is logged, and stands in the files."""
        self.remarks.append(f"{self._row}: {message}" if self._row else message)

    def problem(self, message: str) -> None:
        """Tell that something that was asked for cannot be done.

        Unless the user chose to have the good rows done, nothing at all is written; all problems are told at once.
        """
        self.problems.append(Problem(message, self._row))

    def lock(self, queryset: QuerySet) -> QuerySet:
        """The queryset, whose rows nobody else can lock or change until this Job has ended.

        For what is chosen by looking at other objects: who gives out addresses of a prefix locks the prefix first.
        """
        return queryset.order_by("pk").select_for_update(of=("self",))

    # What is planned so far

    def value(self, obj: Model, name: str) -> Value:
        """A field of an object as it will be after what is planned so far."""
        planned = self._planned.get((obj._meta.label_lower, obj.pk), {})
        if name in planned:
            return planned[name]
        model_field: Any = obj._meta.get_field(name)
        if model_field.many_to_many:
            return _many(obj, name, () if self.is_new(obj._meta.label_lower, obj.pk) else getattr(obj, name).all())
        return value_of(obj, model_field)

    def is_new(self, label: str, pk: Any) -> bool:
        """Is that the primary key of an object that the plan creates?"""
        return (label, pk) in self._created

    def is_going(self, label: str, pk: Any) -> bool:
        """Is that the primary key of an object that the plan deletes?"""
        return (label, pk) in self._deleted

    @property
    def bad_rows(self) -> list[str]:
        """Rows with problems, in order."""
        return list(dict.fromkeys(problem.row for problem in self.problems if problem.row))

    def counts(self) -> Counter[str]:
        """How many changes there are of each action."""
        return Counter(change.action for change in self.changes)

    def _add(self, change: Change) -> Change:
        if change.row not in self._leave_out:
            self.changes.append(change)
        return change


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def value_of(obj: Any, model_field: Field) -> Value:
    """A field of an object, without fetching what a foreign key points at."""
    raw = model_field.value_from_object(obj)
    return Value(raw, model_field.related_model._meta.label_lower if model_field.is_relation else "")


def _given(model_field: Any, value: Any) -> Value:
    """What a field is set to, as it will come back from the database."""
    if model_field.is_relation:
        key = model_field.target_field.to_python(getattr(value, "pk", value))
        return Value(key, model_field.related_model._meta.label_lower)
    return Value(value if value is None else model_field.to_python(value))


def _many(obj: Model, name: str, objects: Iterable[Any]) -> Value:
    model: Any = obj._meta.get_field(name).related_model
    keys = {model._meta.pk.to_python(getattr(each, "pk", each)) for each in objects}
    return Value(tuple(sorted(keys, key=str)), model._meta.label_lower)


def _is_default(model_field: Any, value: Value) -> bool:
    return model_field.has_default() and model_field.get_default() == value.raw
