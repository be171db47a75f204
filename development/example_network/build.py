"""Build the example network into an empty, migrated Nautobot database."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import transaction
from example_network import (
    addresses,
    cabling,
    circuits,
    device_types,
    devices,
    extras,
    history,
    interfaces,
    ipam,
    links,
    organization,
    planting,
    power,
    versions,
    virtualization,
)
from example_network.network import Network
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
        InvalidObjectError: Nautobot's validation refuses an object; nothing was written.
    """
    _require_empty_database()
    before = _counts()
    with transaction.atomic():
        _build(progress or (lambda step, done, total: None))
    # A migrated database holds a few objects of its own, such as the namespace Global.
    return {label: number - before[label] for label, number in _counts().items() if number > before[label]}


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
    net = Network()
    wiring = cabling.Wiring(net)
    planned = links.Links()

    def wire() -> None:
        nonlocal planned
        cabling.build(wiring)
        planned = links.build(wiring)
        versions.write_cables(net, wiring.cables)

    def address() -> None:
        interfaces.build(net)
        interfaces.write(net, planned, wiring.used)
        addresses.build(net, planned)

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Locations, tenants, contacts", lambda: organization.build(net)),
        ("Device types", lambda: device_types.build(net)),
        ("Racks and power", lambda: power.build(net)),
        ("Devices", lambda: devices.build(net)),
        ("Prefixes and VLANs", lambda: ipam.build(net)),
        ("Circuits", lambda: circuits.build(net)),
        ("Cables", wire),
        ("Addresses", address),
        ("Virtual machines", lambda: virtualization.build(net)),
        ("Config contexts and groups", lambda: extras.build(net)),
        ("Defects", planting.plant),
        ("History", lambda: history.build(net)),
    )
    for done, (step, run) in enumerate(steps):
        progress(step, done, len(steps))
        run()
    progress("Done", len(steps), len(steps))
