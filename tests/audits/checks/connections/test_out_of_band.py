"""DCIM-OOB-001: which devices have no out-of-band connection, and which do not need one."""

import pytest

from jobs.audits.checks.connections import OutOfBandConnection


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1, interfaces=2))


@pytest.fixture
def oob_ports(lab):
    oob = lab.device("oob", lab.device_type("Management switch", interfaces=4))
    return list(oob.interfaces.order_by("name"))


def test_management_interface_without_cable(ask, switch):
    (finding,) = ask(OutOfBandConnection())
    assert finding.pk == str(switch.pk)
    assert finding.details == {"ports": "mgmt 1"}


def test_connected(lab, found, switch, oob_ports):
    lab.cable(switch.interfaces.get(mgmt_only=True), oob_ports[0])
    assert found(OutOfBandConnection()) == []


def test_other_interfaces_do_not_count(lab, found, switch, oob_ports):
    lab.cable(switch.interfaces.get(name="eth 1"), oob_ports[0])
    assert found(OutOfBandConnection()) == ["switch"]


def test_planned_cable(lab, ask, switch, oob_ports):
    lab.cable(switch.interfaces.get(mgmt_only=True), oob_ports[0], status="Planned")
    (finding,) = ask(OutOfBandConnection())
    assert "status Connected" in finding.message


def test_cable_with_a_loose_end(lab, ask, switch):
    lab.loose_cable(switch.interfaces.get(mgmt_only=True))
    (finding,) = ask(OutOfBandConnection())
    assert "does not end" in finding.message


def test_missing_cable_path_is_not_a_missing_cable(lab, found, switch, oob_ports):
    from nautobot.dcim.models import CablePath

    lab.cable(oob_ports[0], switch.interfaces.get(mgmt_only=True))
    CablePath.objects.all().delete()
    assert found(OutOfBandConnection()) == []


def test_cable_to_a_patch_panel_is_no_connection(lab, found, switch):
    from nautobot.dcim.models import RearPort

    panel = lab.device("panel", lab.device_type("Patch panel"))
    port = RearPort(device=panel, name="Rear", type="8p8c")
    port.validated_save()
    lab.cable(switch.interfaces.get(mgmt_only=True), port)
    assert found(OutOfBandConnection()) == ["switch"]


def test_disabled_means_managed_in_band(lab, found, switch):
    lab.force(switch.interfaces.get(mgmt_only=True), enabled=False)
    assert found(OutOfBandConnection()) == []


def test_one_enabled_of_two(lab, found):
    device = lab.device("router", lab.device_type("Router", management=2))
    lab.force(device.interfaces.first(), enabled=False)
    assert found(OutOfBandConnection()) == ["router"]


def test_without_management_interface(lab, found):
    lab.device("plain", lab.device_type("Plain", interfaces=2))
    assert found(OutOfBandConnection()) == []


def test_missing_although_the_type_has_one(ask, switch):
    switch.interfaces.filter(mgmt_only=True).delete()
    (finding,) = ask(OutOfBandConnection())
    assert "has no management interface" in finding.message


def test_on_module(lab, found, oob_ports):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    lab.module(chassis, lab.module_type("Supervisor", management=1))
    assert found(OutOfBandConnection()) == ["chassis"]
    lab.cable(chassis.all_interfaces.get(), oob_ports[0])
    assert found(OutOfBandConnection()) == []


def test_any_member_of_a_stack_will_do(lab, found, switch, oob_ports):
    member = lab.device("member", switch.device_type)
    lab.stack(switch, member)
    assert found(OutOfBandConnection()) == ["switch"]
    lab.cable(member.interfaces.get(mgmt_only=True), oob_ports[0])
    assert found(OutOfBandConnection()) == []
