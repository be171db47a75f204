"""DCIM-CABLE-010: which interfaces are enabled without a cable."""

import pytest

from jobs.audits.checks.cabling import EnabledWithoutCable


@pytest.fixture
def shut(cabling):
    """Two unused interfaces of a switch, both disabled."""
    return [cabling.port("switch", f"shut{index}", enabled=False) for index in (1, 2)]


def test_enabled(ask, cabling, shut):
    port = cabling.port("switch", description="spare")
    (finding,) = ask(EnabledWithoutCable())
    assert (finding.pk, finding.display) == (str(port.pk), "switch eth1")
    assert finding.details == {"type": "1000base-t", "description": "spare"}


def test_disabled(ask, shut):
    assert ask(EnabledWithoutCable()) == []


def test_cabled(ask, lab, cabling, shut):
    _, (front,) = cabling.panel()
    lab.cable(cabling.port("switch"), front)
    assert ask(EnabledWithoutCable()) == []


def test_cable_with_a_loose_end(ask, lab, cabling, shut):
    lab.loose_cable(cabling.port("switch"))
    assert ask(EnabledWithoutCable()) == []


@pytest.mark.parametrize(
    "values",
    [{"mgmt_only": True}, {"type": "virtual"}, {"type": "lag"}, {"type": "bridge"}, {"type": "ieee802.11ac"}],
)
def test_left_alone(ask, cabling, shut, values):
    cabling.port("switch", **values)
    assert ask(EnabledWithoutCable()) == []


def test_device_that_leaves_its_ports_open(found, cabling, shut):
    ports = [cabling.port("switch", f"open{index}") for index in (1, 2)]
    assert found(EnabledWithoutCable()) == ["switch open1", "switch open2"]
    cabling.port("switch", "open3")
    assert found(EnabledWithoutCable()) == []
    assert len(found(EnabledWithoutCable(disabled_share=0.4))) == len(ports) + 1
    assert len(found(EnabledWithoutCable(disabled_share=0))) == len(ports) + 1


def test_other_devices_do_not_count(found, cabling, shut):
    cabling.port("server")
    assert found(EnabledWithoutCable()) == []


def test_status(found, lab, cabling, shut):
    cabling.port("switch", status=lab.status("Planned"))
    assert found(EnabledWithoutCable()) == []
    assert found(EnabledWithoutCable(statuses=("Planned",))) == ["switch eth1"]


def test_exempt_role(found, cabling, shut):
    cabling.port("switch")
    assert found(EnabledWithoutCable(exempt_roles=("Switch",))) == []
    assert found(EnabledWithoutCable(exempt_roles=("Router",))) == ["switch eth1"]


def test_on_a_module(found, lab):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    lab.module(chassis, lab.module_type("Card", management=2))
    ports = list(chassis.all_interfaces.order_by("name"))
    lab.force(ports[0], mgmt_only=False)
    lab.force(ports[1], mgmt_only=False, enabled=False)
    assert found(EnabledWithoutCable()) == [f"chassis {ports[0].name}"]
