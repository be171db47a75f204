"""DCIM-CABLE-011: which disabled interfaces are on a link whose other end is enabled."""

import pytest

from jobs.audits.checks.cabling import DisabledOnLink


@pytest.fixture
def ports(cabling):
    return cabling.port("a", enabled=False), cabling.port("b")


def test_one_end(ask, lab, ports):
    lab.cable(*ports)
    (finding,) = ask(DisabledOnLink())
    assert (finding.display, finding.details) == ("a eth1", {"far end": "b eth1"})


def test_over_a_panel(found, lab, cabling, ports):
    rear, (front,) = cabling.panel()
    lab.cable(ports[0], front)
    assert found(DisabledOnLink()) == []
    lab.cable(rear, ports[1])
    assert found(DisabledOnLink()) == ["a eth1"]


@pytest.mark.parametrize(("enabled", "status"), [(False, "Connected"), (True, "Planned")])
def test_left_alone(found, lab, ports, enabled, status):
    lab.cable(*ports, status=status)
    lab.force(ports[1], enabled=enabled)
    assert found(DisabledOnLink()) == []


def test_both_enabled(found, link):
    assert found(DisabledOnLink()) == []


@pytest.mark.parametrize("index", [0, 1])
def test_planned_interface(found, lab, ports, index):
    lab.cable(*ports)
    lab.force(ports[index], status=lab.status("Planned"))
    assert found(DisabledOnLink()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, lab, ports, make_user):
    lab.cable(*ports)
    (finding,) = ask(DisabledOnLink(), make_user("limited", {"dcim.view_interface": None}))
    assert finding.details == {}
