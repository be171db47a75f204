"""Runs the Job *Deploy a design* on the designs of the example network."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from nautobot.extras.models import JobResult

FOLDER = Path(__file__).parent
_ROOT = FOLDER.parents[1]


class DeploymentError(Exception):
    """The Job refuses a design, or cannot deploy it."""


@dataclass(frozen=True)
class Deployment:
    """A design and its inputs.

    Args:
        title: what is deployed, for people.
        design: name of a file in `designs/`, without its ending.
        inputs: by name.
    """

    title: str
    design: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


def deployments() -> list[Deployment]:
    """All that make up the network, in order, as `deployments.yml` has them."""
    plan = yaml.safe_load((FOLDER / "deployments.yml").read_text(encoding="utf-8"))
    return [
        Deployment(each.get("title", each["design"].capitalize()), each["design"], each.get("inputs", {}))
        for each in plan["deployments"]
    ]


@contextmanager
def designer() -> Iterator[Any]:
    """A user who may deploy anything; what the runs leave behind goes with the user."""
    user = get_user_model().objects.create(username="designer", is_superuser=True)
    try:
        yield user
    finally:
        JobResult.objects.filter(user=user).delete()
        user.delete()


def deploy(deployment: Deployment, user: Any, *, dryrun: bool = False) -> dict[str, Any]:
    """Run the Job; returns its result.

    It is called as its class, not through Nautobot's task: nothing of it is logged to the database, and the network has
    no history in the change log.

    Raises:
        DeploymentError: the Job has failed; with all that it has told.
    """
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))
    from jobs.changes.deploy_design import DeployDesign

    job = DeployDesign()
    job.job_result = JobResult.objects.create(name=f"{DeployDesign.name}: {deployment.title}", user=user)
    path = FOLDER / "designs" / f"{deployment.design}.yml"
    upload = BytesIO(path.read_bytes())
    upload.name = path.name
    told = _Told()
    job.logger.addHandler(told)
    try:
        result = job.run(design_file=upload, inputs=dict(deployment.inputs), dryrun=dryrun)
    finally:
        job.logger.removeHandler(told)
    if result.get("refused") or result.get("problems"):
        raise DeploymentError(f"{deployment.title}: " + "\n".join(told.failures))
    return result


class _Told(logging.Handler):
    """Keeps what a Job tells of failures."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.failures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.failures.append(record.getMessage())
