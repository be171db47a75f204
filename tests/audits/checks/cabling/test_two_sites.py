"""DCIM-CABLE-004: which cables lead from site to site."""

import pytest

from jobs.audits.checks.cabling import CableBetweenSites


@pytest.fixture
def other_site(lab):
    return lab.location("LON01")


@pytest.fixture
def rooms(lab):
    """Two rooms of the site."""
    kind = type(lab.site_type)(name="Room", parent=lab.site_type)
    kind.validated_save()
    kind.content_types.set(lab.site_type.content_types.all())
    rooms = [type(lab.site)(name=name, location_type=kind, parent=lab.site, status=lab.active) for name in "AB"]
    for room in rooms:
        room.validated_save()
    return rooms


def test_two_sites(ask, lab, cabling, other_site):
    cable = lab.cable(cabling.port("a"), cabling.port("b", location=other_site))
    (finding,) = ask(CableBetweenSites())
    assert finding.pk == str(cable.pk)
    assert finding.details == {
        "A end": "a eth1",
        "B end": "b eth1",
        "location of the A end": "EMEA / AMS01",
        "location of the B end": "EMEA / LON01",
    }


def test_one_site(ask, link):
    assert ask(CableBetweenSites()) == []


def test_two_rooms(ask, lab, cabling, rooms):
    lab.cable(*(cabling.port(room.name, location=room) for room in rooms))
    assert ask(CableBetweenSites()) == []
    assert len(ask(CableBetweenSites(location_types=("Room",)))) == 1


def test_room_and_site(ask, lab, cabling, rooms):
    lab.cable(cabling.port("a", location=rooms[0]), cabling.port("b"))
    assert ask(CableBetweenSites()) == []


def test_room_and_other_site(ask, lab, cabling, rooms, other_site):
    lab.cable(cabling.port("a", location=rooms[0]), cabling.port("b", location=other_site))
    assert len(ask(CableBetweenSites())) == 1


def test_other_types_of_locations(ask, lab, cabling, other_site):
    lab.cable(cabling.port("a"), cabling.port("b", location=other_site))
    assert ask(CableBetweenSites(location_types=("Campus",))) == []
    assert ask(CableBetweenSites(location_types=("Region",))) == []


def test_fibre_between_panels(ask, lab, cabling, other_site):
    lab.cable(cabling.panel("left")[0], cabling.panel("right", location=other_site)[0])
    assert ask(CableBetweenSites()) == []


def test_console(ask, lab, other_site):
    device = lab.device("switch", lab.device_type("Switch", console=1), location=other_site)
    lab.cable(device.console_ports.get(), lab.console_server().console_server_ports.first())
    assert len(ask(CableBetweenSites())) == 1


def test_circuit(ask, lab, cabling, other_site):
    from django.contrib.contenttypes.models import ContentType
    from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider

    lab.site_type.content_types.add(ContentType.objects.get_for_model(CircuitTermination))
    provider, kind = Provider(name="Carrier"), CircuitType(name="Line")
    provider.validated_save()
    kind.validated_save()
    circuit = Circuit(cid="1", provider=provider, circuit_type=kind, status=lab.active)
    circuit.validated_save()
    for side, device, location in (("A", "a", lab.site), ("Z", "b", other_site)):
        end = CircuitTermination(circuit=circuit, term_side=side, location=location)
        end.validated_save()
        lab.cable(cabling.port(device, location=location), end)
    assert ask(CableBetweenSites()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, lab, cabling, other_site, make_user):
    lab.cable(cabling.port("a"), cabling.port("b", location=other_site))
    user = make_user("limited", {"dcim.view_cable": None, "dcim.view_device": {"name": "a"}})
    (finding,) = ask(CableBetweenSites(), user)
    assert finding.details == {"A end": "a eth1", "location of the A end": "EMEA / AMS01"}
