"""What of a running Nautobot is touched by changes: asked through its REST API, by whoever has a token that may view it.

Only GET is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import DevToolsError
from ..rest import Rest
from ..source.contracts import Job
from .change import BENIGN, Change, code

# Changes after which a Job's record, or what it is, is no longer what it was.
_OF_THE_RECORD = ("job-removed", "job-renamed", "job-unregistered", "receiver-changed", "nautobot-raised")
_OF_THE_NAME = ("title", "group")
_REQUIRED = ("variable-required", "argument-required")
_JOBS, _SCHEDULES = "extras.job", "extras.scheduledjob"
# What a constraint can name a Job by.
_NAMES = ("id", "pk", "name", "module_name", "job_class_name", "grouping")


class Live:
    """One running Nautobot."""

    def __init__(self, url: str, token: str, slug: str | None = None) -> None:
        """Take its address, a token, and the repository's slug there, if it is to be one only."""
        self.rest = Rest(url, token)
        self.slug = slug
        self.notes: list[str] = []
        self._pages: dict[str, list[dict]] = {}
        self._there = self.rest.request("GET", "/api/extras/")

    def note(self, changes: list[Change], jobs: Mapping[str, Job]) -> list[str]:
        """Note at each change what of it is touched; returns what could not be looked at, and what is not there.

        Args:
            changes: those of a comparison.
            jobs: the Jobs of BASE by class path.
        """
        missing = set()
        for change in changes:
            job = jobs.get(change.job)
            if job is None or (change.severity == BENIGN and change.kind not in _OF_THE_NAME):
                continue
            records = self.records(job)
            if not records:
                missing.add(job.path)
            for record in records:
                change.touched += self.touched(change, record)
        return [*dict.fromkeys(self.notes), *(f"{self.rest.url} has no Job {code(path)}." for path in sorted(missing))]

    def records(self, job: Job) -> list[dict]:
        """The records of a Job; several, where several repositories have a Job of this class path."""
        module = job.module.name
        return [
            record
            for record in self._all("/api/extras/jobs/", "Jobs")
            if record["job_class_name"] == job.name
            and (
                record["module_name"] == f"{self.slug}.{module}"
                if self.slug
                else f".{record['module_name']}".endswith(f".{module}")
            )
        ]

    def touched(self, change: Change, record: dict) -> list[str]:
        """What is touched by a change of a Job with this record, in words."""
        option = change.subject.rpartition(".Meta.")[2] if ".Meta." in change.subject else ""
        if option and record.get("job_queues_override" if option == "task_queues" else f"{option}_override"):
            return [f"nothing: {code(option)} of {_name(record)} is overridden there, and stays as it is"]
        found = []
        if change.kind not in _OF_THE_NAME:
            found += self._schedules(change, record)
        if not change.variable and change.kind not in _OF_THE_NAME:
            found += self._of_job("/api/extras/job-hooks/", "job hook", record)
            found += self._of_job("/api/extras/job-buttons/", "job button", record)
        if change.kind in _OF_THE_RECORD:
            found += self._overrides(record)
        if change.kind in (*_OF_THE_RECORD, *_OF_THE_NAME, "sensitive-flag"):
            found += self._approvals(record)
        if change.kind in (*_OF_THE_RECORD, *_OF_THE_NAME):
            found += self._permissions(record)
        return found

    def _schedules(self, change: Change, record: dict) -> list[str]:
        found = []
        for schedule in self._all(f"/api/extras/scheduled-jobs/?job_model={record['id']}", "scheduled Jobs"):
            values = schedule.get("kwargs") or {}
            if change.variable and not _concerns(change, values):
                continue
            said = [] if schedule.get("enabled", True) else ["disabled"]
            workflows = schedule.get("associated_approval_workflows") or []
            said += (
                ["awaits an approval"]
                if any(_value(each.get("current_state")) == "Pending" for each in workflows)
                else []
            )
            if change.variable in values:
                said.append(f"passes {code(values[change.variable])}")
            found.append(f"schedule {_name(schedule)}" + (f" ({', '.join(said)})" if said else ""))
        return found

    def _of_job(self, path: str, what: str, record: dict) -> list[str]:
        return [f"{what} {_name(each)}" for each in self._all(f"{path}?job={record['id']}", f"{what}s")]

    def _overrides(self, record: dict) -> list[str]:
        names = sorted(
            name.removesuffix("_override")
            for name, value in record.items()
            if name.endswith("_override") and value is True
        )
        said = [f"overridden {', '.join(map(code, names))}"] if names else []
        said += ["that it is enabled"] if record.get("enabled") else []
        return [f"the record of {_name(record)}: {' and '.join(said)}"] if said else []

    def _approvals(self, record: dict) -> list[str]:
        """Definitions of approval workflows whose constraints name the Job."""
        if "approval-workflow-definitions" not in self._there:  # Nautobot 2
            return []
        return [
            f"approval workflow definition {_name(each)}"
            for each in self._all("/api/extras/approval-workflow-definitions/", "approval workflow definitions")
            if each["model_content_type"] == _SCHEDULES and named(each.get("model_constraints"), record, "job_model__")
        ]

    def _permissions(self, record: dict) -> list[str]:
        """Object permissions whose constraints name the Job."""
        found = []
        for each in self._all("/api/users/permissions/", "object permissions"):
            types = each.get("object_types") or []
            of_jobs = _JOBS in types and named(each.get("constraints"), record, "")
            if of_jobs or (set(types) - {_JOBS} and named(each.get("constraints"), record, "job_model__")):
                found.append(f"object permission {_name(each)} ({', '.join(map(str, each.get('actions') or []))})")
        return found

    def _all(self, path: str, what: str) -> list[dict]:
        """All records of a list; none, and a note, where the token's user may not view them."""
        if path not in self._pages:
            found, page = [], f"{path}{'&' if '?' in path else '?'}limit=200&depth=0"
            while page:
                try:
                    answer = self.rest.request("GET", page)
                except DevToolsError as error:
                    if f"{page}: 403" not in str(error):
                        raise
                    self.notes.append(
                        f"{self.rest.url}: the token's user may not view {what}; they were not looked at."
                    )
                    break
                found += answer["results"]
                page = answer["next"]
            self._pages[path] = found
        return self._pages[path]


def named(constraints: Any, record: Mapping[str, Any], prefix: str) -> bool:
    """Whether a constraint, or one of a list of them, names a Job: by a name of its own, and so that it fits.

    Args:
        constraints: as Nautobot keeps them: lookups to values.
        record: of the Job.
        prefix: what stands before the Job's fields: ``job_model__`` in constraints on its schedules.
    """
    for each in constraints if isinstance(constraints, list) else [constraints]:
        if isinstance(each, Mapping):
            fits = [
                _fits(key.removeprefix(prefix) if prefix and key != "job_model" else key, value, record)
                for key, value in each.items()
                if key.startswith(prefix) or key == "job_model"
            ]
            # What is not about a name is taken to fit.
            if True in fits and False not in fits:
                return True
    return False


def _fits(key: str, value: Any, record: Mapping[str, Any]) -> bool | None:
    """Whether a lookup fits the Job; None where it is about something else than a name, or cannot be told."""
    name, _, lookup = key.partition("__")
    name = "id" if name in ("pk", "job_model") else name
    if name not in _NAMES:
        return None
    own = str(record.get(name, ""))
    if lookup == "in" and isinstance(value, list):
        return own in map(str, value)
    text = str(value)
    if lookup in ("iexact", "icontains", "istartswith", "iendswith", "iregex"):
        own, text, lookup = own.lower(), text.lower(), lookup[1:]
    if lookup in ("", "exact"):
        return own == text
    if lookup in ("contains", "startswith", "endswith"):
        return {"contains": text in own, "startswith": own.startswith(text), "endswith": own.endswith(text)}[lookup]
    if lookup == "regex":
        try:
            return bool(re.search(text, own))
        except re.error:
            return None
    return None


def _concerns(change: Change, values: Mapping[str, Any]) -> bool:
    """Whether the values of a schedule are what a change of a variable is about."""
    value = values.get(change.variable)
    if change.kind in _REQUIRED:
        return value in (None, "", [])
    if change.variable not in values:
        return False
    several = value if isinstance(value, list) else [value]
    return change.values is None or any(each in change.values for each in several)


def _name(record: Mapping[str, Any]) -> str:
    return code(str(record.get("name") or record.get("display") or record.get("id")))


def _value(choice: Any) -> Any:
    return choice.get("value") if isinstance(choice, Mapping) else choice
