"""Runs Jobs in the worker, as a user does, and tells what happened.

Needs a Nautobot set up in this process.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import inputs as job_inputs
from . import metrics
from .compat import enqueue_job
from .errors import DevToolsError
from .processes import wait_until
from .sync import finished


@dataclass
class Outcome:
    """What one run of a Job did.

    Attributes:
        job_result: the JobResult.
        status: ``success`` or ``failure``, or another of Celery's states in lower case.
        seconds: from start to end in the worker.
        result: what ``run()`` returned.
        log_lines: number of its log entries.
        files: its FileProxy records, by name.
        exception: type and message of what ended it, or None.
        measured: see `metrics.read`.
    """

    job_result: Any
    status: str
    seconds: float | None
    result: Any
    log_lines: int
    files: dict[str, Any]
    exception: str | None
    measured: dict = field(default_factory=dict)

    def save_files(self, folder: Path) -> list[Path]:
        """Write the files to a folder; returns the paths. Whatever path a file's name claims, it lands in that folder."""
        saved = []
        for name in self.files:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / (Path(name).name or "file")
            path.write_bytes(self.read(name))
            saved.append(path)
        return saved

    def read(self, name: str) -> bytes:
        """Return the content of one of the files."""
        with self.files[name].file.open("rb") as content:
            return content.read()

    def count(self, what: str) -> int | None:
        """Return ``findings`` or ``changes`` of the returned value, where it has them."""
        value = self.result.get(what) if isinstance(self.result, Mapping) else None
        return value if isinstance(value, int) else len(value) if isinstance(value, (list, dict)) else None


def find_job(wanted: str):
    """Return the Job record for a class name, a class path or its end, or a name.

    Raises:
        DevToolsError: none, or several; names what comes close.
    """
    from nautobot.extras.models import Job

    jobs = list(Job.objects.filter(installed=True))
    found = [
        job
        for job in jobs
        if wanted in (job.job_class_name, job.name, job.class_path)
        or job.class_path.endswith(f".{wanted}")
        or str(job.pk) == wanted
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise DevToolsError(
            f"Several Jobs are called {wanted!r}; give one of: {', '.join(job.class_path for job in found)}."
        )
    names = {name: job.class_path for job in jobs for name in (job.job_class_name, job.name, job.class_path)}
    close = list(dict.fromkeys(names[name] for name in difflib.get_close_matches(wanted, names, 3)))
    hint = (
        f" Did you mean {' or '.join(close)}?"
        if close
        else f" There are: {', '.join(sorted(job.class_path for job in jobs))}."
    )
    raise DevToolsError(f"There is no installed Job {wanted!r}.{hint}")


def load_job_class(job_model):
    """Return the Job's class, its code loaded afresh from the clones, as a web server does."""
    from nautobot.extras.jobs import get_job

    job_class = get_job(job_model.class_path, reload=True)
    if job_class is None:
        raise DevToolsError(
            f"The code of {job_model.class_path} does not load; sync the repository and read its verdict."
        )
    return job_class


def start(job_model, raw: Mapping[str, Any], user, *, folder: Path, profile: bool = False):
    """Validate inputs through the Job's own form and enqueue it; returns the JobResult.

    Args:
        job_model: the Job record.
        raw: inputs as a person writes them, see `inputs.resolve`.
        user: who runs it.
        folder: what the paths of uploads are relative to.
        profile: have Nautobot profile it.

    Raises:
        DevToolsError: the inputs do not fit; names each variable.
    """
    from django.core.exceptions import ValidationError

    job_class = load_job_class(job_model)
    try:
        job_kwargs = job_inputs.clean(job_class, job_inputs.resolve(job_class, raw, folder))
    except ValidationError as error:
        problems = error.message_dict if hasattr(error, "error_dict") else {"inputs": error.messages}
        raise DevToolsError(
            "\n".join(f"{name}: {' '.join(messages)}" for name, messages in problems.items())
        ) from error
    if not job_model.enabled:
        raise DevToolsError(
            f"{job_model.class_path} is not enabled; enable it in the UI, or with `nautobot-jobs sync`."
        )
    return enqueue_job(job_model, user, job_kwargs, profile=profile)


def wait(job_result, *, timeout: float = 600, on_log: Callable[[Any], None] | None = None) -> Outcome:
    """Wait for a run to end; `on_log` gets each log entry as it comes."""
    from nautobot.extras.models import FileProxy

    seen: set = set()

    def look() -> bool:
        done = finished(job_result)
        if on_log is not None:
            for entry in job_result.job_log_entries.exclude(pk__in=seen).order_by("created"):
                seen.add(entry.pk)
                on_log(entry)
        return done

    wait_until(look, timeout=timeout, what=f"{job_result.name}", interval=0.1 if on_log else 0.05)
    measured = metrics.read(str(job_result.pk))
    # The last entries ("Job completed") come after the status; what was measured is written after them.
    look()
    seconds = None
    if job_result.date_started and job_result.date_done:
        seconds = (job_result.date_done - job_result.date_started).total_seconds()
    return Outcome(
        job_result=job_result,
        status=job_result.status.lower(),
        seconds=seconds,
        result=job_result.result,
        log_lines=job_result.job_log_entries.count(),
        files={proxy.name: proxy for proxy in FileProxy.objects.filter(job_result=job_result).order_by("uploaded_at")},
        exception=exception_of(job_result.result),
        measured=measured,
    )


def wait_for_new(job_model, known: set, *, timeout: float = 60):
    """Return the JobResult of this Job that is not in `known`: one that a hook started."""
    from nautobot.extras.models import JobResult

    deadline = time.monotonic() + timeout
    while (
        found := JobResult.objects.filter(job_model=job_model).exclude(pk__in=known).order_by("date_created").first()
    ) is None:
        if time.monotonic() > deadline:
            raise DevToolsError(f"The change started no run of {job_model.class_path} within {timeout:.0f} s.")
        time.sleep(0.05)
    return found


def exception_of(result: Any) -> str | None:
    """Type and message of the exception that Celery kept as a run's result, or None where it is another result."""
    if not (isinstance(result, Mapping) and "exc_type" in result):
        return None
    message = result.get("exc_message")
    text = " ".join(str(part) for part in message) if isinstance(message, (list, tuple)) else str(message)
    return f"{result['exc_type']}: {text}"
