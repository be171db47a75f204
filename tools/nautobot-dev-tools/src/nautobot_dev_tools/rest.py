"""Works with any Nautobot through its REST API, as a user with a token does: Git repository, sync, Jobs, their runs and files.

Needs no Nautobot in this process.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from .errors import DevToolsError
from .exercises import Exercise
from .gitserver import BRANCH
from .processes import wait_until
from .run import Outcome, exception_of
from .sync import BAD_LEVELS, CONTENT, MADE, UNFINISHED

# What a plain name is compared with, in this order; the first that the model's API can filter by.
_NATURAL_KEYS = ("name", "model", "cid", "vid", "username")

# Django's own models are told of by Nautobot's.
_APPS = {"auth": "users", "contenttypes": "extras"}
# The models whose address does not follow from their name.
_IRREGULAR = {
    "cabletocabletermination": "cables-to-cable-terminations",
    "devicetypetosoftwareimagefile": "device-types-to-software-image-files",
    "joblogentry": "job-logs",
    "minmaxvalidationrule": "min-max-rules",
    "objectpermission": "permissions",
    "regularexpressionvalidationrule": "regex-rules",
    "requiredvalidationrule": "required-rules",
    "secretsgroupassociation": "secrets-groups-associations",
    "uniquevalidationrule": "unique-rules",
    "vminterface": "interfaces",
}


@dataclass(frozen=True)
class JobRecord:
    """A Job as the API tells of it."""

    pk: str
    name: str
    class_path: str
    enabled: bool
    installed: bool


@dataclass
class Synced:
    """What the sync of a Git repository did: its status, the class paths of the Jobs it made or refreshed, and what is wrong."""

    status: str
    jobs: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class RemoteOutcome(Outcome):
    """An outcome whose files are known by their addresses."""

    rest: Rest | None = None

    def read(self, name: str) -> bytes:
        """Download one of the files."""
        assert self.rest is not None
        return self.rest.download(self.files[name])


class Rest:
    """The REST API of one Nautobot."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """Take the address of a Nautobot, and the token of the user in whose name everything is done."""
        self.url = url.rstrip("/")
        self._session = requests.Session()
        # No proxy and no .netrc: the latter would replace the token.
        self._session.trust_env = False
        self._session.headers["Accept"] = "application/json"
        if token:
            self._session.headers["Authorization"] = f"Token {token}"
        self._routes: dict[str, dict[str, str]] = {}

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Send one request; returns the decoded answer, or None where there is none.

        Raises:
            DevToolsError: no answer, or one that says no; in Nautobot's own words.
        """
        answer = self._send(method, path, **options)
        if not answer.ok:
            raise DevToolsError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise DevToolsError(
                f"{method} {path}: the answer is no JSON; is it a Nautobot? {answer.text[:200]}"
            ) from error

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        address = path if path.startswith("http") else f"{self.url}{path}"
        try:
            return self._session.request(method, address, timeout=120, **options)
        except requests.RequestException as error:
            raise DevToolsError(f"{method} {address}: {error}") from error

    def health(self) -> bool:
        """Whether Nautobot's own health page says that database, migrations, cache and storage are well."""
        try:
            return self._session.get(f"{self.url}/health/", params={"format": "json"}, timeout=60).ok
        except requests.RequestException:
            return False

    def workers(self) -> int:
        """The number of Celery workers that answer."""
        return self.request("GET", "/api/status/")["celery-workers-running"]

    def add_repository(self, name: str, slug: str, url: str, *, branch: str = BRANCH) -> dict:
        """Add a Git repository that provides Jobs; returns its record."""
        record = {"name": name, "slug": slug, "remote_url": url, "branch": branch, "provided_contents": [CONTENT]}
        return self.request("POST", "/api/extras/git-repositories/", json=record)

    def sync(self, repository: Mapping[str, Any], *, timeout: float = 300) -> Synced:
        """Sync a Git repository, and wait for what the worker says of it."""
        answer = self.request("POST", f"/api/extras/git-repositories/{repository['id']}/sync/")
        job_result = self.wait(answer["job_result"]["id"], timeout=timeout)
        synced = Synced(job_result["status"]["value"])
        for entry in self.log(job_result["id"]):
            if made := MADE.match(entry["message"]):
                synced.jobs.append(made.group(2))
            elif _value(entry["log_level"]) in BAD_LEVELS:
                synced.problems.append(f"{_value(entry['log_level'])}: {entry['message']}")
        if synced.status != "SUCCESS" and not synced.problems:
            synced.problems.append(f"The sync ended as {synced.status}: {job_result['result']}")
        return synced

    def jobs(self, slug: str) -> list[JobRecord]:
        """The installed Jobs of a repository."""
        found, path = [], "/api/extras/jobs/?installed=true&limit=500"
        while path:
            page = self.request("GET", path)
            found += page["results"]
            path = page["next"]
        records = [
            JobRecord(
                job["id"],
                job["name"],
                f"{job['module_name']}.{job['job_class_name']}",
                job["enabled"],
                job["installed"],
            )
            for job in found
        ]
        return [record for record in records if record.class_path.startswith(f"{slug}.")]

    def enable(self, job: JobRecord) -> None:
        """Enable a Job, as an administrator does once."""
        if not self.request("PATCH", f"/api/extras/jobs/{job.pk}/", json={"enabled": True})["enabled"]:
            raise DevToolsError(f"{job.class_path} could not be enabled.")

    def run(self, job: JobRecord, raw: Mapping[str, Any], *, folder: Path) -> str:
        """Start a Job; returns the identifier of its result.

        Args:
            job: which.
            raw: inputs as a person writes them, see `inputs.resolve`; what is not named gets its default, as in the form.
            folder: what the paths of uploads are relative to.

        Raises:
            DevToolsError: the inputs do not fit, or Nautobot refuses.
        """
        variables = {each["name"]: each for each in self.request("GET", f"/api/extras/jobs/{job.pk}/variables/")}
        if unknown := set(raw) - set(variables):
            raise DevToolsError(
                f"{job.class_path} has no variable {', '.join(sorted(unknown))}. It has: {', '.join(variables) or 'none'}."
            )
        data = {name: each["default"] for name, each in variables.items() if each.get("default") is not None}
        for name, each in variables.items():
            if each["type"] == "DryRunVar":  # its default is the Job's, not the variable's
                data[name] = self.request("GET", f"/api/extras/jobs/{job.pk}/")["dryrun_default"]
        uploads: dict[str, Path] = {}
        for name, value in raw.items():
            if variables[name]["type"] == "FileVar":
                uploads[name] = _upload(value, folder, name)
            else:
                data[name] = self._input(variables[name], value)
        return self.start(job, data, uploads)

    def start(self, job: JobRecord, data: Mapping[str, Any], uploads: Mapping[str, Path] | None = None) -> str:
        """Start a Job with values that are ready to be sent; returns the identifier of its result."""
        path = f"/api/extras/jobs/{job.pk}/run/"
        if not uploads:
            answer = self.request("POST", path, json={"data": dict(data)})
        else:
            with ExitStack() as opened:
                files = {name: (file.name, opened.enter_context(file.open("rb"))) for name, file in uploads.items()}
                answer = self.request("POST", path, data=_form(data), files=files)
        if not answer.get("job_result"):
            raise DevToolsError(f"{job.class_path} was not started, but scheduled: it awaits an approval.")
        return answer["job_result"]["id"]

    def wait(self, job_result: str, *, timeout: float = 600) -> dict:
        """Wait for a run to end; returns its record."""
        record: dict = {}

        def ended() -> bool:
            record.update(self.request("GET", f"/api/extras/job-results/{job_result}/"))
            return record["status"]["value"] not in UNFINISHED

        wait_until(ended, timeout=timeout, what=f"The run {job_result}", interval=0.2)
        return record

    def outcome(self, job_result: str, *, timeout: float = 600) -> RemoteOutcome:
        """Wait for a run to end, and tell what it did."""
        record = self.wait(job_result, timeout=timeout)
        files = self.request("GET", f"/api/extras/file-proxies/?job_result_id={job_result}&limit=500")["results"]
        return RemoteOutcome(
            job_result=record,
            status=record["status"]["value"].lower(),
            seconds=_seconds(record.get("date_started"), record.get("date_done")),
            result=record["result"],
            log_lines=len(self.log(job_result)),
            files={each["name"]: f"/api/extras/file-proxies/{each['id']}/download/" for each in files},
            exception=exception_of(record["result"]),
            rest=self,
        )

    def log(self, job_result: str) -> list[dict]:
        """The log entries of a run."""
        return self.request("GET", f"/api/extras/job-results/{job_result}/logs/")

    def download(self, path: str) -> bytes:
        """Return a file's content."""
        answer = self._send("GET", path, headers={"Accept": "*/*"})
        if not answer.ok:
            raise DevToolsError(f"GET {path}: {answer.status_code} {answer.text[:1000]}")
        return answer.content

    def perform(self, exercise: Exercise, job: JobRecord, *, timeout: float = 600) -> RemoteOutcome:
        """Execute an exercise.

        The API has no address that presses a button: the button's receiver is run with what Nautobot's own view hands to it.
        A hook is a real one: it is added, the object is changed, and the run that comes of it is looked for.
        """
        if exercise.button is not None:
            ((label, lookups),) = exercise.button.items()
            data = {"object_pk": self.find(label, lookups)["id"], "object_model_name": label}
            return self.outcome(self.start(job, data), timeout=timeout)
        if exercise.hook is not None:
            return self.outcome(self._fire_hook(exercise.hook, job), timeout=timeout)
        return self.outcome(self.run(job, exercise.inputs, folder=exercise.source.parent), timeout=timeout)

    def _fire_hook(self, hook: Mapping[str, Any], job: JobRecord, *, patience: float = 60) -> str:
        ((label, lookups),) = ((key, value) for key, value in hook.items() if key != "update")
        # Data holds objects that Nautobot itself refuses to save today: where any will do, some are tried.
        candidates = [self.find(label, lookups)] if lookups else self.search(label, {}, most=20)
        known = self._runs(job)
        record = {
            "name": f"Exercise of {job.name}"[:100],
            "job": job.pk,
            "content_types": [label],
            "type_update": True,
            "enabled": True,
        }
        added = self.request("POST", "/api/extras/job-hooks/", json=record)
        try:
            self._change(label, candidates, dict(hook.get("update") or {}))
            deadline = time.monotonic() + patience
            while not (new := self._runs(job) - known):
                if time.monotonic() > deadline:
                    raise DevToolsError(f"The change started no run of {job.class_path} within {patience:.0f} s.")
                time.sleep(0.2)
            return new.pop()
        finally:
            self.request("DELETE", f"/api/extras/job-hooks/{added['id']}/")

    def _change(self, label: str, candidates: list[dict], changes: dict[str, Any]) -> None:
        for record in candidates:
            answer = self._send("PATCH", f"{self.endpoint(label)}{record['id']}/", json=changes)
            if answer.ok:
                return
        raise DevToolsError(f"The change of {label} that shall start the hook is refused: {answer.text[:500]}")

    def _runs(self, job: JobRecord) -> set[str]:
        page = self.request("GET", f"/api/extras/job-results/?job_model={job.pk}&limit=500")
        return {each["id"] for each in page["results"]}

    def _input(self, variable: Mapping[str, Any], value: Any) -> Any:
        model = variable.get("model")
        if model is None or value is None:
            return value
        if variable["type"] == "MultiObjectVar":
            return [self._pk(model, one) for one in (value if isinstance(value, list) else [value])]
        return self._pk(model, value)

    def _pk(self, model: str, key: Any) -> str:
        return str(key) if _is_uuid(key) else self.find(model, key)["id"]

    def find(self, model: str, key: Any) -> dict:
        """Return the record of the one object that a name or a mapping of lookups fits; the empty mapping stands for any object.

        Args:
            model: such as ``dcim.device``.
            key: the API filters by ``device`` where the ORM says ``device__name``.

        Raises:
            DevToolsError: there is none, or more than one, or no such filter.
        """
        found = self.search(model, key)
        if len(found) == 1 or key == {}:
            return found[0]
        raise DevToolsError(f"There is more than one {model} with {key!r}.")

    def search(self, model: str, key: Any, *, most: int = 2) -> list[dict]:
        """Return the first records that a name or a mapping of lookups fits: at least one, and no more than `most`.

        Raises:
            DevToolsError: there is none, or no such filter.
        """
        endpoint = self.endpoint(model)
        if isinstance(key, Mapping):
            tries = [{name.removesuffix("__name"): value for name, value in key.items()}]
        else:
            tries = [{name: key} for name in _NATURAL_KEYS]
        for filters in tries:
            answer = self._send("GET", endpoint, params={**filters, "limit": most})
            if answer.status_code != 400:
                break
        if not answer.ok:
            raise DevToolsError(f"{model} with {key!r}: {answer.status_code} {answer.text[:500]}")
        found = answer.json()["results"]
        if not found:
            raise DevToolsError(f"There is no {model} with {key or 'any value'!r}.")
        return found

    def endpoint(self, model: str) -> str:
        """The path of a model's list, such as ``/api/dcim/devices/`` for ``dcim.device``."""
        app, name = model.replace("_", "-").split(".")
        app = _APPS.get(app, app)
        if app not in self._routes:
            answer = self._send("GET", f"/api/{app}/")
            prefix = "" if answer.ok else "plugins/"
            names = answer.json() if answer.ok else self.request("GET", f"/api/plugins/{app}/")
            self._routes[app] = {route: f"/api/{prefix}{app}/{route}/" for route in names}
        for route, path in self._routes[app].items():
            if route == _IRREGULAR.get(name) or route.replace("-", "") in _plurals(name):
                return path
        raise DevToolsError(f"The REST API knows no {model}.")


def _plurals(name: str) -> set[str]:
    """How an English noun may end in the plural: device, ipaddress, family, chassis."""
    return {f"{name}s", f"{name}es", re.sub(r"y$", "ies", name), name}


def _form(data: Mapping[str, Any]) -> dict[str, str]:
    """Return values as the fields of a form, which is what goes beside an upload."""
    fields = {}
    for name, value in data.items():
        if isinstance(value, (list, tuple)):
            if value:
                raise DevToolsError(
                    f"{name}: Nautobot's REST API takes no list beside an upload; give them in different runs."
                )
        elif isinstance(value, (bool, dict)):
            fields[name] = json.dumps(value)
        elif value is not None:
            fields[name] = str(value)
    return fields


def _upload(value: Any, folder: Path, what: str) -> Path:
    if not (isinstance(value, str) and value.startswith("@")):
        raise DevToolsError(f"{what}: a file is given as @path, not {value!r}.")
    path = folder / value[1:]
    if not path.is_file():
        raise DevToolsError(f"{what}: there is no file {path}.")
    return path


def _value(choice: Any) -> str:
    """A choice is told as text by some endpoints, with its label by others."""
    return choice["value"] if isinstance(choice, dict) else choice


def _seconds(start: str | None, end: str | None) -> float | None:
    if not (start and end):
        return None
    begun, done = (datetime.fromisoformat(each.replace("Z", "+00:00")) for each in (start, end))
    return (done - begun).total_seconds()


def _is_uuid(key: Any) -> bool:
    try:
        uuid.UUID(str(key))
    except ValueError:
        return False
    return True
