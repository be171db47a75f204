"""The example network: complete, valid, the same every time, and wrong exactly where it is meant to be."""

import hashlib
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F

sys.path.insert(0, str(Path(__file__).parents[2] / "development"))

from example_network import components, defects, versions
from example_network.build import DatabaseNotEmptyError, build
from nautobot.circuits.models import Circuit
from nautobot.dcim.models import (
    Cable,
    CablePath,
    ConsolePort,
    Device,
    DeviceType,
    FrontPort,
    Interface,
    InterfaceTemplate,
    ModuleBay,
    ModuleBayTemplate,
    PowerFeed,
    PowerOutlet,
    PowerPort,
)
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Prefix
from nautobot.virtualization.models import VirtualMachine

FOLDER = Path(__file__).parents[2] / "development" / "example_network"
# Of all names and values that exercises may rely on. A change that is meant needs the new digest here.
DIGEST = "911b6f612abd4d39"
FEW, MANY = 25, 60  # objects of a model that are validated, where there are more: of components, of others


@pytest.fixture(scope="module")
def network(django_db_setup, django_db_blocker):
    """The network, in a transaction that ends with this module: (counts, calls of progress)."""
    with django_db_blocker.unblock(), transaction.atomic():
        calls = []
        yield build(lambda *call: calls.append(call)), calls
        transaction.set_rollback(True)


def names(entries):
    return sorted({entry.name for entry in entries})


def planted(*kinds):
    return names(entry for entry in defects.DEFECTS if entry.kind in kinds)


# -- complete, valid, the same -----------------------------------------------------------------------------------


def test_counts(network):
    counts, _ = network
    assert {
        name: counts[name]
        for name in (
            "dcim.location",
            "dcim.device",
            "dcim.devicetype",
            "dcim.module",
            "dcim.rack",
            "dcim.powerfeed",
            "dcim.virtualchassis",
            "dcim.cable",
            "dcim.interface",
            "ipam.namespace",
            "ipam.prefix",
            "ipam.ipaddress",
            "circuits.circuit",
            "virtualization.virtualmachine",
        )
    } == {
        "dcim.location": 19,
        "dcim.device": 136,
        "dcim.devicetype": 22,
        "dcim.module": 14,
        "dcim.rack": 16,
        "dcim.powerfeed": 30,
        "dcim.virtualchassis": 3,
        "dcim.cable": 645,
        "dcim.interface": 2699,
        "ipam.namespace": 1,
        "ipam.prefix": 161,
        "ipam.ipaddress": 429,
        "circuits.circuit": 28,
        "virtualization.virtualmachine": 15,
    }


def test_progress_is_told_from_none_to_all(network):
    _, calls = network
    total = len(calls) - 1
    assert [done for _, done, _ in calls] == list(range(total + 1))
    assert {given for _, _, given in calls} == {total}


def test_a_database_with_objects_is_refused(network):
    with pytest.raises(DatabaseNotEmptyError, match="empty, migrated database"):
        build()


def test_the_same_every_time(network):
    digest = hashlib.sha256("\n".join(sorted(description())).encode()).hexdigest()[:16]
    assert digest == DIGEST


def description():
    """One line for each device, component in use, cable, address, prefix and circuit, in words that no key occurs in."""
    fields = ("name", "device_type__model", "role__name", "status__name", "location__name", "rack__name", "position")
    fields += ("serial", "asset_tag", "platform__name", "tenant__name", "primary_ip4__host", "primary_ip6__host")
    for row in Device.objects.values_list(*fields):
        yield f"device {row}"
    for cable in Cable.objects.select_related("status"):
        ends = [f"{end.parent} {end}" for end in (cable.termination_a, cable.termination_b)]
        yield f"cable {cable.label} {cable.type} {cable.status} {ends}"
    fields = ("name", "type", "enabled", "mtu", "mode", "lag__name", "untagged_vlan__name", "vrf__name")
    for row in Interface.objects.values_list(
        versions.device_value("name"), *fields, "ip_addresses__host", "ip_addresses__mask_length"
    ):
        yield f"interface {row}"
    fields = ("network", "prefix_length", "type", "namespace__name", "parent__network", "status__name", "vlan__name")
    for row in Prefix.objects.values_list(*fields):
        yield f"prefix {row}"
    for row in IPAddress.objects.values_list("host", "mask_length", "parent__network", "status__name", "role__name"):
        yield f"address {row}"
    for row in Circuit.objects.values_list("cid", "status__name", "circuit_terminations__location__name"):
        yield f"circuit {row}"


def test_objects_pass_nautobots_validation(network):
    counts, _ = network
    refused_on_purpose = {entry.get().pk for entry in defects.DEFECTS if not entry.passes_validation}
    refused = {}
    for label in counts:
        model = apps.get_model(label)
        rows = model.objects.order_by("pk")
        share = FEW if hasattr(model, "device") else MANY
        step = max(1, rows.count() // share)
        for item in list(rows)[::step]:
            try:
                item.full_clean()
            except ValidationError as error:
                refused[item.pk] = f"{label} {item}: {error}"
    assert {pk: text for pk, text in refused.items() if pk not in refused_on_purpose} == {}


def test_components_are_those_that_nautobot_makes(network):
    """Of each device type a new device, for which Nautobot makes the components, beside one of the network."""
    unlike = {"id", "created", "last_updated", "device_id", "parent_device_id", "power_port_id", "rear_port_id"}
    unlike |= versions.FIELDS_OF_CABLES
    changed = {"enabled", "mode", "mtu", "description", "lag_id", "untagged_vlan_id", "vrf_id", "status_id"}

    def values(device, model, template):
        owner = "parent_device" if template is ModuleBayTemplate else "device"
        rows = model.objects.filter(**{owner: device, f"{'parent_' * (owner != 'device')}module": None})
        rows = rows.filter(name__in=template.objects.filter(device_type=device.device_type).values("name"))
        for item in rows.order_by("name"):
            siblings = [str(getattr(item, name, None)) for name in ("power_port", "rear_port")]
            yield {f.attname: getattr(item, f.attname) for f in item._meta.concrete_fields}, siblings

    for device_type in DeviceType.objects.all():
        devices = Device.objects.filter(device_type=device_type).exclude(vc_position=2).exclude(name="mex01-acc-01")
        ours = devices.order_by("name").first()
        theirs = Device(device_type=device_type, role=ours.role, location=ours.location, status=ours.status)
        theirs.save()
        for model, template in components.MODELS.items():
            assert model.objects.filter(**{"parent_device" if model is ModuleBay else "device": theirs}).count() == (
                template.objects.filter(device_type=device_type).count()
            )
            pairs = zip(values(ours, model, template), values(theirs, model, template), strict=True)
            for (mine, siblings), (original, original_siblings) in pairs:
                assert siblings == original_siblings
                for name in mine.keys() - unlike - changed:
                    assert mine[name] == original[name], f"{device_type} {model.__name__} {name}"
        theirs.delete()


@pytest.mark.parametrize("entry", [e for e in defects.DEFECTS if not e.passes_validation], ids=lambda entry: entry.kind)
def test_defects_that_validation_refuses(network, entry):
    with pytest.raises(ValidationError):
        entry.get().full_clean()


def test_cable_paths_are_those_that_nautobot_traces(network):
    paths = list(CablePath.objects.order_by("pk"))
    chosen = [path for path in paths if len(path.path) > 1] + [path for path in paths if len(path.path) == 1][::4]
    assert len(chosen) > 200
    for path in chosen:
        traced = CablePath.from_origin(path.origin)
        assert [getattr(path, name) for name in versions.PATH_FIELDS] == [
            getattr(traced, name) for name in versions.PATH_FIELDS
        ], path
    assert len({path.origin_id for path in paths}) == len(paths)


# -- wrong exactly where it is meant to be -----------------------------------------------------------------------


def ends(ports):
    """Device and far end of each port whose path is complete and in use."""
    paths = CablePath.objects.filter(origin_type=ContentType.objects.get_for_model(ports.model), is_active=True)
    found = {}
    for path in paths.exclude(destination_id=None):
        found.setdefault(versions.device_of(path.origin).name, []).append(path.destination)
    return found


def devices_with(ports):
    """How many ports each active device has, those on modules included."""
    return Counter(device.name for device in map(versions.device_of, ports.all()) if device.status.name == "Active")


def test_console_defects_are_the_only_ones(network):
    missing = devices_with(ConsolePort.objects).keys() - ends(ConsolePort.objects).keys()
    stack_members = ["ams01-acc-02", "nyc01-acc-02", "sin01-acc-02"]
    expected = planted("console_missing", "console_planned", "console_path_incomplete")
    assert sorted(missing - set(stack_members)) == expected
    assert set(stack_members) <= missing


def test_console_defects_are_of_their_kinds(network):
    def port(kind):
        (entry,) = (entry for entry in defects.DEFECTS if entry.kind == kind)
        return ConsolePort.objects.get(device=entry.get())

    assert port("console_missing").cable is None
    assert port("console_planned").cable.status.name == "Planned"
    assert port("console_path_incomplete").cable.status.name == "Connected"
    panel = FrontPort.objects.get(device__name="sin01-pan-03", name="Front 1")
    assert panel.cable is None
    assert panel.rear_port.cable is not None


def test_power_defects_are_the_only_ones(network):
    outlets = ends(PowerPort.objects)
    feed_of = {name: [end for end in found if isinstance(end, PowerFeed)] for name, found in outlets.items()}
    disconnected, one_pdu, one_panel = [], [], []
    pdus = set(Device.objects.filter(role__name="PDU").values_list("name", flat=True))
    for name, supplies in devices_with(PowerPort.objects).items():
        found = [end for end in outlets.get(name, []) if isinstance(end, PowerOutlet)]
        if name in pdus:
            continue
        if len(found) < supplies:
            disconnected.append(name)
        elif supplies > 1 and len({outlet.device_id for outlet in found}) == 1:
            one_pdu.append(name)
        elif supplies > 1:
            panels = {feed.power_panel_id for outlet in found for feed in feed_of[outlet.device.name]}
            if len(panels) == 1:
                one_panel.append(name)
    assert sorted(disconnected) == planted("power_one_of_two", "power_planned")
    assert one_pdu == planted("power_same_pdu")
    assert sorted(one_panel) == planted("power_same_panel")
    planned = PowerPort.objects.get(device__name="tyo01-core-01", name="PSU1")
    assert planned.cable.status.name == "Planned"


def test_management_interfaces_are_cabled(network):
    loose = Interface.objects.filter(versions.uncabled(), mgmt_only=True).values_list(
        versions.device_value("name"), flat=True
    )
    assert list(loose) == planted("oob_uncabled")


def test_primary_address_defects_are_the_only_ones(network):
    expect_one = Device.objects.exclude(role__name="Patch Panel").exclude(vc_position=2)
    missing = expect_one.filter(primary_ip4=None, primary_ip6=None).order_by("name")
    assert [d.name for d in missing] == planted("primary_missing", "primary_missing_no_candidate")
    own = IPAddressToInterface.objects.exclude(interface=None)
    own = {(versions.device_of(row.interface), row.ip_address) for row in own}
    having = Device.objects.exclude(primary_ip4=None)
    assert sorted(d.name for d in having if (d, d.primary_ip4) not in own) == planted(
        "primary_other_device", "primary_unassigned"
    )
    deprecated = Device.objects.filter(primary_ip4__status__name="Deprecated")
    assert [d.name for d in deprecated] == planted("primary_deprecated")
    family = Device.objects.filter(primary_ip4__ip_version=6)
    assert [d.name for d in family] == planted("primary_wrong_family")


def test_primary_address_defects_leave_candidates_as_told(network):
    def own(name):
        return [str(ip.address) for ip in IPAddress.objects.filter(interfaces__device__name=name)]

    assert own("lon01-acc-02") == ["10.17.10.15/24"]
    assert own("par01-pdu-02") == []
    assert Device.objects.get(name="tyo01-acc-01").primary_ip4.interfaces.get().device.name == "tyo01-acc-02"
    assert not Device.objects.get(name="mex01-acc-01").primary_ip4.interfaces.exists()
    assert len(own("mex01-acc-01")) == 1
    assert own("nyc01-vm-mon-01") == []
    machine = VirtualMachine.objects.get(primary_ip4=None)
    assert [machine.name] == planted("vm_primary_missing")
    assert str(machine.interfaces.get().ip_addresses.get()) == "10.32.20.14/24"


def test_record_defects_are_the_only_ones(network):
    networks = IPAddress.objects.exclude(mask_length=F("parent__prefix_length")).exclude(parent__type="pool")
    # The address of the wrong family is a /128, but in a container: that defect's own doing.
    assert [str(ip.host) for ip in networks.filter(ip_version=4)] == planted("mask_differs")
    serials = Device.objects.exclude(serial="").values_list("name", "serial")
    seen, twice = set(), []
    for name, serial in sorted(serials):
        if serial.casefold() in seen:
            twice.append(name)
        seen.add(serial.casefold())
    assert twice == planted("serial_duplicate")
    nameless = Device.objects.filter(platform=None).exclude(role__name="Patch Panel")
    assert [d.name for d in nameless] == planted("platform_missing")
    old = Device.objects.filter(software_version__status__name="End-of-Life")
    assert [d.name for d in old] == planted("software_end_of_life")


def test_missing_components_are_the_only_ones(network):
    present = set(Interface.objects.values_list(versions.device_value("name"), "name"))
    missing = []
    for device in Device.objects.exclude(vc_position=2):
        for name in InterfaceTemplate.objects.filter(device_type=device.device_type).values_list("name", flat=True):
            if (device.name, name) not in present:
                missing.append((device.name, name))
    assert missing == [(*planted("component_missing"), "16")]


def test_interface_defects_are_the_only_ones(network):
    foreign = [
        f"{device.name} {interface.name}"
        for interface in Interface.objects.exclude(untagged_vlan=None)
        for device in [versions.device_of(interface)]
        if not set(interface.untagged_vlan.locations.all()) & set(device.location.ancestors(include_self=True))
    ]
    assert foreign == planted("vlan_other_site")
    mismatch = set()
    for path in CablePath.objects.filter(origin_type__model="interface", destination_type__model="interface"):
        if path.origin.mtu != path.destination.mtu:
            mismatch |= {versions.device_of(end).name for end in (path.origin, path.destination)}
    assert mismatch == {"nyc01-wan-01", "nyc01-core-01"}
    assert Interface.objects.get(device__name="nyc01-wan-01", name="et-0/0/0").mtu == 1500
    idle = Interface.objects.filter(versions.uncabled(), enabled=True).exclude(type__in=("virtual", "lag"))
    loose = idle.exclude(mgmt_only=True)
    assert [f"{versions.device_of(interface).name} {interface.name}" for interface in loose] == planted(
        "enabled_uncabled"
    )


def test_prefix_and_circuit_defects_are_the_only_ones(network):
    unused = Prefix.objects.exclude(type="container").filter(children=None, ip_addresses=None)
    assert [str(prefix.network) for prefix in unused] == planted("prefix_unused")
    rows = Prefix.objects.filter(type="network", prefix_length__lt=31, ip_version=4).annotate(
        used=Count("ip_addresses")
    )
    full = [str(prefix.network) for prefix in rows if prefix.used > 0.9 * (2 ** (32 - prefix.prefix_length) - 2)]
    assert full == planted("prefix_nearly_full")
    bare = Circuit.objects.filter(circuit_terminations=None)
    assert [circuit.cid for circuit in bare] == planted("circuit_no_termination")
    loose = Circuit.objects.filter(
        versions.uncabled("circuit_terminations__"), circuit_terminations__location__isnull=False
    )
    assert [circuit.cid for circuit in loose] == planted("circuit_uncabled")


# -- told as it is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [*defects.DEFECTS, *defects.TRAPS], ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_the_readme_has_a_row_for(network, entry):
    assert entry.get() is not None
    mark = "" if entry.passes_validation else " *"
    row = f"| `{entry.kind}` | `{entry.name}`{mark} | {entry.wrong} |"
    assert row in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_has_no_other_rows():
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").split("## Planted defects")[1].splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(defects.DEFECTS) + len(defects.TRAPS)


def test_the_folder_is_no_package():
    """Nautobot executes every `__init__.py` of a Git repository of Jobs."""
    assert not list((FOLDER.parent).rglob("__init__.py"))
