"""What differs between the versions of Nautobot that the workbench runs on."""

from __future__ import annotations

import inspect
from typing import Any

from packaging.version import Version


def enqueue_job(job_model, user, job_kwargs: dict[str, Any], **options: Any):
    """Call ``JobResult.enqueue_job``; Nautobot 3.2 takes the Job's inputs as one dict, before they were keywords of their own."""
    from nautobot.extras.models import JobResult

    parameter = inspect.signature(JobResult.enqueue_job).parameters["job_kwargs"]
    if parameter.kind is not parameter.VAR_KEYWORD:
        return JobResult.enqueue_job(job_model, user, job_kwargs=job_kwargs, **options)
    return JobResult.enqueue_job(job_model, user, **options, **job_kwargs)


def pythons(nautobot: Version) -> str:
    """The versions of Python that a Nautobot runs on, as a specifier."""
    return (
        ">=3.10,<3.13" if nautobot < Version("3.0") else ">=3.10,<3.14" if nautobot < Version("3.1") else ">=3.10,<3.15"
    )
