"""Finding the defects by another way than they were planted, and asking Nautobot about a sample of the rows."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Count, F
from nautobot.dcim import models as dcim
from nautobot.ipam import models as ipam
from scale_data import versions

# Objects with these defects are refused by Nautobot's own validation.
_REFUSED = ("device_primary_ip_not_own",)
_APPS = ("dcim", "ipam")

Keys = set[str]


def verify_network(truth: Path, sample: int, log: Callable[[str], Any]) -> int:
    """See `scale.verify`."""
    data = json.loads(truth.read_text(encoding="utf-8"))
    problems = 0
    for name, find in FINDERS.items():
        start = time.perf_counter()
        found, planted = find(), set(data["defects"][name]["keys"])
        seconds = time.perf_counter() - start
        if found == planted:
            log(f"  same     {name}: {len(found)} ({seconds:.2f} s)")
        else:
            problems += 1
            lost, extra = sorted(planted - found), sorted(found - planted)
            log(f"  DIFFERENT {name}: {len(lost)} planted and not found {lost[:3]}, {len(extra)} found {extra[:3]}")
    for name in data["defects"].keys() - FINDERS.keys():
        problems += 1
        log(f"  UNKNOWN  {name}")
    refused = {key for name in _REFUSED for key in data["defects"][name]["keys"]}
    return problems + _validate(refused, sample, log) + _retrace(sample, log)


def _validate(refused: Keys, sample: int, log: Callable[[str], Any]) -> int:
    """Validate a sample of each model, and all objects that validation should refuse."""
    rng, problems, count = random.Random(sample), 0, 0
    for model in (model for name in _APPS for model in apps.get_app_config(name).get_models()):
        keys = [str(key) for key in model.objects.order_by("pk").values_list("pk", flat=True)]
        chosen = set(rng.sample(keys, min(sample, len(keys)))) | (refused & set(keys))
        for item in model.objects.filter(pk__in=chosen):
            count += 1
            try:
                item.full_clean()
                error = None
            except ValidationError as refusal:
                error = refusal
            if (error is not None) != (str(item.pk) in refused):
                problems += 1
                log(f"  {'INVALID ' if error else 'ACCEPTED'} {model._meta.label} {item.pk}: {error}")
    log(f"  {count} objects validated")
    return problems


def _retrace(sample: int, log: Callable[[str], Any]) -> int:
    """Have Nautobot trace a sample of the cable paths, half of them over patch panels."""
    rng, problems = random.Random(sample), 0
    short, long = [], []
    for key, path in dcim.CablePath.objects.order_by("pk").values_list("pk", "path"):
        (long if len(path) > 1 else short).append(key)
    chosen = rng.sample(short, min(2 * sample, len(short))) + rng.sample(long, min(2 * sample, len(long)))
    for path in dcim.CablePath.objects.filter(pk__in=chosen):
        traced = dcim.CablePath.from_origin(path.origin)
        if any(getattr(path, name) != getattr(traced, name) for name in versions.PATH_FIELDS):
            problems += 1
            log(f"  PATH     {path.pk}: {path.path} of {path.origin}, should be {traced.path}")
    log(f"  {len(chosen)} cable paths traced")
    return problems


# -- finders: rows into Python, sets and counters, one or a few queries each ---------------------------------------


def _connected(model: Any) -> dict[Any, Any]:
    """Port -> where connected cables lead to."""
    kind = ContentType.objects.get_for_model(model)
    paths = dcim.CablePath.objects.filter(origin_type=kind, is_active=True).exclude(destination_id=None)
    return dict(paths.values_list("origin_id", "destination_id"))


def _active() -> Keys:
    return set(dcim.Device.objects.filter(status__name="Active").values_list("pk", flat=True))


def _templates(model: Any) -> Counter:
    """Device -> number of component templates of its type and of the types of its modules."""
    of_type = Counter(model.objects.values_list("device_type_id", flat=True))
    of_module = Counter(model.objects.values_list("module_type_id", flat=True))
    result = Counter({key: of_type[kind] for key, kind in dcim.Device.objects.values_list("pk", "device_type_id")})
    modules = dcim.Module.objects.values_list("parent_module_bay__parent_device_id", "module_type_id")
    for device, kind in modules:
        result[device] += of_module[kind]
    return result


def _no_console() -> Keys:
    owner = dict(dcim.ConsolePort.objects.values_list("pk", versions.device_of()))
    connected = {owner[port] for port in _connected(dcim.ConsolePort)}
    master = dict(dcim.Device.objects.exclude(virtual_chassis=None).values_list("pk", "virtual_chassis__master_id"))
    reached = {master.get(device, device) for device in connected}
    expected = _templates(dcim.ConsolePortTemplate)
    having = {device for device, count in expected.items() if count} | set(owner.values())
    return {str(master.get(device, device)) for device in having & _active()} - {str(device) for device in reached}


def _supplies() -> tuple[dict[Any, list[Any]], Counter]:
    """Active devices: where the connected supplies lead to, and how many supplies there should be."""
    connected, active = _connected(dcim.PowerPort), _active()
    found, ports = defaultdict(list), Counter()
    for port, device in dcim.PowerPort.objects.values_list("pk", versions.device_of()):
        if device in active:
            ports[device] += 1
            if port in connected:
                found[device].append(connected[port])
    expected = Counter(
        {device: count for device, count in _templates(dcim.PowerPortTemplate).items() if device in active}
    )
    return found, ports | expected


def _lt2_power() -> Keys:
    found, _ = _supplies()
    expected, active = _templates(dcim.PowerPortTemplate), _active()
    return {str(d) for d, count in expected.items() if d in active and count > 1 and len(found.get(d, ())) < 2}


def _supply_not_connected() -> Keys:
    found, expected = _supplies()
    return {str(device) for device, ends in found.items() if len(ends) < expected[device]}


def _one_pdu() -> Keys:
    found, _ = _supplies()
    pdu = dict(dcim.PowerOutlet.objects.values_list("pk", versions.device_of()))
    return {str(d) for d, ends in found.items() if len(ends) > 1 and len({pdu.get(end, end) for end in ends}) == 1}


def _one_panel() -> Keys:
    found, _ = _supplies()
    inlet = dict(dcim.PowerOutlet.objects.values_list("pk", "power_port_id"))
    panel, leads_to = dict(dcim.PowerFeed.objects.values_list("pk", "power_panel_id")), _connected(dcim.PowerPort)
    result = set()
    for device, ends in found.items():
        feeds = {leads_to.get(inlet.get(end), end) for end in ends}
        if len(feeds) > 1 and len({panel.get(feed) for feed in feeds}) == 1:
            result.add(str(device))
    return result


def _no_primary() -> Keys:
    bare = dcim.Device.objects.filter(primary_ip4=None, primary_ip6=None)
    members = bare.exclude(virtual_chassis=None).exclude(virtual_chassis__master=F("pk"))
    with_interfaces = {str(key) for key in dcim.Interface.objects.values_list(versions.device_of(), flat=True)}
    return (_text(bare) & with_interfaces) - _text(members)


def _foreign_primary() -> Keys:
    assigned = set(ipam.IPAddressToInterface.objects.values_list(versions.device_of("interface__"), "ip_address_id"))
    having = dcim.Device.objects.exclude(primary_ip4=None).values_list("pk", "primary_ip4_id")
    return {str(device) for device, address in having if (device, address) not in assigned}


def _duplicate_serials() -> Keys:
    owners = defaultdict(list)
    for key, serial in dcim.Device.objects.values_list("pk", "serial"):
        if serial.strip():
            owners[serial.strip().casefold()].append(str(key))
    return {key for keys in owners.values() if len(keys) > 1 for key in keys}


def _enabled_uncabled() -> Keys:
    loose = dcim.Interface.objects.filter(versions.UNCABLED, enabled=True, mgmt_only=False)
    return _text(loose.exclude(type__in=("virtual", "lag", "bridge")))


def _mtu_mismatch() -> Keys:
    mtu = dict(dcim.Interface.objects.exclude(mtu=None).values_list("pk", "mtu"))
    kind = ContentType.objects.get_for_model(dcim.Interface)
    paths = dcim.CablePath.objects.filter(origin_type=kind, destination_type=kind)
    return {
        "|".join(sorted((str(a), str(b))))
        for a, b in paths.values_list("origin_id", "destination_id")
        if a in mtu and b in mtu and mtu[a] != mtu[b]
    }


def _unused_prefixes() -> Keys:
    empty = ipam.Prefix.objects.exclude(type="container").annotate(Count("children"), Count("ip_addresses"))
    return _text(empty.filter(children__count=0, ip_addresses__count=0))


def _wrong_masks() -> Keys:
    return _text(ipam.IPAddress.objects.exclude(mask_length=F("parent__prefix_length")).exclude(parent__type="pool"))


def _text(queryset: Any) -> Keys:
    return {str(key) for key in queryset.values_list("pk", flat=True)}


FINDERS: dict[str, Callable[[], Keys]] = {
    "device_no_console_connection": _no_console,
    "device_lt2_connected_power": _lt2_power,
    "device_supply_not_connected": _supply_not_connected,
    "device_supplies_one_pdu": _one_pdu,
    "device_supplies_one_panel": _one_panel,
    "device_no_primary_ip": _no_primary,
    "device_primary_ip_not_own": _foreign_primary,
    "device_duplicate_serial": _duplicate_serials,
    "interface_enabled_uncabled": _enabled_uncabled,
    "link_mtu_mismatch": _mtu_mismatch,
    "prefix_unused": _unused_prefixes,
    "ip_mask_differs_from_parent": _wrong_masks,
}
