"""What the benchmarks with real Celery workers share: a Nautobot that loads the Jobs of this repository, and its workers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from nautobot_dev_tools import loading
from nautobot_dev_tools.instance import Instance

# The package's name in JOBS_ROOT.
HERE = "here"


def load(instance: Instance) -> None:
    """Let this process and the workers load the Jobs from the instance's JOBS_ROOT, and enable them."""
    root = instance.root / "jobs"
    root.mkdir(exist_ok=True)
    shutil.copytree(instance.project.root / "jobs", root / HERE)
    from nautobot.extras.jobs import get_jobs
    from nautobot.extras.models import Job

    found = {path: job for path, job in get_jobs(reload=True).items() if path.startswith(f"{HERE}.")}
    loading.create_job_records(found)
    Job.objects.filter(module_name__startswith=f"{HERE}.").update(enabled=True)


@contextmanager
def worker(instance: Instance, processes: int) -> Iterator[None]:
    """A Celery worker with so many processes for the time of the block."""
    instance.start_worker(concurrency=processes)
    try:
        instance.wait_for_worker()
        yield
    finally:
        instance.worker.stop(patience=5)
