"""Devices to connect to: the variables of Jobs that do, and plain values that threads may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nautobot.apps.jobs import ChoiceVar, IntegerVar, ObjectVar
from nautobot.dcim.models import Device
from nautobot.extras.models import SecretsGroup
from nautobot.ipam.models import IPAddress

from .access import require, visible
from .credentials import CredentialError, Credentials, Keyring
from .fleet import MOST_AT_ONCE, Limits
from .helpers import MOST_HELPERS
from .links import object_path

# What a config context may say of devices: a port, host keys, commands.
CONTEXT_KEY = "network_jobs"
ANY_KEY, KNOWN_KEYS = "any", "known"
_DEVICE = "dcim.device"


class NetworkMixin:
    """Variables for how devices are connected to, and for how many at once."""

    secrets_group = ObjectVar(
        model=SecretsGroup,
        required=False,
        description="User name and password for all devices. If none is selected: those of each device's own secrets group.",
    )
    prefer = ChoiceVar(
        label="Preferred address",
        choices=(("4", "IPv4"), ("6", "IPv6")),
        default="4",
        required=False,
        description="Which primary address is connected to if a device has both.",
    )
    port = IntegerVar(
        required=False,
        min_value=1,
        max_value=65535,
        description="Of SSH. If empty: that in the device's config context, else 22.",
    )
    host_keys = ChoiceVar(
        label="Host keys",
        choices=((ANY_KEY, "Any"), (KNOWN_KEYS, "Only those in config contexts")),
        default=ANY_KEY,
        required=False,
        description="Which SSH host keys a device may have before it is told a password.",
    )
    at_once = IntegerVar(
        label="At once",
        default=20,
        min_value=1,
        max_value=MOST_AT_ONCE,
        required=False,
        description=f"How many devices are asked at the same time, at most {MOST_AT_ONCE}.",
    )
    device_seconds = IntegerVar(
        label="Seconds for a device",
        default=60,
        min_value=1,
        max_value=3600,
        required=False,
        description="A device that takes longer is given up.",
    )
    run_minutes = IntegerVar(
        label="Minutes for all",
        default=25,
        min_value=1,
        max_value=1440,
        required=False,
        description="Devices that have not been asked by then are left out. The Job's own time limit has to be longer.",
    )
    helpers = IntegerVar(
        default=0,
        required=False,
        max_value=MOST_HELPERS,
        description="So many further runs of this Job, in its queue, take over devices, each as many at once: for a large fleet and several "
        "workers. The result is the same.",
    )


def limits(at_once: int | None, device_seconds: int | None, run_minutes: int | None) -> Limits:
    """The limits of a form, in which fields may be empty."""
    return Limits(
        at_once=20 if at_once is None else at_once,
        target_seconds=60.0 if device_seconds is None else float(device_seconds),
        run_seconds=60.0 * (25 if run_minutes is None else run_minutes),
    )


@dataclass(frozen=True)
class Target:
    """A device, as plain values.

    It stands for the device in a log line (`extra={"object": target}`), as findings do.

    Args:
        pk: primary key.
        name: as Nautobot has it, or what it calls a device without one.
        location: its name.
        address: to connect to; "" if `unsuitable`.
        port: of SSH.
        driver: what netmiko calls the platform.
        parser: what ntc-templates calls it.
        host_keys: those in its config context.
        settings: all that its config context says of these Jobs.
        credentials: None if `unsuitable`.
        unsuitable: why it cannot be connected to; "" if it can.
    """

    pk: str
    name: str
    location: str
    address: str = ""
    port: int = 22
    driver: str = ""
    parser: str = ""
    host_keys: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    credentials: Credentials | None = field(default=None, repr=False)
    unsuitable: str = ""

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Path of the device's page in Nautobot."""
        return object_path(_DEVICE, self.pk)


def require_devices(user: Any) -> None:
    """Refuse users who may view no devices, or no addresses."""
    require(user, Device, "view")
    require(user, IPAddress, "view")


def read_targets(
    user: Any, devices: Any, keyring: Keyring, *, prefer: str = "4", port: int | None = None
) -> list[Target]:
    """The devices of a queryset, by name. Addresses that the user may not view count as none.

    The number of queries does not depend on how many there are.
    """
    found: dict[Any, Any] = {}
    related = devices.select_related("platform", "location", "device_type").annotate_config_context_data()
    for device in related.order_by("name", "pk"):
        found.setdefault(device.pk, device)  # one in several clusters comes several times
    keys = {key for each in found.values() for key in (each.primary_ip4_id, each.primary_ip6_id) if key}
    addresses = _addresses(user, keys)
    return [_target(device, addresses, keyring, "6" if prefer == "6" else "4", port) for device in found.values()]


def _addresses(user: Any, keys: Iterable[Any]) -> dict[Any, str]:
    rows = visible(user, IPAddress).filter(pk__in=list(keys)).order_by()
    return {pk: str(host) for pk, host in rows.values_list("pk", "host")}


def _target(device: Any, addresses: Mapping[Any, str], keyring: Keyring, prefer: str, port: int | None) -> Target:
    context = device.get_config_context().get(CONTEXT_KEY)
    settings = context if isinstance(context, dict) else {}
    drivers = device.platform.network_driver_mappings if device.platform else {}
    both = [addresses.get(device.primary_ip4_id, ""), addresses.get(device.primary_ip6_id, "")]
    own_port = settings.get("port", 22)
    keys = settings.get("host_keys", ())
    values: dict[str, Any] = {
        "pk": str(device.pk),
        "name": device.name or str(device),
        "location": device.location.name,
        "address": next(filter(None, both if prefer == "4" else reversed(both)), ""),
        "port": port or own_port,
        "driver": str(drivers.get("netmiko") or ""),
        "parser": str(drivers.get("ntc_templates") or ""),
        "host_keys": tuple(map(str, keys)) if isinstance(keys, (list, tuple)) else (str(keys),),
        "settings": settings,
    }
    if device.platform is None:
        reason = "It has no platform."
    elif not values["driver"]:
        reason = f"The platform {device.platform} has no network driver that netmiko knows."
    elif not values["address"]:
        reason = "It has no primary address that you may view."
    elif type(own_port) is not int or not 1 <= own_port <= 65535:
        reason = f"Config context: {CONTEXT_KEY}.port is no number from 1 to 65535."
    else:
        try:
            return Target(**values, credentials=keyring.of(device))
        except CredentialError as error:
            reason = str(error)
    return Target(**{**values, "port": 0}, unsuitable=reason)
