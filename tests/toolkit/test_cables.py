"""Cables at ports, and how one is planned."""

import pytest
from nautobot.dcim.models import Cable

from jobs.toolkit.cables import cables_at, connect
from jobs.toolkit.plan import Plan


@pytest.fixture
def ports(lab):
    device_type = lab.device_type("Switch", interfaces=2)
    devices = [lab.device(f"sw-{number:02}", device_type) for number in range(1, 4)]
    return [port for device in devices for port in device.interfaces.order_by("name")]


def test_cables_at_ports(lab, ports):
    cable = lab.cable(ports[0], ports[2])

    found = cables_at(ports)

    assert set(found) == {("dcim.interface", ports[0].pk), ("dcim.interface", ports[2].pk)}
    for attached in found.values():
        assert attached.cable == cable
        assert [(end.side, end.connector, end.pk) for end in attached.ends] == [
            ("A", 1, ports[0].pk),
            ("B", 1, ports[2].pk),
        ]
        assert attached.joins(ports[0], ports[2])
        assert attached.joins(ports[2], ports[0])
        assert not attached.joins(ports[0], ports[4])


def test_questions_do_not_grow_with_ports(lab, ports, django_assert_num_queries):
    lab.cable(ports[0], ports[2])
    with django_assert_num_queries(3):
        cables_at(ports[:1])
    lab.cable(ports[1], ports[3])
    with django_assert_num_queries(3):
        cables_at(ports)


def test_plans_a_cable(lab, ports):
    plan = Plan(None)

    cable = connect(plan, ports[0], ports[2], status=lab.status("Connected"), reason="test", label="x")

    (change,) = plan.changes
    assert change.pk == cable.pk
    assert change.after["label"].raw == "x"
    assert change.after["termination_a"] == (ports[0].pk, "dcim.interface")
    assert change.after["termination_b"] == (ports[2].pk, "dcim.interface")
    assert not Cable.objects.exists()
