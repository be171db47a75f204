"""Devices that a Job works on: named one by one, or all of a selection."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from nautobot.apps.jobs import Job, MultiObjectVar
from nautobot.dcim.models import Device

from .access import RefusalError, require, visible
from .scope import DeviceScopeMixin, Scope


class DevicesMixin(DeviceScopeMixin):
    """Variables for devices one by one, or by a selection."""

    devices = MultiObjectVar(
        model=Device, required=False, description="These devices. Then nothing else may be selected."
    )


def chosen(job: Job, devices: Any, selection: dict[str, Any]) -> QuerySet:
    """The devices that a user has chosen, as far as the user may view them.

    Args:
        job: the Job, which mixes in `DevicesMixin`.
        devices: what its variable `devices` has.
        selection: what the variables of `DeviceScopeMixin` have.

    Raises:
        RefusalError: nothing is chosen, or both ways are used at once.
    """
    wanted = list(devices or ())
    scope = Scope(job.user, offered=job._get_vars(), **selection)
    if not wanted:
        return scope.queryset()
    if scope.chosen or scope.everything:
        raise RefusalError("Devices: devices are chosen one by one, and something else is selected as well. Clear one.")
    require(job.user, Device, "view")
    keys = [device.pk for device in wanted]
    return visible(job.user, Device).filter(pk__in=keys)


def in_words(job: Job, devices: Any, selection: dict[str, Any]) -> str:
    """The same choice in words."""
    if devices:
        return ", ".join(sorted(str(device) for device in devices))
    return Scope(job.user, offered=job._get_vars(), **selection).describe()


def is_chosen(devices: Any, selection: dict[str, Any]) -> bool:
    """Has the user chosen any devices in the form?"""
    return bool(devices) or any(selection.values())
