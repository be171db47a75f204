"""Audit this: what belongs to the object is looked at, nothing else, and only what the user may view."""

import json

import pytest

from jobs.receivers.audit_button import AuditThis


@pytest.fixture
def network(lab):
    """Two racks with a device each, whose management interface is not connected."""
    box = lab.device_type("Box", management=1, interfaces=1)
    racks = []
    for number in (1, 2):
        rack = lab.rack(f"R{number}")
        lab.device(f"sw-0{number}", box, rack=rack, position=1, face="front")
        racks.append(rack)
    return racks


def found(run):
    return {finding["display"].split()[0] for finding in json.loads(run.files["findings.json"])["findings"]}


def device(name):
    from nautobot.dcim.models import Device

    return Device.objects.get(name=name)


def test_device(press, network):
    run = press(AuditThis, device("sw-01"))
    assert run.status == "SUCCESS"
    assert {"report.html", "findings.csv", "findings.json"} <= set(run.files)
    assert found(run) == {"sw-01"}
    assert json.loads(run.files["findings.json"])["scope"] == "sw-01"


def test_a_device_of_any_status(press, network, lab):
    switch = device("sw-01")
    switch.status = lab.status("Planned")
    switch.validated_save()
    assert found(press(AuditThis, switch)) == {"sw-01"}


def test_rack_with_its_devices(press, network):
    run = press(AuditThis, network[1])
    assert found(run) == {"sw-02"}
    models = {finding["model"] for finding in json.loads(run.files["findings.json"])["findings"]}
    assert "dcim.device" in models


def test_location_with_all_below_it(press, network, lab):
    assert found(press(AuditThis, lab.region)) >= {"sw-01", "sw-02"}


def test_prefix_with_its_addresses(press, lab):
    prefix = lab.prefix("10.0.0.0/24")
    lab.prefix("10.1.0.0/24")
    lab.host("10.0.0.1/25")
    lab.host("10.1.0.1/25")
    run = press(AuditThis, prefix)
    assert run.status == "SUCCESS"
    assert "10.0.0.1/25" in found(run)
    assert "10.1.0.1/25" not in found(run)


def test_another_kind_of_object(press, lab):
    run = press(AuditThis, lab.role)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "dcim.device" in run.messages("failure")[0]


@pytest.mark.parametrize("permissions", [{}, {"dcim.view_device": {"name": "sw-02"}}])
def test_without_permission(press, network, make_user, permissions):
    run = press(AuditThis, device("sw-01"), user=make_user(permissions=permissions))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "dcim.view_device" in run.messages("failure")[0]
    assert "sw-01" not in " ".join(run.messages())


def test_checks_of_what_may_not_be_viewed_are_left_out(press, network, make_user):
    run = press(AuditThis, device("sw-01"), user=make_user(permissions={"dcim.view_device": None}))
    assert run.status == "SUCCESS"
    models = {finding["model"] for finding in json.loads(run.files["findings.json"])["findings"]}
    assert models == {"dcim.device"}


def test_changes_nothing(press, network, changes_logged):
    before = changes_logged()
    press(AuditThis, device("sw-01"))
    assert changes_logged() == before


def test_query_count_is_constant(press, lab, asked):
    box = lab.device_type("Small", interfaces=1)
    counts = []
    for name, number in (("few", 2), ("many", 8)):
        rack = lab.rack(name)
        for index in range(number):
            lab.device(f"{name}-{index:02}", box, rack=rack, position=index + 1, face="front")
        counts.append(asked(press(AuditThis, rack)))
    assert counts[1] <= counts[0]  # the first fills caches of content types and the like
