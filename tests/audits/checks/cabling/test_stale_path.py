"""DCIM-CABLE-003: which cables disagree with Nautobot's cable paths."""

import pytest

from jobs.audits.checks.cabling import CablePathStale


@pytest.fixture
def paths():
    from nautobot.dcim.models import CablePath

    return CablePath.objects


def path_of(port):
    from nautobot.dcim.models import CablePath

    return CablePath.objects.filter(origin_id=port.pk)


def test_right(ask, link):
    assert ask(CablePathStale()) == []


@pytest.mark.parametrize("side", ["a", "b"])
def test_no_path(ask, lab, cabling, side):
    ports = {name: cabling.port(name) for name in "ab"}
    cable = lab.cable(ports["a"], ports["b"])
    path_of(ports[side]).delete()
    (finding,) = ask(CablePathStale())
    assert finding.pk == str(cable.pk)
    assert finding.details == {"A end": "a eth1", "B end": "b eth1", "status": "Connected"}


def test_path_of_another_cable(found, ask, lab, cabling):
    ports = [cabling.port(name) for name in "abcd"]
    lab.cable(*ports[:2])
    cable = lab.cable(*ports[2:])
    path_of(ports[2]).update(path=path_of(ports[0]).get().path)
    assert [finding.pk for finding in ask(CablePathStale())] == [str(cable.pk)]


def test_status_changed_behind_the_back(ask, lab, link):
    lab.force(link, status=lab.status("Planned"))
    (finding,) = ask(CablePathStale())
    assert finding.details["status"] == "Planned"


def test_planned(ask, lab, cabling):
    lab.cable(cabling.port("a"), cabling.port("b"), status="Planned")
    assert ask(CablePathStale()) == []


def test_inactive_although_connected(ask, paths, link):
    paths.update(is_active=False)
    assert len(ask(CablePathStale())) == 1


def test_nothing_behind_the_panel(ask, lab, cabling):
    _, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    assert ask(CablePathStale()) == []


def test_planned_cable_behind_the_panel(ask, lab, cabling):
    rear, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    lab.cable(rear, cabling.port("b"), status="Planned")
    assert ask(CablePathStale()) == []


def test_between_panels(ask, lab, cabling):
    lab.cable(cabling.panel("left")[0], cabling.panel("right")[0])
    assert ask(CablePathStale()) == []


def test_power(ask, lab):
    device = lab.device("server", lab.device_type("Server", power=1))
    lab.plug(device.power_ports.get(), lab.pdu("pdu", lab.feed("A1", lab.panel())))
    assert ask(CablePathStale()) == []
    path_of(device.power_ports.get()).delete()
    assert len(ask(CablePathStale())) == 1


def test_names_of_what_the_user_may_not_view_are_left_out(ask, paths, link, make_user):
    paths.all().delete()
    (finding,) = ask(
        CablePathStale(), make_user("limited", {"dcim.view_cable": None, "dcim.view_device": {"name": "b"}})
    )
    assert finding.details == {"B end": "b eth1", "status": "Connected"}
