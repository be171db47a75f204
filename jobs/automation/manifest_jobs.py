"""Jobs as manifests name them, and their settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import nautobot
from django.conf import settings
from nautobot.apps.jobs import get_job
from nautobot.extras.models import Job

from ..toolkit.access import RefusalError, visible
from ..toolkit.compat_automation import OVERRIDABLE
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .manifest_inputs import defaults_of

# The package of this collection's Jobs, which is called after the repository: "nautobot_jobs.jobs".
PACKAGE = (__package__ or "").rpartition(".")[0]


class Catalogue:
    """The Jobs that a user may view.

    Args:
        user: the user who runs the Job.
    """

    def __init__(self, user: Any) -> None:
        jobs = visible(user, Job).select_related("default_job_queue").prefetch_related("job_queues")
        self._by_path = {job.class_path: job for job in jobs.order_by("module_name", "job_class_name")}
        self._by_key = {job.pk: job for job in self._by_path.values()}
        self._defaults: dict[str, dict[str, Any]] = {}

    def __iter__(self) -> Iterator[Any]:
        return iter(self._by_path.values())

    def get(self, node: Node) -> Any:
        """The Job that a class path names.

        Raises:
            RefusalError: there is none that the user may view, or its code is not installed.
        """
        job = self._by_path.get(full_path(node.value))
        if job is None:
            raise RefusalError(node.bad(f"there is no Job {full_path(node.value)} that you may view."))
        if not job.installed:
            raise RefusalError(node.bad(f"the code of the Job {job.class_path} is not installed."))
        return job

    def of(self, pk: Any) -> Any:
        """The Job with a primary key, or None."""
        return self._by_key.get(pk)

    def code_of(self, node: Node, job: Any) -> Any:
        """The class of a Job that a node names.

        Raises:
            RefusalError: it cannot be loaded.
        """
        code = get_job(job.class_path)
        if code is None:
            raise RefusalError(node.bad(f"the code of the Job {job.class_path} cannot be loaded here."))
        return code

    def defaults(self, code: Any) -> dict[str, Any]:
        """What the form of a Job has in it when it is opened; asked once."""
        if code.class_path not in self._defaults:
            self._defaults[code.class_path] = defaults_of(code)
        return self._defaults[code.class_path]

    def at(self, path: str) -> Any:
        """The Job with a class path, as `short_path` writes it, or None."""
        return self._by_path.get(full_path(path))

    def fitting(self, pattern: str) -> list[Any]:
        """Installed Jobs whose class paths fit a pattern with *."""
        wanted = full_path(pattern)
        return [job for path, job in self._by_path.items() if job.installed and fnmatchcase(path, wanted)]


def full_path(path: str) -> str:
    """The class path that Nautobot knows."""
    return f"{PACKAGE}{path}" if path.startswith(".") else path


def short_path(job: Any) -> str:
    """The class path as manifests write it, which is the same wherever this collection is installed."""
    path: str = job.class_path
    return path[len(PACKAGE) :] if path.startswith(f"{PACKAGE}.") else path


def settings_of(
    plan: Plan, section: Mapping[str, Node], catalogue: Catalogue
) -> dict[str, tuple[str, dict[str, Node]]]:
    """What a manifest sets of each Job, by class path, and where: where several entries fit, later ones win field by field."""
    found: dict[str, tuple[str, dict[str, Node]]] = {}
    for pattern, node in section.items():
        if "*" in pattern:
            jobs = catalogue.fitting(pattern)
            if not jobs:
                plan.remark(node.bad("fits no Job that is installed and that you may view."))
        else:
            try:
                jobs = [catalogue.get(node.with_value(pattern))]
            except RefusalError as refusal:
                plan.problem(str(refusal))
                continue
        for job in jobs:
            _, earlier = found.get(job.class_path, ("", {}))
            found[job.class_path] = (node.place, {**earlier, **node.value})
    return found


def wanted(job: Any, given: Mapping[str, Node], queues: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a Job and what a manifest makes of them.

    Raises:
        RefusalError: a field or a queue is not known here.
    """
    values: dict[str, Any] = {}
    for name, node in given.items():
        if name == "enabled":
            values[name] = node.value
        elif name in OVERRIDABLE:
            values |= {f"{name}_override": node.value is not None}
            values[name] = getattr(_code(job), name) if node.value is None else node.value
        elif name not in ("job_queues", "default_job_queue"):
            raise RefusalError(node.bad(f"Nautobot {nautobot.__version__} does not know this setting of Jobs."))
    default = job.default_job_queue
    if "default_job_queue" in given:
        node = given["default_job_queue"]
        default = _queue(node, queues, node.value or _queues_in_code(job)[0])
        values |= {"default_job_queue_override": node.value is not None, "default_job_queue": default}
    if "job_queues" in given:
        node = given["job_queues"]
        names = [each.value for each in node.value] if node.value is not None else _queues_in_code(job)
        chosen = {_queue(node, queues, name) for name in names}
        values["job_queues_override"] = node.value is not None
        values["job_queues"] = sorted(
            chosen | ({default} if node.value is not None else set()), key=lambda each: each.name
        )
    return values


def as_synced(job: Any, queues: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a Job as a sync makes it: disabled, nothing overridden."""
    overridden = [
        name for name in (*OVERRIDABLE, "default_job_queue", "job_queues") if getattr(job, f"{name}_override")
    ]
    nothing = Node(None, f"jobs.{short_path(job)}", 0, "manifest")
    return wanted(job, dict.fromkeys(overridden, nothing), queues) | {"enabled": False}


def _code(job: Any) -> Any:
    code = get_job(job.class_path)
    if code is None:
        raise RefusalError(f"the code of the Job {job.class_path} cannot be loaded here, so what it says is not known.")
    return code


def _queues_in_code(job: Any) -> list[str]:
    return list(_code(job).task_queues) or [settings.CELERY_TASK_DEFAULT_QUEUE]


def _queue(node: Node, queues: Mapping[str, Any], name: str) -> Any:
    if name not in queues:
        raise RefusalError(node.bad(f"there is no job queue {name} that you may view. Declare it in job_queues."))
    return queues[name]
