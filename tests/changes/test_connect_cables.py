"""Cables in bulk: by patterns and by lists, of all kinds of ports, once, as a whole, and back again."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Cable, ConsolePort, FrontPort, Interface, PowerPort, RearPort

from jobs.changes.connect_cables import ConnectCables
from jobs.toolkit.cables import cables_at

NEEDED = dict.fromkeys(["dcim.view_device", "dcim.view_interface", "dcim.add_cable"])
BREAKOUT = pytest.mark.skipif(not hasattr(dcim, "CableType"), reason="cables have one end a side before 3.2")


def listed(*rows):
    """A CSV file with these rows, mappings of columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(column for row in rows for column in row)))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("cables.csv", text.getvalue().encode())


def plan_of(done):
    return json.loads(done.files["plan.json"])


def joined():
    """The cables that are there, as pairs of names of devices and ports."""
    ports = [port for model in (Interface, FrontPort, RearPort, ConsolePort, PowerPort) for port in model.objects.all()]
    texts = {(port._meta.label_lower, port.pk): f"{port.parent} {port.name}" for port in ports}
    return {
        " - ".join(texts.get(end.key, end.label) for end in attached.ends) for attached in cables_at(ports).values()
    }


@pytest.fixture
def pair(lab):
    device_type = lab.device_type("Switch", interfaces=12)
    return lab.device("sw-01", device_type), lab.device("sw-02", device_type)


@pytest.fixture
def run(run_job, pair):
    """Run it between the two switches, or with a list."""

    def start(*rows, user=None, a="eth [1-3]", b="eth [1-3]", **inputs):
        if rows:
            inputs["table"] = listed(*rows)
        else:
            inputs = {"device_a": pair[0], "ports_a": a, "device_b": pair[1], "ports_b": b, **inputs}
        return run_job(ConnectCables, {"dryrun": False, **inputs}, user=user)

    return start


def row(a="sw-01 eth 1", b="sw-02 eth 1", **others):
    (device_a, port_a), (device_b, port_b) = a.split(" ", 1), b.split(" ", 1)
    return {"device_a": device_a, "port_a": port_a, "device_b": device_b, "port_b": port_b, **others}


def test_connects_in_order(run, comes_back):
    with comes_back() as applied:
        done = applied.run = run(
            a="eth [1-3]",
            b="eth [12-10]",
            type="cat6",
            color="blue",
            length=3,
            label="{{ a.device }}/{{ number|pad(3) }}",
        )
        assert (done.status, done.result["created"]) == ("SUCCESS", 3), done.messages()
        assert joined() == {f"sw-01 eth {number} - sw-02 eth {13 - number}" for number in (1, 2, 3)}
        cable = Cable.objects.get(label="sw-01/002")
        assert (cable.status.name, cable.type, cable.color, cable.length, cable.length_unit) == (
            "Connected",
            "cat6",
            "2196f3",
            3,
            "m",
        )
        fields = {each["field"]: each["after"] for each in plan_of(done)["changes"][1]["fields"]}
        assert "eth 2" in fields["termination_a"]
        assert "eth 11" in fields["termination_b"]


def test_second_run_changes_nothing(run, pair, run_job):
    run()
    again = run()
    assert (again.status, again.result["changes"], again.result["unchanged"]) == ("SUCCESS", 0, 3)
    # From the other device it is the same cable.
    inputs = {"device_a": pair[1], "ports_a": "eth [3-1]", "device_b": pair[0], "ports_b": "eth [3-1]"}
    back = run_job(ConnectCables, inputs)
    assert (back.status, back.result["changes"], back.result["unchanged"]) == ("SUCCESS", 0, 3)


def test_tells_what_differs_of_a_cable_that_is_there(run):
    run()
    again = run(status=dcim.Cable._meta.get_field("status").related_model.objects.get(name="Planned"))
    assert (again.status, again.result["changes"]) == ("SUCCESS", 0)
    assert any("sw-01 eth 2 (status)" in message for message in again.messages())


def test_names_the_other_cable(run, lab, pair, rows):
    other = lab.device("sw-03", lab.device_type("Other", interfaces=1))
    cable = lab.cable(pair[0].interfaces.get(name="eth 2"), other.interfaces.get())
    cable.label = "C-7"
    cable.validated_save()
    before = rows()

    done = run()

    assert (done.status, done.result["problems"]) == ("FAILURE", 1)
    (problem,) = plan_of(done)["problems"]
    assert problem["row"] == "sw-01 eth 2"
    assert "C-7" in problem["message"]
    assert "sw-03 eth 1" in problem["message"]
    assert rows() == before
    good = run(keep_good=True)
    assert (good.status, good.result["created"]) == ("FAILURE", 2)
    assert len(joined()) == 3


def test_says_nothing_of_what_the_user_may_not_view(run, lab, pair, make_user):
    other = lab.device("secret", lab.device_type("Other", interfaces=1))
    cable = lab.cable(pair[0].interfaces.get(name="eth 2"), other.interfaces.get())
    cable.label = "C-7"
    cable.validated_save()
    permissions = {**NEEDED, "dcim.view_interface": {"device__name__startswith": "sw"}}
    done = run(user=make_user(permissions=permissions))
    assert done.status == "FAILURE"
    text = " ".join(problem["message"] for problem in plan_of(done)["problems"])
    assert "already" in text
    assert "C-7" not in text
    assert "secret" not in text


def test_list(run, comes_back, lab, pair):
    panel = lab.device("panel", lab.device_type("Panel"))
    rear = RearPort(device=panel, name="1", type="8p8c", positions=1)
    rear.validated_save()
    FrontPort(device=panel, name="1", type="8p8c", rear_port=rear).validated_save()
    console = lab.device("oob", lab.device_type("Console", console=1, power=2))
    lab.console_server()
    lab.pdu("pdu")
    lab.feed("Feed A", lab.panel())
    lab.termination(lab.circuit("CIR-1"), location=lab.site)
    with comes_back() as applied:
        done = applied.run = run(
            row(),
            row("sw-01 eth 2", "panel 1", kind_b="front port", status="planned", color="#AA00ff"),
            row("panel 1", "sw-02 eth 2", kind_a="Rear port"),
            row("oob Console 1", "con-01 port 2", type="cat5e"),
            row("oob PSU 1", "pdu 1", label="P1"),
            {"device_a": console.pk, "port_a": "PSU 2", "power_panel_b": "Panel A", "feed_b": "Feed A"},
            {"device_a": "sw-01", "port_a": "eth 3", "circuit_b": "CIR-1", "side_b": "a", "length": 10},
        )
        assert (done.status, done.result["created"]) == ("SUCCESS", 7), done.messages()
        assert joined() == {
            "sw-01 eth 1 - sw-02 eth 1",
            "sw-01 eth 2 - panel 1",
            "panel 1 - sw-02 eth 2",
            "oob Console 1 - dcim.consoleserverport",
            "oob PSU 1 - dcim.poweroutlet",
            "oob PSU 2 - dcim.powerfeed",
            "sw-01 eth 3 - circuits.circuittermination",
        }
        assert Cable.objects.get(color="aa00ff").status.name == "Planned"
        assert Cable.objects.get(length=10).length_unit == "m"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row(a="nobody eth 1"), ["Row 3", "device_a", "nobody"]),
        (row(a="sw-01 eth 99"), ["Row 3", "port_a", "eth 99"]),
        (row(b="panel 1"), ["Row 3", "port_b", "front port", "rear port"]),
        (row(status="Broken"), ["Row 3", "status", "Broken", "Connected"]),
        (row(color="bluish"), ["Row 3", "color", "bluish"]),
        (row(type="string"), ["Row 3", "type", "string", "cat6"]),
        (row(length="3.5"), ["Row 3", "length", "3.5"]),
        (row(length="1", length_unit="parsec"), ["Row 3", "length_unit", "parsec"]),
        (row(connector_a="2"), ["Row 3", "connector", "2"]),
        (row(connector_a="x"), ["Row 3", "connector_a", "x"]),
        (row(circuit_a="C"), ["Row 3", "circuit_a", "C"]),
        (row(cable_type="nothing"), ["Row 3", "cable_type", "nothing"]),
        ({"device_a": "sw-01", "port_a": "eth 1"}, ["Row 3", "device_b"]),
        ({"device_a": "sw-01", "device_b": "sw-02", "port_b": "eth 1"}, ["Row 3", "port_a"]),
        (row(b="sw-01 eth 1"), ["Row 3", "sw-01 eth 1"]),
        (row("sw-01 eth 2", "sw-02 eth 9"), ["Row 3", "sw-01 eth 2", "Row 2"]),
        (row("sw-01 lo0"), ["Row 3"]),
        (row("sw-01 eth 1", "con-01 port 1"), ["Row 3"]),
    ],
)
def test_bad_rows(run, rows, lab, pair, bad, told):
    panel = lab.device("panel", lab.device_type("Panel"))
    rear = RearPort(device=panel, name="1", type="8p8c")
    rear.validated_save()
    FrontPort(device=panel, name="1", type="8p8c", rear_port=rear).validated_save()
    lab.console_server()
    lab.interface(pair[0], "lo0")
    before = rows()
    done = run(row("sw-01 eth 2", "sw-02 eth 2"), bad)
    assert (done.status, done.exception) == ("FAILURE", None)
    text = " ".join(done.messages("failure"))
    assert [part for part in told if part not in text] == []
    assert rows() == before


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"a": "eth [1-3]", "b": "eth [1-2]"}, "3 ports"),
        ({"a": "eth [1-"}, "Ports A"),
        ({"b": "eth [1,1]"}, "Ports B"),
        ({"b": " "}, "Ports B"),
        ({"a": "eth [20-22]"}, "eth 20"),
        ({"label": "{{ nobody }}"}, "nobody"),
        ({"label": "{{"}, "Label"),
        ({"color": "bluish"}, "bluish"),
        ({"cable_type": "nothing"}, "Cable type"),
        ({"device_b": None}, "Device B"),
    ],
)
def test_bad_form(run, rows, inputs, told):
    before = rows()
    done = run(**inputs)
    assert (done.status, done.exception) == ("FAILURE", None)
    assert told in " ".join(done.messages("failure"))
    assert rows() == before


def test_nothing_given_or_both(run_job, pair):
    assert run_job(ConnectCables, {}).status == "FAILURE"
    both = run_job(ConnectCables, {"table": listed(row()), "device_a": pair[0]})
    assert both.status == "FAILURE"


def test_template_can_be_filled_in(run_job, run):
    template = run_job(ConnectCables, {"template_only": True}).files["template.csv"].decode("utf-8-sig")
    (example,) = csv.DictReader(io.StringIO(template))
    example |= {"port_a": "eth 1", "port_b": "eth 1"}
    assert run(example).result["created"] == 1


@pytest.mark.parametrize("missing", NEEDED)
def test_without_permission(run, rows, make_user, missing):
    before = rows()
    user = make_user(permissions={name: None for name in NEEDED if name != missing})
    after_user = rows()
    done = run(user=user)
    assert done.status == "FAILURE"
    assert missing in " ".join(done.messages("failure"))
    assert done.files == {}
    assert {name: rows()[name] for name in before} == {name: after_user[name] for name in before}


def test_permission_by_object(run, make_user):
    assert run(user=make_user("a", NEEDED)).status == "SUCCESS"
    limited = make_user("b", {**NEEDED, "dcim.add_cable": {"type": "cat6"}})
    refused = run(user=limited, a="eth [4-5]", b="eth [4-5]")
    assert (refused.status, Cable.objects.count()) == ("FAILURE", 3)
    assert "dcim.add_cable" in " ".join(refused.messages("failure"))
    assert run(user=limited, a="eth [4-5]", b="eth [4-5]", type="cat6").status == "SUCCESS"
    blind = make_user("c", {**NEEDED, "dcim.view_interface": {"device__name": "sw-01"}})
    assert run(user=blind, a="eth 6", b="eth 6").status == "FAILURE"
    assert Cable.objects.count() == 5


def test_ports_of_modules(run, lab, pair):
    device = lab.device("chassis", lab.device_type("Chassis", bays=1))
    lab.module(device, lab.module_type("Card", management=1))
    name = Interface.objects.get(name__contains="mgmt").name
    done = run({"device_a": "chassis", "port_a": name, "device_b": "sw-01", "port_b": "eth 1"})
    assert (done.status, done.result["created"]) == ("SUCCESS", 1), done.messages()


def test_questions_do_not_grow_with_cables(run_job, lab):
    device_type = lab.device_type("Large", interfaces=40)
    a, b = lab.device("a", device_type), lab.device("b", device_type)
    counts = []
    for most in (10, 40):
        inputs = {"device_a": a, "ports_a": f"eth [1-{most}]", "device_b": b, "ports_b": f"eth [1-{most}]"}
        run_job(ConnectCables, {**inputs, "dryrun": False})
        again = run_job(ConnectCables, inputs)
        assert again.result["unchanged"] == most
        counts.append(again.query_count)
    assert counts[0] == counts[1]


@BREAKOUT
def test_breakout(run, lab, pair, comes_back):
    dcim.CableType(name="1x4", a_connectors=1, b_connectors=4, total_lanes=4).validated_save()
    with comes_back() as applied:
        done = applied.run = run(a="eth [1-2]", b="eth [1-8]", cable_type="1x4", label="B{{ number }}")
        assert done.status == "SUCCESS", done.messages()
        cable = Cable.objects.get(label="B2")
        assert [(row.connector, row.interface.name) for row in cable.terminations_a] == [(1, "eth 2")]
        assert [(row.connector, row.interface.name) for row in cable.terminations_b] == [
            (number, f"eth {number + 4}") for number in (1, 2, 3, 4)
        ]
        assert Cable.objects.count() == 2
        again = run(a="eth [1-2]", b="eth [1-8]", cable_type="1x4", label="B{{ number }}")
        assert (again.result["changes"], again.result["unchanged"]) == (0, 2)
    assert run(a="eth [1-2]", b="eth [1-6]", cable_type="1x4").status == "FAILURE"


@BREAKOUT
def test_breakout_in_a_list(run, pair, comes_back):
    dcim.CableType(name="1x4", a_connectors=1, b_connectors=4, total_lanes=4).validated_save()
    lanes = [
        row("sw-01 eth 1", f"sw-02 eth {number}", connector_b=number, cable="T1", cable_type="1x4")
        for number in (1, 2, 4)
    ]
    with comes_back() as applied:
        done = applied.run = run(*lanes, row("sw-01 eth 5", "sw-02 eth 5"))
        assert done.status == "SUCCESS", done.messages()
        cable = Cable.objects.exclude(cable_type=None).get()
        assert [(each.connector, each.interface.name) for each in cable.terminations_b] == [
            (1, "eth 1"),
            (2, "eth 2"),
            (4, "eth 4"),
        ]
        again = run(*lanes)
        assert (again.result["changes"], again.result["unchanged"]) == (0, 1)
    lanes[1]["connector_b"] = 1
    assert run(*lanes).status == "FAILURE"
    lanes[1] |= {"connector_b": 9}
    assert "connector" in " ".join(run(*lanes).messages("failure"))
    lanes[1] |= {"connector_b": 2, "cable_type": "other"}
    assert "cable_type" in " ".join(run(*lanes).messages("failure"))


@BREAKOUT
def test_cable_that_ends_nowhere(run, lab, pair):
    lab.loose_cable(pair[0].interfaces.get(name="eth 1"))
    done = run(row())
    assert (done.status, done.result["problems"]) == ("FAILURE", 1)
