"""The example network: complete, valid, the same every time, and wrong exactly where it is meant to be."""

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Count, F

sys.path.insert(0, str(Path(__file__).parents[2] / "development"))

from example_network import defects, versions
from example_network.build import DatabaseNotEmptyError, build
from example_network.deploying import DeploymentError, deploy, deployments, designer
from nautobot.circuits.models import Circuit
from nautobot.dcim.models import (
    Cable,
    CablePath,
    ConsolePort,
    Device,
    FrontPort,
    Interface,
    InterfaceTemplate,
    PowerFeed,
    PowerOutlet,
    PowerPort,
)
from nautobot.extras.models import FileProxy, JobResult
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Prefix
from nautobot.virtualization.models import VirtualMachine

FOLDER = Path(__file__).parents[2] / "development" / "example_network"
# Of all names and values that exercises may rely on. A change that is meant needs the new digest here.
DIGEST = "621c296b5528a973"
# What the designs would mend of what was planted, or cannot.
DRIFT = [
    "assign 10.18.10.19/24 par01-pdu-02 Network",
    "connect NYC01-0034",
    "connect SIN01-0036",
    "connect SIN01-0048",
    "connect SIN01-0078",
    "create 10.18.10.19/24",
    "create NYC01-PP-B NYC01-B01-B",
    "powerport PSU2 has another cable already",
    "update 10.18.10.11/32 mask_length=24",
    "update 10.32.10.20/24 status=Active",
    "update AMS01-PP-A AMS01-A02-A amperage=63",
    "update AMS01-PP-B AMS01-A02-B amperage=63",
    "update PAR01-0005 status=Connected",
    "update TYO01-0013 status=Connected",
    "update den01-acc-02 primary_ip4=10.33.10.15/24",
    "update den01-pan-01 rack=DEN01-A01 position=42",
    "update lon01-acc-02 primary_ip4=10.17.10.15/24",
    "update mex01-acc-01 primary_ip4=10.34.10.12/24",
    "update muc01-con-01 platform=Opengear OM",
    "update nyc01-vm-mon-01 primary_ip4=10.32.20.14/24",
    "update nyc01-wan-01 et-0/0/0 mtu=9100",
    "update par01-pdu-02 primary_ip4=10.18.10.19/24",
    "update sin01-core-02 software_version=Arista EOS 4.32.2F",
    "update tyo01-acc-01 primary_ip4=10.49.10.14/24",
]
FEW, MANY = 25, 60  # objects of a model that are validated, where there are more: of components, of others


APPS = ("circuits", "dcim", "ipam", "tenancy", "virtualization")


@pytest.fixture
def network(sample_data, db):
    """The network, as the workbench has built it with `build()`."""


def names(entries):
    return sorted({entry.name for entry in entries})


def planted(*kinds):
    return names(entry for entry in defects.DEFECTS if entry.kind in kinds)


# -- complete, valid, the same -----------------------------------------------------------------------------------


def test_counts(network):
    models = ("dcim.location", "dcim.device", "dcim.devicetype", "dcim.module", "dcim.rack", "dcim.powerfeed")
    models += ("dcim.virtualchassis", "dcim.cable", "dcim.interface", "ipam.namespace", "ipam.prefix", "ipam.ipaddress")
    models += ("circuits.circuit", "virtualization.virtualmachine")
    assert {name: apps.get_model(name).objects.count() for name in models} == {
        "dcim.location": 19,
        "dcim.device": 136,
        "dcim.devicetype": 22,
        "dcim.module": 14,
        "dcim.rack": 16,
        "dcim.powerfeed": 30,
        "dcim.virtualchassis": 3,
        "dcim.cable": 645,
        "dcim.interface": 2699,
        "ipam.namespace": 2,
        "ipam.prefix": 161,
        "ipam.ipaddress": 429,
        "circuits.circuit": 28,
        "virtualization.virtualmachine": 15,
    }


# -- built by the Job ---------------------------------------------------------------------------------------------


def test_deployed_again_defects_are_found(network):
    """All designs on the finished network would mend what was planted against them, and nothing else."""
    found = []
    with designer() as user:
        for each in deployments():
            try:
                deploy(each, user, dryrun=True)
            except DeploymentError as error:
                found.append(re.search(r"powerport.*already", str(error))[0])
            for file in FileProxy.objects.filter(name="plan.json", job_result__user=user):
                for change in json.load(file.file)["changes"]:
                    after = {field["field"]: field["after"] for field in change["fields"]}
                    values = [f" {name}={value}" for name, value in after.items() if change["action"] == "update"]
                    found.append(f"{change['verb']} {after.get('label') or change['object']}{''.join(values)}")
            JobResult.objects.filter(user=user).delete()
    assert sorted(found) == DRIFT


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
    refused_on_purpose = {entry.get().pk for entry in defects.DEFECTS if not entry.passes_validation}
    refused = {}
    for model in (each for name in APPS for each in apps.get_app_config(name).get_models()):
        rows = model.objects.order_by("pk")
        share = FEW if hasattr(model, "device") else MANY
        step = max(1, rows.count() // share)
        for item in list(rows)[::step]:
            try:
                item.full_clean()
            except ValidationError as error:
                refused[item.pk] = f"{model._meta.label_lower} {item}: {error}"
    assert {pk: text for pk, text in refused.items() if pk not in refused_on_purpose} == {}


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
