"""Ports in reality: what simulated switches say of their ports, and what is free."""

import csv
import io

import pytest
from answers import eos_port, ios_port, junos_port

from jobs.network.ports import PortsInReality, _days

NEEDED = {
    "dcim.view_device": None,
    "dcim.view_interface": None,
    "ipam.view_ipaddress": None,
    "extras.view_secretsgroup": None,
}
FILES = {"ports.html", "ports.md", "ports.csv"}


@pytest.fixture
def ports(run_job, network):
    def run(user=None, **inputs):
        values = {"everything": True, "port": network.port or None, "device_seconds": 5}
        return run_job(PortsInReality, {**values, **inputs}, user=user)

    return run


def table(run):
    rows = csv.DictReader(io.StringIO(run.files["ports.csv"].decode()))
    return {row["port"]: row for row in rows}


def test_states_capacity_and_errors(ports, network, simulated, lab, rows):
    (device,) = simulated(name="sw")
    device.answers["show interfaces"] = "".join(
        [
            ios_port("GigabitEthernet1/0/1", errors=777, description="=1+1"),
            ios_port("GigabitEthernet1/0/2", up=False, idle="5w3d", output="6w0d"),
            ios_port("GigabitEthernet1/0/3", up=False, idle="never", output="never"),
            ios_port("GigabitEthernet1/0/4", up=False, idle="2d03h", output="3d04h"),
            ios_port("GigabitEthernet1/0/5", up=False, enabled=False, idle="never", output="never"),
            ios_port("GigabitEthernet1/0/6", up=False, idle="never", output="never"),
            ios_port("Vlan10"),
            ios_port("Loopback0"),
            ios_port("Port-channel1"),
        ]
    )
    (record,) = network.add(device)
    far = lab.device("far", record.device_type)
    lab.cable(lab.interface(record, "Gi1/0/6", type="1000base-t"), lab.interface(far, "eth0", type="1000base-t"))
    before = rows()
    run = ports()
    assert rows() == before
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    assert run.result["ports"] == {"up": 1, "down": 1, "unused": 3, "shut down": 1, "free": 3}
    found = table(run)
    assert {name[-1]: row["state"] for name, row in found.items()} == {
        "1": "up",
        "2": "unused",
        "3": "unused",
        "4": "down",
        "5": "shut down",
        "6": "unused",
    }
    assert (found["GigabitEthernet1/0/2"]["days_idle"], found["GigabitEthernet1/0/3"]["days_idle"]) == (
        "38.0",
        "never used",
    )
    assert found["GigabitEthernet1/0/1"]["description"] == "'=1+1"
    assert found["GigabitEthernet1/0/6"]["cabled_in_nautobot"] == "yes"
    page = run.files["ports.html"].decode()
    assert [text for text in ("AMS01", "777", "GigabitEthernet1/0/6") if text not in page] == []
    assert ports(days=2).result["ports"]["unused"] == 4


def test_other_dialects(ports, network, simulated):
    eos, junos = simulated(name="eos", dialect="eos")[0], simulated(name="junos", dialect="junos")[0]
    down = eos_port("Ethernet2", up=False).replace("Up 12 days", "Down 45 days")
    eos.answers["show interfaces"] = eos_port("Ethernet1") + down + eos_port("Management1")
    junos.answers["show interfaces"] = junos_port("ge-0/0/0") + junos_port("ge-0/0/1", up=False) + junos_port("lo0")
    network.add(eos, junos)
    run = ports()
    assert (run.status, run.result["ports"]) == (
        "SUCCESS",
        {"up": 2, "down": 1, "unused": 1, "shut down": 0, "free": 1},
    )
    assert set(table(run)) == {"Ethernet1", "Ethernet2", "ge-0/0/0", "ge-0/0/1"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("never", float("inf")),
        ("00:00:01", 0),
        ("12:00:00", 0.5),
        ("1y2w", 379),
        ("3d12h", 3.5),
        ("12 days, 12 hours, 0 minutes, 0 seconds", 12.5),
        ("", None),
        (None, None),
        ("?", None),
    ],
)
def test_times(text, days):
    assert _days(text) == days


def test_device_that_does_not_answer(ports, network, simulated):
    network.add(*simulated(name="sw", password="another"))
    run = ports()
    assert (run.status, run.result["causes"], run.result["ports"]["up"]) == ("FAILURE", {"authentication": 1}, 0)


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(ports, network, simulated, make_user, missing):
    (device,) = simulated(name="sw")
    network.add(device)
    run = ports(user=make_user(permissions={name: None for name in NEEDED if name != missing}))
    assert (run.status, run.exception, run.files, device.logins) == ("FAILURE", None, {}, 0)
    assert missing in run.result["refused"]


def test_empty_database(run_job, db):
    run = run_job(PortsInReality, {"everything": True})
    assert (run.status, run.result["devices"], set(run.files)) == ("SUCCESS", 0, FILES)


def test_number_of_queries_is_constant(run_job, network, simulated):
    counts = []
    for number in (5, 20):
        for device in simulated(number):
            device.answers["show interfaces"] = ios_port("Gi1/0/1") + ios_port("Gi1/0/2")
            network.add(device)
        for _ in range(2):  # names of files that are there already cost one more question
            run = run_job(PortsInReality, {"everything": True, "port": network.port, "at_once": 50})
        assert run.result["answered"] in (5, 25)
        counts.append(run.query_count)
    assert counts[0] == counts[1]
