"""The scale data: every defect where the truth says, nothing else, the same each time, and cabled as Nautobot would."""

import json
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import transaction

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import scale
from nautobot.dcim.models import CablePath, ConsolePort, ConsoleServerPort, Device, Interface, PowerPort, Rack
from nautobot.ipam.models import IPAddress
from scale_data import versions

DEVICES = 150  # four sites


class _UndoError(Exception):
    """Rolls a savepoint back."""


@contextmanager
def undone():
    """A savepoint that is rolled back."""
    with suppress(_UndoError), transaction.atomic():
        yield
        raise _UndoError


def build(seed, truth=None):
    return scale.build(DEVICES, seed=seed, truth=truth, log=lambda line: None)


@pytest.fixture(scope="module")
def in_transaction(django_db_setup, django_db_blocker):
    """A transaction that ends with this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def others(in_transaction):
    """What two networks consisted of that are gone again: of the same seed, and of another one."""
    reports = []
    for seed in (3, 4):
        with undone():
            report = build(seed)
            reports.append((report["defects"], report["by_design"], paths()))
    return reports


@pytest.fixture(scope="module")
def truth(others, tmp_path_factory):
    """A small network: the path of its truth file."""
    path = tmp_path_factory.mktemp("scale") / "truth.json"
    build(3, path)
    return path


def paths():
    return {str(path) for path in CablePath.objects.values_list("path", flat=True)}


@pytest.fixture
def data(truth):
    return json.loads(truth.read_text())


def lines_of_verify(truth):
    lines = []
    return scale.verify(truth, sample=8, log=lines.append), lines


def test_the_data_is_what_the_truth_says(truth):
    problems, lines = lines_of_verify(truth)
    assert problems == 0, lines


def test_size_and_form(data):
    assert Device.objects.filter(role__name__in=("Router", "Access Switch")).count() == DEVICES
    assert (data["devices"], data["seed"]) == (DEVICES, 3)
    for name, defect in data["defects"].items():
        assert defect["rule"]
        assert defect["count"] == len(defect["keys"]) == len(set(defect["keys"])) > 0, name
        assert set(defect["details"]) <= set(defect["keys"])


@pytest.mark.parametrize(
    ("defect", "kinds"),
    [
        ("device_no_console_connection", {"uncabled", "planned", "no_port", "dead_end"}),
        ("device_lt2_connected_power", {"one", "none", "planned", "no_port"}),
        ("device_supply_not_connected", {"one", "planned", "no_port", "three_of_four", "two_of_four"}),
        ("device_primary_ip_not_own", {"other", "none"}),
        ("interface_enabled_uncabled", {"device", "module"}),
    ],
)
def test_defects_come_in_all_their_kinds(data, defect, kinds):
    details = data["defects"][defect]["details"].values()
    assert kinds <= {detail["kind"] for detail in details}


@pytest.mark.parametrize(
    ("trap", "defects"),
    [
        ("console_over_patch_panels", ["device_no_console_connection"]),
        ("console_port_on_module", ["device_no_console_connection"]),
        ("console_server_port_on_module", ["device_no_console_connection"]),
        ("stack_member_without_console", ["device_no_console_connection"]),
        ("stack_member_without_primary_ip", ["device_no_primary_ip", "device_primary_ip_not_own"]),
        ("primary_ip_on_module", ["device_no_primary_ip", "device_primary_ip_not_own"]),
        ("four_supplies", ["device_lt2_connected_power", "device_supply_not_connected"]),
        ("one_supply_by_type", ["device_lt2_connected_power", "device_supply_not_connected"]),
        ("pdu_with_one_inlet", ["device_lt2_connected_power", "device_no_console_connection"]),
        ("passive_panel", ["device_no_console_connection", "device_no_primary_ip"]),
        ("planned_device", ["device_no_console_connection", "device_lt2_connected_power"]),
        ("point_to_point_full", ["prefix_unused"]),
        ("host_mask_in_pool", ["ip_mask_differs_from_parent"]),
    ],
)
def test_traps_are_no_defects(data, trap, defects):
    keys = set(data["by_design"][trap])
    assert keys
    for defect in defects:
        assert not keys & set(data["defects"][defect]["keys"])


def test_traps_are_what_they_are_called(data):
    def devices(trap):
        return Device.objects.filter(pk__in=data["by_design"][trap])

    def of(device, model):
        return model.objects.annotate(in_device=versions.device_of()).filter(in_device=device.pk)

    for device in devices("console_over_patch_panels"):
        assert len(of(device, ConsolePort).get().path.path) == 7
    for device in devices("console_server_port_on_module"):
        port = of(device, ConsolePort).get()
        assert ConsoleServerPort.objects.get(pk=port.path.destination_id).module is not None
    assert not ConsolePort.objects.filter(device__in=devices("console_port_on_module"), module=None).exists()
    assert all(device.primary_ip4.interfaces.get().module for device in devices("primary_ip_on_module"))
    assert not devices("stack_member_without_console").filter(virtual_chassis__isnull=True).exists()
    assert all(of(device, PowerPort).count() == 4 for device in devices("four_supplies"))
    assert all(device.status.name == "Planned" for device in devices("planned_device"))


def test_the_same_seed_gives_the_same_rows(others, truth, data):
    (defects, by_design, same_paths), (other_defects, _, other_paths) = others
    assert (defects, by_design, same_paths) == (data["defects"], data["by_design"], paths())
    assert defects != other_defects
    assert not same_paths & other_paths


def test_a_database_with_objects_is_refused(truth):
    with pytest.raises(RuntimeError, match="not empty"):
        scale.build(10, truth=None)


def _repair_a_defect(data):
    device = Device.objects.get(pk=data["defects"]["device_no_primary_ip"]["keys"][0])
    address = IPAddress.objects.filter(interfaces__device=device).first()
    Device.objects.filter(pk=device.pk).update(primary_ip4=address)


def _add_a_defect(data):
    port = Interface.objects.filter(versions.UNCABLED, enabled=False, mgmt_only=False).first()
    Interface.objects.filter(pk=port.pk).update(enabled=True)


def _lead_paths_elsewhere(data):
    CablePath.objects.update(is_split=True)


def _make_objects_invalid(data):
    Rack.objects.update(u_height=0)


def _make_a_defect_valid(data):
    """The address of the other device is now the device's own as well, though the truth says otherwise."""
    details = data["defects"]["device_primary_ip_not_own"]["details"]
    device = Device.objects.get(pk=next(key for key, detail in details.items() if detail["kind"] == "other"))
    device.primary_ip4.interfaces.add(device.interfaces.first())


@pytest.mark.parametrize(
    "change",
    [_repair_a_defect, _add_a_defect, _lead_paths_elsewhere, _make_objects_invalid, _make_a_defect_valid],
)
def test_verify_notices(truth, data, change):
    with undone():
        change(data)
        problems, _ = lines_of_verify(truth)
        assert problems > 0
