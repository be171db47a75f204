"""DCIM-CABLE-001: which cables have one end only."""

import pytest

from jobs.audits.checks.cabling import CableWithOneEnd

pytestmark = pytest.mark.usefixtures("loose_cables")


def test_one_end(ask, cabling, cable):
    loose = cable(cabling.port("a"))
    (finding,) = ask(CableWithOneEnd())
    assert (finding.pk, finding.details) == (str(loose.pk), {"A end": "a eth1"})
    assert finding.location == "EMEA / AMS01"


def test_b_end(ask, cabling, cable):
    loose = cable()
    loose.add_termination(cabling.port("b"), cable_end="B")
    (finding,) = ask(CableWithOneEnd())
    assert finding.details == {"B end": "b eth1"}


def test_two_ends(ask, link):
    assert ask(CableWithOneEnd()) == []


def test_no_end_is_another_check(ask, cable):
    cable()
    assert ask(CableWithOneEnd()) == []


def test_end_on_a_panel(ask, lab, cabling):
    _, (front,) = cabling.panel()
    lab.cable(cabling.port("a"), front)
    assert ask(CableWithOneEnd()) == []


@pytest.mark.parametrize("status", ["Planned", "Decommissioning"])
def test_may_be_loose(ask, cabling, cable, status):
    cable(cabling.port("a"), status)
    assert ask(CableWithOneEnd()) == []
    assert len(ask(CableWithOneEnd(loose_statuses=()))) == 1


def test_breakout_with_a_free_leg(ask, cabling, cable):
    from nautobot.dcim.models import CableType

    kind = CableType(name="fan", a_connectors=1, b_connectors=2, total_lanes=2)
    kind.validated_save()
    fan = cable(cabling.port("a"), cable_type=kind)
    assert len(ask(CableWithOneEnd())) == 1
    fan.add_termination(cabling.port("b"), cable_end="B", connector=2)
    assert ask(CableWithOneEnd()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, cabling, cable, make_user):
    cable(cabling.port("a"))
    (finding,) = ask(CableWithOneEnd(), make_user("limited", {"dcim.view_cable": None}))
    assert finding.details == {}
