"""Loads a repository's Jobs into this process as the top-level package ``jobs``.

Needs a Nautobot set up in this process.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from .snapshot import nautobot_version

if TYPE_CHECKING:
    from .exercises import Exercise

PACKAGE = "jobs"


def load_jobs(root: Path) -> dict[str, type]:
    """Import the package ``jobs`` of a repository with every module below; returns the registered classes by class path (``jobs.…``).

    As Nautobot's loader does, but each module once: that of Nautobot before 2.4.35 and 3.1.3 imports a module again whenever it comes to it,
    so that classes and their bases are of several generations, and what a test imports or patches is not what runs.
    """
    from django.conf import settings
    from nautobot.extras.registry import registry

    # Nautobot drops the classes of JOBS_ROOT before each run, and would take these for such.
    settings.JOBS_ROOT = ""
    if not ((root / PACKAGE).is_dir() or (root / f"{PACKAGE}.py").is_file()):
        return {}
    sys.path.insert(0, str(root))
    try:
        package = importlib.import_module(PACKAGE)
        for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"{PACKAGE}."):
            importlib.import_module(module.name)
    finally:
        sys.path.remove(str(root))
    return {class_path: registry["jobs"][class_path] for class_path in registered(registry)}


def create_job_records(jobs: dict[str, type]) -> None:
    """Do for loaded classes what a sync does, and enable them.

    Raises:
        ValueError: Nautobot refuses to make a record; its log says why.
    """
    from nautobot.extras.models import Job, JobQueue
    from nautobot.extras.utils import refresh_job_model_from_job_class

    for class_path, job_class in jobs.items():
        model, _ = refresh_job_model_from_job_class(job_model_class=Job, job_class=job_class, job_queue_class=JobQueue)
        if model is None:
            raise ValueError(f"Nautobot refuses to make a Job record for {class_path}; its log says why.")
    Job.objects.filter(module_name__startswith=f"{PACKAGE}.").update(enabled=True)


def needs_newer(job: type | None) -> str | None:
    """The lowest Nautobot that a Job says it is for, in its own attribute ``minimum_nautobot``, if this one is older; else None."""
    minimum = vars(job).get("minimum_nautobot") if job else None
    return minimum if minimum and Version(minimum).release > Version(nautobot_version()).release else None


def runnable(declared: list[Exercise]) -> list[Exercise]:
    """Exercises of loaded Jobs, without those of Jobs that are for a newer Nautobot than this."""

    def class_of(exercise: Exercise) -> type | None:
        module, name = exercise.job.rsplit(".", 1)
        return getattr(sys.modules.get(module), name, None)

    return [exercise for exercise in declared if not needs_newer(class_of(exercise))]


def registered(registry) -> list[str]:
    """The class paths of this package in Nautobot's registry."""
    return [class_path for class_path in registry["jobs"] if class_path.startswith(f"{PACKAGE}.")]
