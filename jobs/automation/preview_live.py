"""What is set up in this Nautobot on Jobs that are about to change, as far as a user may view it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from nautobot.extras.models import Job, JobButton, JobHook, ScheduledJob
from nautobot.users.models import ObjectPermission

from ..toolkit.access import visible
from ..toolkit.grants import reached
from ..toolkit.links import object_path
from ..toolkit.tables import Link

# Changes after which a Job's record, or what it is, is no longer what it was. See `nautobot_dev_tools.diff.live`.
_OF_THE_RECORD = {"job-removed", "job-renamed", "job-unregistered", "receiver-changed", "nautobot-raised"}
_OF_THE_NAME = {"title", "group"}
_REQUIRED = {"variable-required", "argument-required"}
_BENIGN = "benign"
NOTHING = "nothing"  # is touched, since an override stands before it
# What a constraint can name a Job by.
_NAMES = ("id", "pk", "name", "module_name", "job_class_name", "grouping")
_OF_SCHEDULES = "job_model"


class Live:
    """What hangs on the Jobs of one repository: a question a model, whatever their number.

    Args:
        user: who looks.
        slug: of the repository.
        paths: class paths of the Jobs that change, as they stand in the repository.

    Attributes:
        hidden: models of which the user may view nothing, so that nobody looked.
    """

    def __init__(self, user: Any, slug: str, paths: Iterable[str]) -> None:
        self._user = user
        wanted = {f"{slug}.{path}": path for path in paths}
        own = visible(user, Job).filter(module_name__startswith=f"{slug}.")
        self._jobs: dict[str, Job] = {wanted[job.class_path]: job for job in own if job.class_path in wanted}
        keys = [job.pk for job in self._jobs.values()]
        self.hidden: list[str] = []
        self._schedules = self._by_job(ScheduledJob, "job_model", keys)
        self._starters = [
            (noun, self._by_job(model, "job", keys))
            for noun, model in (("job hook", JobHook), ("job button", JobButton))
        ]
        self._naming = self._constraints(keys)

    def known(self, path: str) -> bool:
        """Whether there is a record of the Job that the user may view."""
        return path in self._jobs

    def touched(self, change: Mapping[str, Any]) -> Iterator[tuple[str, Link, str]]:
        """What a change touches: what it is, which one, and what of it."""
        job = self._jobs.get(change["job"] or "")
        kind, variable = change["kind"], change["variable"]
        if job is None or (change["severity"] == _BENIGN and kind not in _OF_THE_NAME):
            return
        option = change["subject"].rpartition(".Meta.")[2] if ".Meta." in change["subject"] else ""
        override = "job_queues_override" if option == "task_queues" else f"{option}_override"
        if option and getattr(job, override, False):
            yield NOTHING, _link(job), f"{option} is overridden there, and stays as it is"
            return
        if kind not in _OF_THE_NAME:
            yield from self._schedules_of(job, kind, variable)
            if not variable:
                for noun, found in self._starters:
                    for record in found.get(job.pk, ()):
                        yield noun, _link(record), _state(record)
        if kind in _OF_THE_RECORD:
            yield from _record(job)
        if kind in _OF_THE_RECORD | _OF_THE_NAME:
            yield from (
                (noun, _link(record), "its constraints name the Job") for noun, record in self._naming.get(job.pk, ())
            )

    def _schedules_of(self, job: Job, kind: str, variable: str | None) -> Iterator[tuple[str, Link, str]]:
        for schedule in self._schedules.get(job.pk, ()):
            values = schedule.kwargs or {}
            given = values.get(variable) not in (None, "", []) if variable else False
            if variable and (given if kind in _REQUIRED else variable not in values):
                continue
            said = [_state(schedule)]
            if variable:
                said.append(f"has {'no value' if kind in _REQUIRED else 'a value'} for {variable}")
            if variable is None and schedule.approval_required:
                said.append("awaits an approval")
            yield "schedule", _link(schedule, schedule.name), ", ".join(filter(None, said))

    def _by_job(self, model: type[Model], field: str, keys: list[Any]) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        if self._may_view(model):
            for record in visible(self._user, model).filter(**{f"{field}__in": keys}).order_by("name"):
                found.setdefault(getattr(record, f"{field}_id"), []).append(record)
        return found

    def _constraints(self, keys: list[Any]) -> dict[Any, list[tuple[str, Any]]]:
        """Job to permissions and approval workflow definitions whose constraints name it, by a name of its own, and so that it fits."""
        asked: dict[tuple[str, Any], tuple[list[Any], Any]] = {}
        records: dict[tuple[str, Any], Any] = {}

        def ask(noun: str, record: Any, constraints: Any, prefix: str) -> None:
            named = [part for part in (_named(each, prefix) for each in _listed(constraints)) if part]
            if named:
                asked[noun, record.pk] = (named, self._user.pk)
                records[noun, record.pk] = record

        job_type, schedule_type = (ContentType.objects.get_for_model(model) for model in (Job, ScheduledJob))
        if self._may_view(ObjectPermission):
            for permission in visible(self._user, ObjectPermission).prefetch_related("object_types").order_by("name"):
                prefix = "" if job_type in permission.object_types.all() else f"{_OF_SCHEDULES}__"
                ask("object permission", permission, permission.constraints, prefix)
        if "approvalworkflowdefinition" in apps.all_models["extras"]:  # since 3.0
            definition_model = apps.get_model("extras.approvalworkflowdefinition")
            if self._may_view(definition_model):
                for definition in visible(self._user, definition_model).filter(model_content_type=schedule_type):
                    ask("approval workflow definition", definition, definition.model_constraints, f"{_OF_SCHEDULES}__")
        found: dict[Any, list[tuple[str, Any]]] = {}
        fitting, _ = reached(Job.objects.filter(pk__in=keys), asked)
        for key, jobs in fitting.items():
            for job in jobs:
                found.setdefault(job, []).append((key[0], records[key]))
        return found

    def _may_view(self, model: type[Model]) -> bool:
        allowed = self._user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        if not allowed:
            self.hidden.append(str(model._meta.verbose_name_plural))
        return allowed


def _record(job: Job) -> Iterator[tuple[str, Link, str]]:
    overridden = sorted(
        field.name.removesuffix("_override")
        for field in job._meta.concrete_fields
        if field.name.endswith("_override") and getattr(job, field.name)
    )
    said = (["is enabled"] if job.enabled else []) + ([f"overrides {', '.join(overridden)}"] if overridden else [])
    if said:
        yield "record of the Job", _link(job, job.name), " and ".join(said)


def _listed(constraints: Any) -> list[Any]:
    return constraints if isinstance(constraints, list) else [constraints]


def _named(constraint: Any, prefix: str) -> dict[str, Any]:
    """What of a constraint names a Job; the rest is taken to fit."""
    if not isinstance(constraint, Mapping):
        return {}
    found = {}
    for key, value in constraint.items():
        own = "pk" if prefix and key == _OF_SCHEDULES else key[len(prefix) :] if key.startswith(prefix) else ""
        if own.partition("__")[0] in _NAMES:
            found[own] = value
    return found


def _state(record: Any) -> str:
    return "" if record.enabled else "disabled"


def _link(record: Any, text: str = "") -> Link:
    return Link(text or str(record), object_path(record._meta.label_lower, record.pk))
