"""The plan of a manifest: section by section, what others need first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from nautobot.extras.models import CustomLink, Job, JobButton, JobHook, JobQueue, ScheduledJob
from nautobot.tenancy.models import Tenant
from nautobot.users.models import ObjectPermission

from ..toolkit.access import AccessError, RefusalError, require, visible
from ..toolkit.compat_automation import approval_models, new_key
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .manifest_access import permission_values, plan_stages
from .manifest_document import SECTIONS, Manifest, child, plain
from .manifest_jobs import Catalogue, as_synced, settings_of, short_path, wanted
from .manifest_owned import Owned
from .manifest_saved import saved_values
from .manifest_schedules import Schedules
from .manifest_triggers import button_values, conflicts, hook_values


def models() -> dict[str, type[Model]]:
    """The models of the sections whose objects manifests create and remove."""
    approvals = approval_models()
    return {
        "job_queues": JobQueue,
        "groups": Group,
        "permissions": ObjectPermission,
        **({"approval_workflows": approvals[0]} if approvals else {}),
        "job_buttons": JobButton,
        "job_hooks": JobHook,
        "saved_inputs": CustomLink,
        "schedules": ScheduledJob,
    }


# Fields that hold object types, of the sections that have such.
_TYPES = {
    "permissions": "object_types",
    "approval_workflows": "model_content_type",
    "job_buttons": "content_types",
    "job_hooks": "content_types",
}


class ManifestPlan:
    """Makes the plan of one manifest.

    Args:
        plan: the plan to fill.
        manifest: what is declared.
        job: the record of the Job that applies manifests.
        adopt: own also what is declared and was there before.
    """

    def __init__(self, plan: Plan, manifest: Manifest, job: Any, adopt: bool) -> None:
        self.plan, self.manifest = plan, manifest
        self.reason = f"manifest {manifest.name}"
        self.owned = Owned(plan, manifest.name, job, adopt)
        self.catalogue = Catalogue(plan.user)
        self.queues: dict[str, Any] = {each.name: each for each in visible(plan.user, JobQueue)}
        self.groups: dict[str, Any] = {each.name: each for each in visible(plan.user, Group)}
        self._types = {f"{each.app_label}.{each.model}": each for each in ContentType.objects.all()}
        self._known: dict[str, Any] = {}
        self._allowed: set[Any] = set()
        self._new_groups = 0

    def make(self, prune: bool) -> None:
        """Plan everything.

        Args:
            prune: remove what the manifest owns and does not declare any more.
        """
        handlers: dict[str, Callable[[str, Node], None]] = {
            "job_queues": self._job_queue,
            "groups": self._group,
            "permissions": self._permission,
            "approval_workflows": self._approval_workflow,
            "job_buttons": self._job_button,
            "job_hooks": self._job_hook,
            "saved_inputs": self._saved_inputs,
            "schedules": self._schedule,
        }
        for section in SECTIONS:
            if section == "jobs":
                self._jobs(prune)
            elif section not in models():
                for node in self.manifest.section(section).values():
                    self.plan.problem(node.bad("approval workflows came with Nautobot 3.0."))
            elif entries := self.manifest.section(section):
                self._prepare(section)
                for name, node in entries.items():
                    self._in_row(node.place, handlers[section], name, node)
                if section == "job_hooks":
                    for name, message in conflicts(self.plan, self._known, entries):
                        self.plan.problem(entries[name].bad(message))
        self._prune(prune)
        self.owned.remember()

    # Sections

    def _prepare(self, section: str) -> None:
        """Fetch what a section needs, once."""
        model: Any = models()[section]
        require(self.plan.user, model, "view")
        lists = [
            field.name
            for field in model._meta.many_to_many
            if field.name in ("object_types", "content_types", "groups", "users")
        ]
        objects = visible(self.plan.user, model).prefetch_related(*lists)
        self._known = {each.name: each for each in objects.order_by("name")}
        if section in _TYPES:
            # As in Nautobot's own forms.
            limit = model._meta.get_field(_TYPES[section]).get_limit_choices_to()
            limit = limit() if callable(limit) else limit
            self._allowed = set(ContentType.objects.complex_filter(limit).values_list("pk", flat=True))
        if section == "approval_workflows":
            self._stages: dict[Any, list[Any]] = {}
            for stage in visible(self.plan.user, approval_models()[1]).order_by("sequence"):  # type: ignore[index]
                self._stages.setdefault(stage.approval_workflow_definition_id, []).append(stage)
        if section == "schedules":
            require(self.plan.user, Job, "run")
            self._schedules = Schedules(self.plan, self.catalogue, self.queues, self.reason, self._known)

    def _job_queue(self, name: str, node: Node) -> None:
        values = {"queue_type": "celery", **(node.plain() or {})}
        if values.get("tenant") is not None:
            require(self.plan.user, Tenant, "view")
            values["tenant"] = visible(self.plan.user, Tenant).filter(name=values["tenant"]).first()
            if values["tenant"] is None:
                raise RefusalError(child(node, "tenant").bad("there is no tenant of this name that you may view."))
        self.queues[name] = self._put("job_queues", name, values)

    def _jobs(self, prune: bool) -> None:
        given = settings_of(self.plan, self.manifest.section("jobs"), self.catalogue)
        for job in self.catalogue:
            path = short_path(job)
            if job.class_path in given:
                place, fields = given[job.class_path]
                self._in_row(place, self._job, job, path, fields)
            elif prune and path in self.owned.of("jobs"):
                self._in_row(f"jobs.{path}", self._forget_job, job, path)

    def _job(self, job: Any, path: str, fields: Mapping[str, Node]) -> None:
        if self.plan.update(job, reason=self.reason, **wanted(job, fields, self.queues)):
            self.owned.add("jobs", path)
        else:
            self.owned.found("jobs", path)

    def _forget_job(self, job: Any, path: str) -> None:
        self.plan.update(job, reason="no longer in the manifest", **as_synced(job, self.queues))
        self.owned.drop("jobs", path)

    def _group(self, name: str, _: Node) -> None:
        if name in self.groups:
            self.plan.keep()
            self.owned.found("groups", name)
            return
        self.groups[name] = self.plan.create(Group(pk=new_key(Group, self._new_groups), name=name), reason=self.reason)
        self._new_groups += 1
        self.owned.add("groups", name)

    def _permission(self, name: str, node: Node) -> None:
        types = self._types_of(child(node, "object_types"))
        values, many = permission_values(self.plan.user, node, self._known.get(name), types, self.groups)
        self._put("permissions", name, values, object_types=types, **many)

    def _approval_workflow(self, name: str, node: Node) -> None:
        values = {
            "model_content_type": self._type(child(node, "object_type")),
            "model_constraints": plain(node, "constraints", {}),
            "weight": plain(node, "weight", 0),
        }
        definition = self._put("approval_workflows", name, values)
        stage: Any = approval_models()[1]  # type: ignore[index]
        there = self._stages.get(definition.pk, [])
        plan_stages(self.plan, definition, child(node, "stages"), stage, there, self.groups, self.reason)

    def _job_button(self, name: str, node: Node) -> None:
        types = self._types_of(child(node, "object_types"))
        self._put("job_buttons", name, button_values(node, self.catalogue), content_types=types)

    def _job_hook(self, name: str, node: Node) -> None:
        types = self._types_of(child(node, "object_types"))
        self._known[name] = self._put("job_hooks", name, hook_values(node, self.catalogue), content_types=types)

    def _saved_inputs(self, name: str, node: Node) -> None:
        job = self.catalogue.get(child(node, "job"))
        sensitive = self.plan.value(job, "has_sensitive_variables").raw
        values = saved_values(name, node, self.catalogue, self.plan.user, sensitive=sensitive)
        link = self._known.get(name)
        if link is not None and link.content_type_id != values["content_type"].pk:
            raise RefusalError(
                node.bad("there is a custom link of this name on other objects. Name this one otherwise.")
            )
        self._put("saved_inputs", name, values)

    def _schedule(self, name: str, node: Node) -> None:
        if self._schedules.put(name, node):
            self.owned.add("schedules", name)
        else:
            self.owned.found("schedules", name)

    def _prune(self, prune: bool) -> None:
        for section, model in reversed(models().items()):
            names = sorted(self.owned.of(section) - set(self.manifest.section(section)))
            if not names:
                continue
            if prune:
                require(self.plan.user, model, "view")
            there = {each.name: each for each in visible(self.plan.user, model).filter(name__in=names)}
            for name in names:
                if name not in there:
                    self.owned.drop(section, name)
                elif prune:
                    with self.plan.row(f"{section}.{name}"):
                        self.plan.delete(there[name], reason="no longer in the manifest")
                    self.owned.drop(section, name)
                else:
                    self.plan.remark(f"{section}.{name} is no longer in the manifest. Tick “Prune” to remove it.")

    # What they share

    def _in_row(self, label: str, work: Callable[..., None], *args: Any) -> None:
        """Plan one entry; what is wrong with it is a problem, told with its own place, and the others go on.

        Raises:
            AccessError: the user may not view objects of a model at all.
        """
        refused: RefusalError | None = None
        with self.plan.row(label):
            try:
                work(*args)
            except RefusalError as refusal:
                refused = refusal
        if isinstance(refused, AccessError):
            raise refused
        if refused:
            self.plan.problem(str(refused))

    def _put(self, section: str, name: str, values: Mapping[str, Any], **many: Any) -> Any:
        """Plan that an object is there with these values."""
        obj = self._known.get(name)
        if obj is None:
            obj = self.plan.create(models()[section](name=name, **values), reason=self.reason, **many)
            self.owned.add(section, name)
        else:
            self.plan.update(obj, reason=self.reason, **values, **many)
            self.owned.found(section, name)
        return obj

    def _type(self, node: Node) -> Any:
        found = self._types.get(node.value)
        if found is None or found.pk not in self._allowed or found.model_class() is None:
            raise RefusalError(node.bad(f"{node.value} is no object type that can be chosen here."))
        return found

    def _types_of(self, node: Node) -> list[Any]:
        return [self._type(each) for each in node.value]
