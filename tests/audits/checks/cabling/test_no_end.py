"""DCIM-CABLE-002: which cables have no ends."""

import pytest

from jobs.audits.checks.cabling import CableWithoutEnds

pytestmark = pytest.mark.usefixtures("loose_cables")


def test_no_end(ask, cable):
    loose = cable(label="AMS01-0001")
    (finding,) = ask(CableWithoutEnds())
    assert (finding.pk, finding.display, finding.location) == (str(loose.pk), "AMS01-0001", "")
    assert finding.details == {"status": "Connected"}


def test_one_end(ask, cabling, cable):
    cable(cabling.port("a"))
    assert ask(CableWithoutEnds()) == []


def test_two_ends(ask, link):
    assert ask(CableWithoutEnds()) == []


def test_planned(ask, cable):
    cable(status="Planned")
    assert ask(CableWithoutEnds()) == []
    assert len(ask(CableWithoutEnds(loose_statuses=()))) == 1
