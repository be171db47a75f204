"""The present state of Nautobot's own automation, as a manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from nautobot.apps.jobs import get_job
from nautobot.extras.models import CustomLink, JobButton, JobHook, JobQueue, ScheduledJob
from nautobot.users.models import ObjectPermission

from ..toolkit.access import require, visible
from ..toolkit.compat_automation import OVERRIDABLE, approval_models, standing
from .manifest_inputs import readable_inputs
from .manifest_jobs import Catalogue, full_path, short_path
from .manifest_saved import as_given, of_jobs, saved_inputs
from .manifest_schedules import OPTIONS, local
from .manifest_triggers import ACTIONS, BUTTON_DEFAULTS

# Permissions on these are for running Jobs, and for what belongs to it.
_AUTOMATION = frozenset(
    f"extras.{model}"
    for model in (
        "approvalworkflow",
        "approvalworkflowdefinition",
        "approvalworkflowstage",
        "approvalworkflowstagedefinition",
        "fileproxy",
        "job",
        "jobbutton",
        "jobconsoleentry",
        "jobhook",
        "joblogentry",
        "jobqueue",
        "jobresult",
        "scheduledjob",
    )
)


class Export:
    """Reads what a user may view.

    Args:
        user: the user who runs the Job.
        pattern: which Jobs, as in a manifest.
        everything: all permissions and groups, not only those that have to do with Jobs.

    Attributes:
        left_out: what cannot be told in a manifest, in words.
    """

    def __init__(self, user: Any, pattern: str, everything: bool) -> None:
        self._user, self._pattern, self._everything = user, full_path(pattern), everything
        self._catalogue = Catalogue(user)
        self._groups: set[str] = set()
        self.left_out: list[str] = []

    def sections(self, chosen: list[str]) -> dict[str, Any]:
        """What there is, by section, without sections that have nothing.

        Raises:
            AccessError: the user may not view one of them at all.
        """
        readers: dict[str, Callable[[], Iterator[tuple[str, Any]]]] = {
            "job_queues": self._job_queues,
            "jobs": self._jobs,
            "permissions": self._permissions,
            "approval_workflows": self._approval_workflows,
            "job_buttons": self._job_buttons,
            "job_hooks": self._job_hooks,
            "saved_inputs": self._saved_inputs,
            "schedules": self._schedules,
        }
        found: dict[str, Any] = {section: dict(readers[section]()) for section in readers if section in chosen}
        if "groups" in chosen:
            require(self._user, Group, "view")
            names = visible(self._user, Group).order_by("name").values_list("name", flat=True)
            groups = [name for name in names if self._everything or name in self._groups]
            found = {
                **{name: found.pop(name) for name in ("job_queues", "jobs") if name in found},
                "groups": groups,
                **found,
            }
        return {section: entries for section, entries in found.items() if entries}

    def _visible(self, model: Any, *related: str) -> Any:
        require(self._user, model, "view")
        return visible(self._user, model).order_by("name").prefetch_related(*related)

    def _job_queues(self) -> Iterator[tuple[str, Any]]:
        for queue in self._visible(JobQueue).select_related("tenant"):
            entry = {"queue_type": queue.queue_type, "description": queue.description}
            yield queue.name, _filled(entry | ({"tenant": queue.tenant.name} if queue.tenant else {}))

    def _jobs(self) -> Iterator[tuple[str, Any]]:
        for job in self._catalogue:
            if not job.installed or not fnmatchcase(job.class_path, self._pattern):
                continue
            entry: dict[str, Any] = {"enabled": job.enabled}
            entry |= {name: _number(getattr(job, name)) for name in OVERRIDABLE if getattr(job, f"{name}_override")}
            if job.job_queues_override or job.default_job_queue_override:
                entry["job_queues"] = sorted(queue.name for queue in job.job_queues.all())
            if job.default_job_queue_override:
                entry["default_job_queue"] = job.default_job_queue.name
            yield short_path(job), entry

    def _permissions(self) -> Iterator[tuple[str, Any]]:
        users = dict(visible(self._user, get_user_model()).values_list("pk", "username"))
        for permission in self._visible(ObjectPermission, "object_types", "groups", "users"):
            types = sorted(f"{each.app_label}.{each.model}" for each in permission.object_types.all())
            if not types or not (self._everything or _AUTOMATION & set(types)):
                continue
            groups = sorted(group.name for group in permission.groups.all())
            self._groups.update(groups)
            entry = {"description": permission.description, "object_types": types, "actions": list(permission.actions)}
            entry |= {"constraints": permission.constraints, "groups": groups}
            theirs = [user.pk for user in permission.users.all()]
            if theirs and users.keys() >= set(theirs):
                entry["users"] = sorted(users[pk] for pk in theirs)
            yield permission.name, _filled(entry) | ({} if permission.enabled else {"enabled": False})

    def _approval_workflows(self) -> Iterator[tuple[str, Any]]:
        models = approval_models()
        if not models:
            return
        stages: dict[Any, list[Any]] = {}
        require(self._user, models[1], "view")
        for stage in visible(self._user, models[1]).select_related("approver_group").order_by("sequence"):
            stages.setdefault(stage.approval_workflow_definition_id, []).append(stage)
        for definition in self._visible(models[0]).select_related("model_content_type"):
            kind = definition.model_content_type
            if definition.pk not in stages:
                self.left_out.append(f"the approval workflow {definition}, which has no stages")
                continue
            entry: dict[str, Any] = {"object_type": f"{kind.app_label}.{kind.model}"}
            entry |= _filled({"constraints": definition.model_constraints, "weight": definition.weight})
            entry["stages"] = [
                {"name": stage.name, "group": stage.approver_group.name, "approvers": stage.min_approvers}
                | _filled({"denial_message": stage.denial_message})
                for stage in stages[definition.pk]
            ]
            self._groups.update(stage["group"] for stage in entry["stages"])
            yield definition.name, entry

    def _job_buttons(self) -> Iterator[tuple[str, Any]]:
        for button in self._visible(JobButton, "content_types"):
            if (job := self._job_of(f"the job button {button}", button.job_id)) is not None:
                values = {name: getattr(button, name) for name in BUTTON_DEFAULTS}
                entry = {"job": short_path(job), "object_types": _types(button), "text": button.text}
                yield (
                    button.name,
                    entry | {name: each for name, each in values.items() if each != BUTTON_DEFAULTS[name]},
                )

    def _job_hooks(self) -> Iterator[tuple[str, Any]]:
        for hook in self._visible(JobHook, "content_types"):
            if (job := self._job_of(f"the job hook {hook}", hook.job_id)) is not None:
                actions = [action for action in ACTIONS if getattr(hook, f"type_{action}")]
                entry = {"job": short_path(job), "object_types": _types(hook), "actions": actions}
                yield hook.name, entry | ({} if hook.enabled else {"enabled": False})

    def _saved_inputs(self) -> Iterator[tuple[str, Any]]:
        for link in self._visible(CustomLink).filter(**of_jobs()):
            what = f"the custom link {link}"
            if (saved := saved_inputs(link)) is None:
                self.left_out.append(f"{what}, which no manifest has made")
                continue
            path, inputs = saved
            job = self._catalogue.at(path)
            code = get_job(path) if job is not None and job.installed else None
            if code is None:
                self.left_out.append(f"{what}, whose Job is not installed, or not for you to view")
                continue
            try:
                found = readable_inputs(code, as_given(code, inputs), self._user, with_defaults=True)
            except ValidationError:
                self.left_out.append(
                    f"{what}, whose address somebody has changed, or whose Job now has other variables"
                )
                continue
            yield link.name, {"job": short_path(job), "inputs": found}

    def _schedules(self) -> Iterator[tuple[str, Any]]:
        for schedule in self._visible(ScheduledJob).select_related("job_queue"):
            what = f"the schedule {schedule.name}"
            if schedule.interval == "future":
                self.left_out.append(f"{what}, which runs once")
            elif not schedule.enabled and not standing(schedule):
                self.left_out.append(f"{what}, which is switched off")
            elif (job := self._job_of(what, schedule.job_model_id)) is not None:
                code = get_job(job.class_path)
                if code is None:
                    self.left_out.append(f"{what}, since the code of its Job cannot be loaded here")
                    continue
                entry: dict[str, Any] = {"job": short_path(job), "interval": schedule.interval}
                if schedule.interval == "custom":
                    entry["crontab"] = schedule.crontab
                else:
                    entry["start"] = local(schedule).isoformat(timespec="minutes")
                entry["time_zone"] = str(schedule.time_zone)
                entry |= _filled({"inputs": readable_inputs(code, schedule.kwargs, self._user)})
                if schedule.job_queue is not None and schedule.job_queue_id != job.default_job_queue_id:
                    entry["job_queue"] = schedule.job_queue.name
                entry |= {name: True for name in OPTIONS if schedule.celery_kwargs.get(f"nautobot_job_{name}")}
                yield schedule.name, entry

    def _job_of(self, what: str, pk: Any) -> Any:
        job = self._catalogue.of(pk)
        if job is None or not job.installed:
            self.left_out.append(f"{what}, whose Job is not installed, or not for you to view")
            return None
        return job


class _Dumper(yaml.SafeDumper):
    """Writes each value where it stands: manifests know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def manifest_text(name: str, sections: dict[str, Any], nautobot: str) -> str:
    """A manifest as a file."""
    head = (
        "# yaml-language-server: $schema=manifest.schema.json\n"
        f"# The automation of {nautobot or 'Nautobot'}, as “Export automation manifest” found it.\n"
    )
    parts = [{"manifest": name}, *({section: entries} for section, entries in sections.items())]
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 120}
    return head + "\n".join(yaml.dump(part, Dumper=_Dumper, **options) for part in parts)


def _types(obj: Any) -> list[str]:
    return sorted(f"{each.app_label}.{each.model}" for each in obj.content_types.all())


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value not in (None, "", 0, [], {})}


def _number(value: Any) -> Any:
    """Seconds: whole where they are."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else str(value)
