"""The Connection audit as a user runs it."""

import csv
import io
import json

import pytest

from jobs.audits.connections import ConnectionAudit

ALL = {"everything": True}


@pytest.fixture
def network(lab):
    """A switch that is in order, three that are not, a patch panel, PDUs and a console server."""
    kind = lab.device_type("Switch", console=1, power=2, management=1)
    pdus = [
        lab.pdu("pdu-a", lab.feed("A1", lab.panel("Panel A")), outlets=8),
        lab.pdu("pdu-b", lab.feed("B1", lab.panel("Panel B")), outlets=8),
    ]
    server = lab.console_server(ports=8)
    oob = lab.device("oob", lab.device_type("Management switch", interfaces=8))

    def connect(device, number, *, console=True, management=True, power=("A", "B")):
        if console:
            lab.cable(device.console_ports.get(), server.console_server_ports.get(name=f"port {number}"))
        if management:
            lab.cable(device.interfaces.get(), oob.interfaces.get(name=f"eth {number}"))
        for index, (port, side) in enumerate(zip(device.power_ports.order_by("name"), power, strict=False)):
            lab.plug(port, pdus["AB".index(side)], str(2 * number - index))

    good, no_console, one_pdu = (lab.device(name, kind) for name in ("good", "no-console", "one-pdu"))
    connect(good, 1)
    connect(no_console, 2, console=False)
    connect(one_pdu, 3, power=("A", "A"))
    lab.device("dark", kind)
    lab.device("patch-panel", lab.device_type("Patch panel"))
    return {"good": good, "no-console": no_console, "one-pdu": one_pdu}


def findings_of(run):
    return {(finding["display"], finding["check"]) for finding in json.loads(run.files["findings.json"])["findings"]}


EXPECTED = {
    ("no-console", "DCIM-CONSOLE-001"),
    ("one-pdu", "DCIM-POWER-003"),
    ("dark", "DCIM-CONSOLE-001"),
    ("dark", "DCIM-OOB-001"),
    ("dark", "DCIM-POWER-001"),
}


def test_network(network, run_job):
    run = run_job(ConnectionAudit, ALL)
    assert run.exception is None
    assert run.status == "FAILURE"
    assert findings_of(run) == EXPECTED
    assert run.result | {"score": 0, "scope": ""} == {
        "findings": 5,
        "objects": 9,
        "severities": {"high": 4, "medium": 1},
        "checks": {"DCIM-CONSOLE-001": 2, "DCIM-OOB-001": 1, "DCIM-POWER-001": 1, "DCIM-POWER-003": 1},
        "new": None,
        "fixed": None,
        "waived": 0,
        "score": 0,
        "scope": "",
    }
    assert sorted(run.files) == ["findings.csv", "findings.json", "report.html"]
    rows = list(csv.DictReader(io.StringIO(run.files["findings.csv"].decode("utf-8-sig"))))
    assert {(row["object"], row["check"]) for row in rows} == EXPECTED
    assert run.files["report.html"].count(b"data-path=") == 5
    assert len([entry for entry in run.logs if entry.grouping.startswith("DCIM-")]) == 5


def test_nothing_changes(network, run_job):
    from nautobot.extras.models import ObjectChange

    before = ObjectChange.objects.count()
    first = run_job(ConnectionAudit, ALL)
    second = run_job(ConnectionAudit, ALL)
    assert findings_of(second) == findings_of(first)
    assert ObjectChange.objects.count() == before


def test_scope(network, run_job, lab):
    lab.force(network["no-console"], location=lab.location("LON01"))
    run = run_job(ConnectionAudit, {"locations": [lab.site]})
    assert findings_of(run) == EXPECTED - {("no-console", "DCIM-CONSOLE-001")}


def test_only_active_devices_unless_told_otherwise(network, run_job, lab):
    lab.force(network["no-console"], status=lab.status("Planned"))
    assert findings_of(run_job(ConnectionAudit, ALL)) == EXPECTED - {("no-console", "DCIM-CONSOLE-001")}
    run = run_job(ConnectionAudit, {**ALL, "statuses": [lab.status("Planned")]})
    assert findings_of(run) == {("no-console", "DCIM-CONSOLE-001")}


def test_exempt_roles(network, run_job, lab):
    passive = lab.make_role("Lab equipment")
    lab.force(network["no-console"], role=passive)
    run = run_job(ConnectionAudit, {**ALL, "exempt_roles": [passive]})
    assert findings_of(run) == EXPECTED - {("no-console", "DCIM-CONSOLE-001")}


def test_planned_cables_do_not_count(network, run_job, lab):
    from nautobot.dcim.models import Cable

    for cable in Cable.objects.all():
        cable.status = lab.status("Planned")
        cable.validated_save()
    found = findings_of(run_job(ConnectionAudit, ALL))
    for check in ("DCIM-CONSOLE-001", "DCIM-OOB-001", "DCIM-POWER-001"):
        assert ("good", check) in found
    assert ("pdu-a", "DCIM-POWER-001") in found


def test_fail_at(network, run_job):
    assert run_job(ConnectionAudit, {**ALL, "fail_at": "critical"}).status == "SUCCESS"
    assert run_job(ConnectionAudit, {**ALL, "fail_at": "never"}).status == "SUCCESS"


def test_selecting_nothing(network, run_job):
    run = run_job(ConnectionAudit)
    assert run.status == "FAILURE"
    assert run.exception is None
    assert run.files == {}
    assert "Locations" in run.messages("failure")[0]


def test_unknown_severity_is_refused_by_the_form(network, run_job):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="fail_at"):
        run_job(ConnectionAudit, {**ALL, "fail_at": "grave"})


def test_user_without_permission(network, run_job, make_user):
    run = run_job(ConnectionAudit, ALL, user=make_user())
    assert run.status == "FAILURE"
    assert run.exception is None
    assert run.result["findings"] == 0
    assert "dcim.view_device" in run.messages("failure")[0]
    assert run.files == {}


def test_user_with_constraints(network, run_job, make_user):
    user = make_user(permissions={"dcim.view_device": {"name__in": ["good", "no-console"]}})
    run = run_job(ConnectionAudit, ALL, user=user)
    # "good" is connected, although this user may view neither ports nor cables.
    assert findings_of(run) == {("no-console", "DCIM-CONSOLE-001")}
    assert run.result["objects"] == 2
    assert b"one-pdu" not in b"".join(run.files.values())


def test_empty_database(db, run_job):
    run = run_job(ConnectionAudit, ALL)
    assert run.status == "SUCCESS"
    assert (run.result["findings"], run.result["objects"], run.result["score"]) == (0, 0, None)
    assert run.messages("warning")


def test_number_of_queries_is_constant(lab, run_job, copies):
    device = lab.device("switch", lab.device_type("Switch", console=1, power=2, management=1))
    copies(device, 9)
    run_job(ConnectionAudit, ALL)  # fills Nautobot's caches
    ten = run_job(ConnectionAudit, ALL)
    copies(device, 90, "more", location_id=lab.location("LON01").pk)
    hundred = run_job(ConnectionAudit, ALL)
    assert (ten.result["findings"], hundred.result["findings"]) == (30, 300)
    assert hundred.query_count == ten.query_count
    assert own_queries(hundred) <= 20


def own_queries(run):
    """Queries but for those of log entries and of Nautobot's create_file()."""
    files = ("extras_fileproxy", "extras_fileattachment", "constance", "SAVEPOINT")
    return run.query_count - sum(any(name in query for name in files) for query in run.queries)
