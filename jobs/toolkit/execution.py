"""One execution of a plan, inside the transaction that `changes` opens: permissions, locks, saves, validation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from nautobot.apps.jobs import Job
from nautobot.apps.utils import get_permission_for_model

from .access import require, visible
from .compat import forget_module_bays
from .journal import Journal, LeftoverError
from .plan import CREATE, DELETE, UPDATE, Change, Plan, Problem
from .plan_files import Names
from .queries import chunks
from .row_data import fetch, is_part

# What it takes to make a change, in terms of permissions.
_ACTIONS = {CREATE: "add", UPDATE: "change", DELETE: "delete"}
# May be set by anybody who may change the object that it is for: everybody sees them with that object.
_OPEN_APPS = ("contenttypes", "extras")


class Execution:
    """One execution of a plan.

    Args:
        job: the Job that runs.
        planner: fills the plan that it is given.
        left_out: rows whose changes are not made, since they failed before.
    """

    def __init__(self, job: Job, planner: Callable[[Plan], Any], left_out: set[str]) -> None:
        self.user = job.user
        self.planner = planner
        self.plan = Plan(job.user, left_out)
        self.journal = Journal()
        self.names = Names(())
        self.along: Counter[str] = Counter()
        self._left_out = left_out
        self._late: list[Change] = []
        self._going: set[tuple[str, str]] = set()
        self._gone: set[tuple[str, str]] = set()

    @property
    def new_problems(self) -> list[Problem]:
        """Problems of rows that are not left out already."""
        return [problem for problem in self.plan.problems if not problem.row or problem.row not in self._left_out]

    def make(self) -> None:
        """Let the Job plan."""
        self.planner(self.plan)

    def execute(self) -> None:
        """Execute the plan, as far as it can be; what cannot is in its problems.

        Raises:
            AccessError: the user lacks a permission for all objects of a model.
        """
        changes = self.plan.changes
        for label, action in dict.fromkeys((change.label, _ACTIONS[change.action]) for change in changes):
            model = apps.get_model(label)
            if not is_part(model):
                require(self.user, model, action)
        self._going = {(change.label, str(change.pk)) for change in changes if change.action == DELETE}
        self.names = Names(change.key for change in changes if change.action != CREATE)
        self.names.add_values(changes)
        before = self._permitted(changes, {UPDATE: "change", DELETE: "delete"}) and self._unchanged(changes)
        if before:
            with self.journal.recording():
                for row, steps in _by_row(changes):
                    self._execute_row(row, steps)
                self._validate_late()
            if not self.new_problems:
                self._check_constraints()
        self.names.add_keys(change.key for change in changes if self.plan.is_new(*change.key))
        if any(change.parts for change in changes):
            self.names.add_values(changes)
        if not self.new_problems:
            self._permitted(changes, {CREATE: "add", UPDATE: "change"}, after=True)
            self._may_view_targets(changes)

    def _execute_row(self, row: str, changes: list[Change]) -> None:
        """Make the changes of one row, all or none."""
        change, late = changes[0], len(self._late)
        try:
            with transaction.atomic():
                for change in changes:
                    self._make(change)
        except (ValidationError, ProtectedError, RestrictedError, LeftoverError, IntegrityError, DataError) as error:
            del self._late[late:]  # they are rolled back
            name = self.names.get(change.key) or str(change.obj)
            for message in _messages(error):
                self.plan.problems.append(Problem(f"{change.verb} {_noun(change.label)} {name}: {message}", row))

    def _make(self, change: Change) -> None:
        self.journal.current, obj = change, change.obj
        if change.action != CREATE and not _refresh(obj):
            if change.action == DELETE:
                return  # it has gone along with something else
            raise ValidationError("it has gone along with something that was deleted before")
        if change.action == DELETE:
            gone = self.journal.delete(change)
            self._gone.update(gone)
            self.along.update(
                label for label, pk in gone if (label, pk) not in self._going and not is_part(apps.get_model(label))
            )
            return
        refused = change.action == UPDATE and self.plan.may_be_invalid and not _is_valid(obj)
        if change.restored:
            _insert(obj)
            for name, objects in change.values.items():
                getattr(obj, name).set(objects)
            self._late.append(change)
        elif change.action == CREATE:
            if change.parts:
                obj.create_components = lambda: _create_parts(obj, change.parts)
            _save(obj)
            for name, objects in change.values.items():
                getattr(obj, name).set(objects)
        else:
            many = {}
            for name, value in change.values.items():
                field = obj._meta.get_field(name)
                if field.many_to_many:
                    many[name] = value
                else:
                    setattr(
                        obj, field.name if not field.is_relation or isinstance(value, Model) else field.attname, value
                    )
            if len(many) < len(change.values):
                if self.plan.validate_late:
                    obj.save()
                    self._late.append(change)
                else:
                    _save(obj)
            for name, objects in many.items():
                getattr(obj, name).set(objects)
        self.journal.save(change, refused=refused)

    def _is_gone(self, change: Change) -> bool:
        """Has the object gone, be it along with another: an interface with its device?"""
        return (change.label, str(change.pk)) in self._gone

    def _validate_late(self) -> None:
        """What was not validated when it was saved is now that all is done."""
        unvalidated = {change.key for change in self._late if change.unvalidated}
        for change in {change.key: change for change in self._late}.values():
            gone = self.plan.is_going(*change.key) or self._is_gone(change)
            if is_part(type(change.obj)) or gone or change.key in unvalidated:
                continue
            try:
                _validate(fetch(change.label, [change.pk])[str(change.pk)])
            except ValidationError as error:
                name = self.names.get(change.key) or str(change.obj)
                for message in _messages(error):
                    self.plan.problems.append(Problem(f"{_noun(change.label)} {name}: {message}", change.row))

    def _check_constraints(self) -> None:
        """Ask the constraints that the database would ask at the end of the transaction only."""
        connection.check_constraints()

    # Has somebody else changed it, and may the user?

    def _unchanged(self, changes: Iterable[Change]) -> bool:
        """Lock what will be changed, and compare it with what the plan was made of."""
        wanted: defaultdict[str, dict[Any, Change]] = defaultdict(dict)
        for change in changes:
            if change.action != CREATE and not self.plan.is_new(*change.key):
                wanted[change.label].setdefault(change.pk, change)
        for label in sorted(wanted):
            model = apps.get_model(label)
            clock = ["last_updated"] if any(field.name == "last_updated" for field in model._meta.fields) else []
            locked = {
                pk: rest[0] if rest else None
                for chunk in chunks(sorted(wanted[label], key=str))
                for pk, *rest in model._base_manager.filter(pk__in=chunk)
                .order_by("pk")
                .select_for_update()
                .values_list("pk", *clock)
            }
            for pk, change in wanted[label].items():
                if pk not in locked or (clock and locked[pk] != change.obj.last_updated):
                    self.plan.problems.append(
                        Problem(
                            f"{_noun(label)} {self.names.get(change.key)} was changed by somebody while this Job was "
                            "reading. Run it again.",
                            change.row,
                        )
                    )
        return not any(not problem.row for problem in self.new_problems)

    def _permitted(self, changes: Iterable[Change], actions: Mapping[str, str], *, after: bool = False) -> bool:
        """May the user do this, to each object as it is now? One question a model and a thousand objects."""
        wanted: defaultdict[tuple[str, str], dict[Any, Change]] = defaultdict(dict)
        for change in changes:
            if change.action in actions and not is_part(type(change.obj)):
                skip = self.plan.is_going if after else self.plan.is_new
                if not skip(*change.key) and not (after and self._is_gone(change)):
                    wanted[change.label, actions[change.action]].setdefault(change.pk, change)
        refused = False
        for (label, action), by_key in wanted.items():
            model = apps.get_model(label)
            permission = get_permission_for_model(model, action)
            allowed = self._allowed(model, action, by_key)
            for pk, change in by_key.items():
                if pk not in allowed:
                    refused = True
                    what = "does not cover what it would become" if after else "is needed"
                    self.plan.problems.append(
                        Problem(
                            f"{_noun(label)} {self.names.get(change.key)}: the permission {permission} {what}.",
                            change.row,
                        )
                    )
        return not refused

    def _may_view_targets(self, changes: Iterable[Change]) -> None:
        """May the user view what objects newly point at, as in Nautobot's own forms? Everybody may name themselves."""
        wanted: defaultdict[str, dict[Any, Change]] = defaultdict(dict)
        for change in changes:
            for value in change.after.values() if not change.restored else ():
                if value.label and value.label.partition(".")[0] not in _OPEN_APPS:
                    for pk in value.raw if isinstance(value.raw, tuple) else (value.raw,):
                        itself = value.label == self.user._meta.label_lower and pk == self.user.pk
                        if pk is not None and not itself and not self.plan.is_new(value.label, pk):
                            wanted[value.label].setdefault(pk, change)
        for label, by_key in wanted.items():
            model = apps.get_model(label)
            allowed = self._allowed(model, "view", by_key)
            for pk, change in by_key.items():
                if pk not in allowed:
                    self.plan.problems.append(
                        Problem(
                            f"{_noun(change.label)} {self.names.get(change.key)}: the permission "
                            f"{get_permission_for_model(model, 'view')} is needed on the {_noun(label)} that it names.",
                            change.row,
                        )
                    )

    def _allowed(self, model: type[Model], action: str, keys: Iterable[Any]) -> set[Any]:
        objects = visible(self.user, model, action).order_by()
        return {pk for chunk in chunks(list(keys)) for pk in objects.filter(pk__in=chunk).values_list("pk", flat=True)}


def _refresh(obj: Any) -> bool:
    """Take over what earlier changes have done to an object, related objects at hand excepted; False if it has gone."""
    fields = obj._meta.concrete_fields
    row = type(obj)._base_manager.filter(pk=obj.pk).values_list(*(field.attname for field in fields)).first()
    if row is None:
        return False
    for field, value in zip(fields, row, strict=True):
        if getattr(obj, field.attname) != value:
            setattr(obj, field.attname, value)
    return True


def _validate(obj: Any) -> None:
    """Ask an object whether it is valid.

    A Job's own `clean` imports the code of all Jobs anew, in the middle of this one, and writes its queues; what it
    looks at are values that are not overridden, which the code has anyhow.
    """
    if obj._meta.label_lower == "extras.job":
        obj.clean_fields()
        obj.validate_unique()
        obj.validate_constraints()
    else:
        obj.full_clean()


def _save(obj: Any) -> None:
    """Save an object that is valid; models of Django's, such as groups of users, do not say that by themselves."""
    if hasattr(obj, "validated_save") and obj._meta.label_lower != "extras.job":
        obj.validated_save()
    else:
        _validate(obj)
        obj.save()


def _insert(obj: Any) -> None:
    """Put a row back as it was.

    Saved as if it were known already, a device or module does not get the components of its type anew, nor a schedule
    another approval workflow: those that it had come back by themselves.
    """
    for field in obj._meta.private_fields:
        # What a generic reference leads to may not have been there yet when it was looked for.
        if isinstance(field, GenericForeignKey) and field.is_cached(obj):
            field.delete_cached_value(obj)
    if is_part(type(obj)) and obj._meta.label_lower != "dcim.cabletocabletermination":
        obj.save_base(raw=True, force_insert=True)
        return
    if obj._meta.label_lower in ("dcim.device", "dcim.module", "extras.scheduledjob"):
        obj._state.adding = False
    obj.save(force_insert=True)


def _is_valid(obj: Any) -> bool:
    try:
        _validate(obj)
    except ValidationError:
        return False
    return True


def _create_parts(owner: Any, parts: Iterable[Any]) -> None:
    """Write the components of a new device or module, those that others need first, as Nautobot does."""
    by_model: defaultdict[type[Any], list[Any]] = defaultdict(list)
    for part in parts:
        by_model[type(part)].append(part)
    for model, batch in by_model.items():
        model.objects.bulk_create(batch)
    if owner._meta.label_lower == "dcim.device":
        forget_module_bays(owner)


def _by_row(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Changes that follow each other and belong to the same row, or to none."""
    start = 0
    for number, change in enumerate(changes, 1):
        if number == len(changes) or changes[number].row != change.row:
            yield change.row, list(changes[start:number])
            start = number


def _messages(error: Exception) -> list[str]:
    """What was wrong, in words for the user."""
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return [
                text if field == "__all__" else f"{field}: {text}"
                for field, texts in error.message_dict.items()
                for text in texts
            ]
        return list(error.messages)
    if isinstance(error, (ProtectedError, RestrictedError)):
        protected = isinstance(error, ProtectedError)
        objects: list[Any] = list(error.protected_objects if protected else error.restricted_objects)
        named = ", ".join(f"{_noun(each._meta.label_lower)} {each}" for each in objects[:5])
        more = f" and {len(objects) - 5} more" if len(objects) > 5 else ""
        return [f"it is needed by {named}{more}"]
    if isinstance(error, LeftoverError):
        keys = error.args[0]
        named = ", ".join(
            f"{_noun(label)} {obj}" for label, pk in keys[:5] for obj in fetch(label, [pk]).values()
        ) or ", ".join(f"{_noun(label)} {pk}" for label, pk in keys[:5])
        return [f"{named} would go or lose it as well, and did not come with it"]
    return [str(error).strip().splitlines()[0]]


def _noun(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)
