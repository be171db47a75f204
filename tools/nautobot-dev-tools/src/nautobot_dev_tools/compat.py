"""What differs between the versions of Nautobot that the workbench runs on."""

from __future__ import annotations

import inspect
from typing import Any


def enqueue_job(job_model, user, job_kwargs: dict[str, Any], **options: Any):
    """Call ``JobResult.enqueue_job``; Nautobot 3.2 takes the Job's inputs as one dict, before they were keywords of their own."""
    from nautobot.extras.models import JobResult

    if "job_kwargs" in inspect.signature(JobResult.enqueue_job).parameters:
        return JobResult.enqueue_job(job_model, user, job_kwargs=job_kwargs, **options)
    return JobResult.enqueue_job(job_model, user, **options, **job_kwargs)
