"""The Primary address audit as a user runs it."""

import json

import pytest

from jobs.audits.primary_addresses import PrimaryAddressAudit

ALL = {"everything": True}


@pytest.fixture
def network(lab):
    """A device for each check, one that is in order, and a patch panel."""
    kind = lab.device_type("Switch", management=1)
    names = ("good", "missing", "foreign", "unassigned", "family", "deprecated")
    devices = {name: lab.device(name, kind) for name in names}
    lab.device("patch-panel", lab.device_type("Patch panel"))
    ports = {name: device.interfaces.get() for name, device in devices.items()}
    good = lab.address("192.0.2.1/24", ports["good"])
    for name, field, address in (
        ("good", "primary_ip4", good),
        ("foreign", "primary_ip4", good),
        ("unassigned", "primary_ip4", lab.address("192.0.2.2/24")),
        ("family", "primary_ip6", lab.address("192.0.2.3/24", ports["family"])),
        ("deprecated", "primary_ip4", lab.address("192.0.2.4/24", ports["deprecated"], status="Deprecated")),
    ):
        lab.force(devices[name], **{field: address})
    lab.address("192.0.2.5/24", ports["missing"])
    return devices


def findings_of(run):
    return {
        (finding["display"], finding["check"]): finding
        for finding in json.loads(run.files["findings.json"])["findings"]
    }


EXPECTED = {
    ("missing", "DCIM-PRIMARY-001"),
    ("foreign", "DCIM-PRIMARY-002"),
    ("unassigned", "DCIM-PRIMARY-003"),
    ("family", "DCIM-PRIMARY-004"),
    ("deprecated", "DCIM-PRIMARY-005"),
}


def test_network(network, run_job):
    run = run_job(PrimaryAddressAudit, ALL)
    assert run.exception is None
    assert run.status == "FAILURE"
    found = findings_of(run)
    assert set(found) == EXPECTED
    assert found["missing", "DCIM-PRIMARY-001"]["details"] == {"candidates": "192.0.2.5/24 on mgmt 1"}
    assert found["foreign", "DCIM-PRIMARY-002"]["details"]["assigned to"] == "good"
    assert run.result["findings"] == 5
    assert run.result["objects"] == 7
    assert run.result["severities"] == {"high": 1, "medium": 3, "low": 1}
    assert sorted(run.files) == ["findings.csv", "findings.json", "report.html"]


def test_devices_in_order(network, run_job, lab):
    from nautobot.dcim.models import Device

    Device.objects.exclude(name__in=["good", "patch-panel"]).delete()
    run = run_job(PrimaryAddressAudit, ALL)
    assert run.status == "SUCCESS"
    assert run.result["findings"] == 0


def test_only_active_devices_unless_told_otherwise(network, run_job, lab):
    lab.force(network["missing"], status=lab.status("Planned"))
    assert set(findings_of(run_job(PrimaryAddressAudit, ALL))) == EXPECTED - {("missing", "DCIM-PRIMARY-001")}
    run = run_job(PrimaryAddressAudit, {**ALL, "statuses": [lab.status("Planned")]})
    assert set(findings_of(run)) == {("missing", "DCIM-PRIMARY-001")}


def test_exempt_roles(network, run_job, lab):
    passive = lab.make_role("Unmanaged")
    lab.force(network["missing"], role=passive)
    run = run_job(PrimaryAddressAudit, {**ALL, "exempt_roles": [passive]})
    assert set(findings_of(run)) == EXPECTED - {("missing", "DCIM-PRIMARY-001")}


def test_selecting_nothing(network, run_job):
    run = run_job(PrimaryAddressAudit)
    assert run.status == "FAILURE"
    assert run.exception is None
    assert "Everything" in run.messages("failure")[0]
    assert run.files == {}


def test_user_without_permission(network, run_job, make_user):
    run = run_job(PrimaryAddressAudit, ALL, user=make_user(permissions={"ipam.view_ipaddress": None}))
    assert run.status == "FAILURE"
    assert "dcim.view_device" in run.messages("failure")[0]
    assert run.files == {}


def test_user_with_constraints(network, run_job, make_user):
    user = make_user(permissions={"dcim.view_device": {"name__in": ["missing", "foreign"]}})
    found = findings_of(run_job(PrimaryAddressAudit, ALL, user=user))
    assert set(found) == {("missing", "DCIM-PRIMARY-001"), ("foreign", "DCIM-PRIMARY-002")}
    # Neither the candidates nor the device "good", which this user may not view, are named.
    assert found["missing", "DCIM-PRIMARY-001"]["details"] == {}
    assert set(found["foreign", "DCIM-PRIMARY-002"]["details"]) == {"address"}


def test_empty_database(db, run_job):
    run = run_job(PrimaryAddressAudit, ALL)
    assert run.status == "SUCCESS"
    assert run.result["objects"] == 0


def test_number_of_queries_is_constant(lab, run_job, copies):
    device = lab.device("switch", lab.device_type("Switch", management=1))
    address = lab.address("192.0.2.1/24", status="Deprecated")
    with_address = {"primary_ip4_id": address.pk}
    copies(device, 4, "a")
    copies(device, 5, "b", **with_address)
    run_job(PrimaryAddressAudit, ALL)  # fills Nautobot's caches
    ten = run_job(PrimaryAddressAudit, ALL)
    copies(device, 45, "c", location_id=lab.location("LON01").pk)
    copies(device, 45, "d", **with_address)
    hundred = run_job(PrimaryAddressAudit, ALL)
    assert (ten.result["findings"], hundred.result["findings"]) == (15, 150)
    assert hundred.query_count == ten.query_count
