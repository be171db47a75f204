"""Neighbours against cabling: what simulated devices hear, in three dialects, and cables as a plan."""

import json

import pytest
from answers import eos_lldp, ios_lldp, junos_lldp
from nautobot.dcim.models import Cable, FrontPort, Interface, RearPort
from nautobot.extras.models import Status

from jobs.network.neighbour_rules import RULES
from jobs.network.neighbours import NeighboursAgainstCabling

NEEDED = {
    "dcim.view_device": None,
    "dcim.view_interface": None,
    "ipam.view_ipaddress": None,
    "extras.view_secretsgroup": None,
}
FILES = {"report.html", "findings.csv", "findings.json"}
LLDP = {"ios": ios_lldp, "eos": eos_lldp, "junos": junos_lldp}
COMMAND = {
    "ios": "show lldp neighbors detail",
    "eos": "show lldp neighbors detail",
    "junos": "show lldp neighbors",
}


@pytest.fixture
def compare(run_job, network):
    def run(user=None, **inputs):
        values = {"everything": True, "port": network.port or None, "device_seconds": 5, "dryrun": False}
        return run_job(NeighboursAgainstCabling, {**values, **inputs}, user=user)

    return run


@pytest.fixture
def device(network, simulated, lab):
    """A function that makes a device with interfaces, which hears neighbours: (port, name, far port)."""

    def run(name, interfaces=(), *heard, dialect="ios"):
        (made,) = simulated(name=name, dialect=dialect)
        made.answers[COMMAND[dialect]] = LLDP[dialect](*heard)
        made.answers["show cdp neighbors detail"] = "% CDP is not enabled\n"
        (record,) = network.add(made)
        ports = [lab.interface(record, each, type="1000base-t") for each in interfaces]
        return (made, record, *ports)

    return run


def findings(run):
    return {
        (each["check"], each["display"], each["key"]) for each in json.loads(run.files["findings.json"])["findings"]
    }


def test_nothing_differs(compare, device, lab, rows):
    """In three dialects, with abbreviations and domains."""
    *_, a1, a2 = device(
        "a",
        ["GigabitEthernet1/0/1", "GigabitEthernet1/0/2"],
        ("Gi1/0/1", "b.example.com", "Ethernet1"),
        ("Gi1/0/2", "c", "ge-0/0/0"),
    )
    *_, b1 = device("b.example.net", ["Ethernet1"], ("Ethernet1", "A.example.com", "Gi1/0/1"), dialect="eos")
    *_, c1 = device("c", ["ge-0/0/0"], ("ge-0/0/0.0", "a", "GigabitEthernet1/0/2"), dialect="junos")
    lab.cable(a1, b1)
    lab.cable(a2, c1)
    before = rows()
    run = compare(create=True)
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    assert findings(run) == set()
    assert (run.result["answered"], run.result["changes"]) == (3, 0)
    assert rows() == before


def test_patch_panel_in_between(compare, device, lab):
    *_, a1 = device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    *_, b1 = device("b", ["Gi1"], ("Gi1", "a", "Gi1"))
    ends = []
    for name in ("panel 1", "panel 2"):
        panel = lab.device(name, lab.device_type(f"Type of {name}"))
        rear = RearPort(device=panel, name="1", type="8p8c")
        rear.validated_save()
        front = FrontPort(device=panel, name="1", type="8p8c", rear_port=rear)
        front.validated_save()
        ends.append((front, rear))
    lab.cable(a1, ends[0][0])
    lab.cable(ends[0][1], ends[1][1])
    lab.cable(ends[1][0], b1)
    assert findings(compare()) == set()


def test_each_difference(compare, device, lab):
    *_, _a1, a2, _a3, a4 = device(
        "a",
        ["Gi1", "Gi2", "Gi3", "Gi4", "Gi5"],
        ("Gi1", "b", "Gi1"),
        ("Gi2", "b", "Gi2"),
        ("Gi5", "stranger", "Gi1"),
        ("Gi9", "b", "Gi5"),
    )[:-1]
    *_, _b1, _b2, b3, b4 = device("b", ["Gi1", "Gi2", "Gi3", "Gi4"], ("Gi1", "a", "Gi1"), ("Gi2", "a", "Gi2"))
    lab.cable(a2, b3)  # elsewhere
    lab.cable(a4, b4)  # nobody hears anybody
    run = compare(fail_at="high")
    assert findings(run) == {
        ("NET-CABLE-001", "a", "Gi1"),
        ("NET-CABLE-002", "a", "Gi2"),
        ("NET-CABLE-003", *_first(a4, b4)),
        ("NET-CABLE-004", "a", "Gi5"),
        ("NET-CABLE-005", "a", "Gi9"),
    }
    assert run.status == "FAILURE"
    assert len(RULES) == 5
    page = run.files["report.html"].decode()
    assert "connected to b Gi3" in page


def _first(*ports):
    port = min(ports, key=lambda each: str(each.pk))
    return port.device.name, port.name


def test_missing_cables_are_created_and_a_second_run_changes_nothing(compare, device, rows):
    a, *_, a1 = device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    *_, b1 = device("b", ["Gi1"], ("Gi1", "a", "Gi1"))
    before = rows()
    dry = compare(create=True, dryrun=True)
    assert rows() == before
    assert (dry.status, dry.result["changes"], dry.result["applied"]) == ("SUCCESS", 1, False)
    run = compare(create=True, only_if=dry.result["fingerprint"])
    assert (run.status, run.result["changes"], run.result["applied"]) == ("SUCCESS", 1, True)
    assert {"plan.html", "undo.json"} <= set(run.files)
    cable = Cable.objects.get()
    assert cable.status.name == "Connected"
    assert {Interface.objects.get(pk=port.pk).connected_endpoint.pk for port in (a1, b1)} == {a1.pk, b1.pk}
    again = compare(create=True)
    assert (again.result["changes"], again.result["findings"], again.result["fixed"]) == (0, 0, 1)
    assert not a.configured


def test_created_cables_can_be_undone(compare, device, comes_back):
    device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    device("b", ["Gi1"])
    with comes_back() as applied:
        applied.run = compare(create=True)


def test_status_of_cables(compare, device):
    device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    device("b", ["Gi1"])
    compare(create=True, cable_status=Status.objects.get(name="Planned"))
    assert Cable.objects.get().status.name == "Planned"


def test_port_that_has_a_cable_gets_no_other(compare, device, lab):
    device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    *_, b1 = device("b", ["Gi1"])
    *_, c1 = device("c", ["Gi1"])
    lab.cable(b1, c1)
    run = compare(create=True)
    assert findings(run) == {("NET-CABLE-002", "a", "Gi1")}
    assert (run.result["changes"], Cable.objects.count()) == (0, 1)


def test_members_of_a_stack_answer_for_each_other(compare, device, lab):
    _, master, first = device("stack-1", ["Gi1/0/1"], ("Gi2/0/1", "b", "Gi1"))
    member = lab.device("stack-2", master.device_type)
    second = lab.interface(member, "GigabitEthernet2/0/1", type="1000base-t")
    lab.stack(master, member)
    *_, b1 = device("b", ["Gi1"], ("Gi1", "stack-1", "Gi2/0/1"))
    lab.cable(second, b1)
    assert findings(compare()) == set()
    assert first.pk


def test_several_devices_of_a_name(compare, device, lab):
    device("a", ["Gi1"], ("Gi1", "twin", "Gi1"))
    _, one, *_ = device("twin", ["Gi1"])
    _, two, *_ = device("other", ["Gi1"])
    lab.force(two, name="twin.example.com")
    assert findings(compare()) == {("NET-CABLE-004", "a", "Gi1")}
    assert one.pk


def test_lldp_switched_off_is_no_failure(compare, device):
    made, *_ = device("a", ["Gi1"])
    made.answers[COMMAND["ios"]] = "% LLDP is not enabled\n"
    run = compare()
    assert (run.status, run.result["answered"], findings(run)) == ("SUCCESS", 1, set())


def test_cdp(compare, device, lab):
    made, *_ = device("a", ["Gi1"])
    device("b", ["Gi1"])
    made.answers["show cdp neighbors detail"] = """-------------------------
Device ID: b.example.com
Entry address(es):
  IP address: 192.0.2.1
Platform: cisco WS-C2960X,  Capabilities: Switch IGMP
Interface: GigabitEthernet1,  Port ID (outgoing port): GigabitEthernet1
Holdtime : 150 sec

Version :
something

advertisement version: 2
"""
    run = compare()
    assert findings(run) == {("NET-CABLE-001", "a", "Gi1")}
    assert "CDP" in run.files["findings.json"].decode()


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(compare, device, make_user, missing):
    made, *_ = device("a", ["Gi1"])
    run = compare(user=make_user(permissions={name: None for name in NEEDED if name != missing}))
    assert (run.status, run.exception, run.files, made.logins) == ("FAILURE", None, {}, 0)
    assert missing in run.result["refused"]


def test_who_may_create(compare, device, make_user):
    made, *_ = device("a", ["Gi1"], ("Gi1", "b", "Gi1"))
    device("b", ["Gi1"])
    run = compare(user=make_user(permissions=NEEDED), create=True)
    assert (run.status, run.files, made.logins, Cable.objects.count()) == ("FAILURE", {}, 0, 0)
    assert "dcim.add_cable" in run.result["refused"]


def test_what_the_user_may_not_view_is_not_named(compare, device, make_user):
    device("a", ["Gi1"], ("Gi1", "covert", "Gi7"))
    device("covert", ["Gi7"])
    user = make_user(permissions={**NEEDED, "dcim.view_device": {"name": "a"}})
    run = compare(user=user)
    assert findings(run) == {("NET-CABLE-004", "a", "Gi1")}


def test_empty_database(run_job, db):
    run = run_job(NeighboursAgainstCabling, {"everything": True, "dryrun": False})
    assert (run.status, run.result["findings"], set(run.files)) == ("SUCCESS", 0, FILES)


def test_number_of_queries_is_constant(run_job, network, device):
    counts = []
    for network_of, number in (("x", 5), ("y", 20)):
        for index in range(number):
            device(f"{network_of}{index}", ["Gi1", "Gi2"], ("Gi1", f"{network_of}{(index + 1) % number}", "Gi2"))
        for _ in range(2):
            run = run_job(NeighboursAgainstCabling, {"everything": True, "port": network.port, "at_once": 50})
        assert run.result["answered"] in (5, 25)
        counts.append(run.query_count)
    assert counts[0] == counts[1]
