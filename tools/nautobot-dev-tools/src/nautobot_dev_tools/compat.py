"""What differs between the versions of Nautobot that the workbench runs on."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packaging.version import Version


def enqueue_job(job_model, user, job_kwargs: dict[str, Any], **options: Any):
    """Call ``JobResult.enqueue_job``."""
    from nautobot.extras.models import JobResult

    return JobResult.enqueue_job(job_model, user, **options, **as_inputs(JobResult.enqueue_job, job_kwargs))


def as_inputs(function: Callable, job_kwargs: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a Job as a function of Nautobot's takes them: since 3.2 as one dict, before as keywords of their own."""
    parameter = inspect.signature(function).parameters.get("job_kwargs")
    return job_kwargs if parameter is None or parameter.kind is parameter.VAR_KEYWORD else {"job_kwargs": job_kwargs}


def left_profile(job_result) -> Path | None:
    """The file that the worker left a run's profile in; since 3.0.10 there is none: it is among the files of the run."""
    told = r"Writing profiling information to (.+\.pstats)\."
    for entry in job_result.job_log_entries.filter(grouping="initialization"):
        if (found := re.fullmatch(told, entry.message)) and Path(found[1]).is_file():
            return Path(found[1])
    return None


def remember_that_no_worker_runs() -> None:
    """Keep Nautobot's answer to which queues are served, for a process without a worker.

    Whoever serialises a job queue asks for it, a second each time: since 3.0 an answer is kept for five seconds, before only one that says
    that there are workers. A version that does not know the key asks as ever.
    """
    from django.core.cache import cache

    cache.set("nautobot.extras.utils.get_celery_queues", {}, timeout=None)


def pythons(nautobot: Version) -> str:
    """The versions of Python that a Nautobot runs on, as a specifier."""
    return (
        ">=3.10,<3.13" if nautobot < Version("3.0") else ">=3.10,<3.14" if nautobot < Version("3.1") else ">=3.10,<3.15"
    )
