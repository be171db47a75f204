"""Build the example network into an empty, migrated Nautobot database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random

from django.apps import apps
from django.db import transaction
from example_network import delivery, deploying, extras, history, people, planting, versions
from nautobot.circuits.models import Provider
from nautobot.dcim.models import Device, Location, Manufacturer
from nautobot.extras.models import (
    ConfigContext,
    ConfigContextSchema,
    Contact,
    ContactAssociation,
    DynamicGroup,
    Tag,
    Team,
)
from nautobot.ipam.models import Prefix
from nautobot.tenancy.models import Tenant

Progress = Callable[[str, int, int], None]

_APPS = ("circuits", "dcim", "ipam", "tenancy", "virtualization")
_EXTRAS = (ConfigContext, ConfigContextSchema, Contact, ContactAssociation, DynamicGroup, Tag, Team)


class DatabaseNotEmptyError(Exception):
    """The database holds objects that the example network would mix with."""


def build(progress: Progress | None = None) -> dict[str, int]:
    """Build the whole network in one transaction.

    Args:
        progress: called as `progress(step, done, total)` before each step and once after the last.

    Returns:
        Number of objects by model, such as `{"dcim.device": 136}`.

    Raises:
        DatabaseNotEmptyError: there are objects already.
        DeploymentError: the Job *Deploy a design* refuses a design; nothing was written.
    """
    _require_empty_database()
    before = _counts()
    with transaction.atomic(), _same_keys():
        _build(progress or (lambda step, done, total: None))
    # A migrated database holds a few objects of its own, such as the namespace Global.
    return {label: number - before[label] for label, number in _counts().items() if number > before[label]}


@contextmanager
def _same_keys() -> Iterator[None]:
    """Let primary keys, which are random, be the same in each build: the audits' pages show which end of a link comes first."""
    random, os.urandom = os.urandom, Random(1).randbytes
    try:
        yield
    finally:
        os.urandom = random


def _counts() -> dict[str, int]:
    models = [model for name in _APPS for model in apps.get_app_config(name).get_models()]
    return {model._meta.label_lower: model.objects.count() for model in (*models, *_EXTRAS)}


def _require_empty_database() -> None:
    for model in (Location, Manufacturer, Device, Prefix, Provider, Tenant):
        if model.objects.exists():
            raise DatabaseNotEmptyError(
                f"The database already holds {model._meta.verbose_name_plural}. The example network is built into an "
                "empty, migrated database only: create a new one, or restore a schema snapshot, and build again."
            )


def _build(progress: Progress) -> None:
    with deploying.designer() as user:
        steps: list[tuple[str, Callable[[], object]]] = [
            (each.title, partial(deploying.deploy, each, user)) for each in deploying.deployments()
        ]
        steps += [
            ("Hosts of clusters", versions.assign_hosts),
            ("Serial numbers and unused ports", delivery.build),
            ("Contacts", people.build),
            ("Config contexts and groups", extras.build),
            ("Defects", planting.plant),
            ("History", history.build),
        ]
        for done, (step, run) in enumerate(steps):
            progress(step, done, len(steps))
            run()
    progress("Done", len(steps), len(steps))
