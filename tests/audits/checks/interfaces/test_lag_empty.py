"""DCIM-IFACE-001: which LAGs have no members."""

import pytest

from jobs.audits.checks.interfaces import LagWithoutMembers


def test_empty(ask, links):
    lag = links.lag("a")
    (finding,) = ask(LagWithoutMembers())
    assert (finding.pk, finding.display) == (str(lag.pk), "a ae1")


def test_with_member(ask, links):
    links.port("a", lag=links.lag("a"))
    assert ask(LagWithoutMembers()) == []


@pytest.mark.parametrize("change", [{"enabled": False}, {"status": "Planned"}, {"type": "virtual"}])
def test_left_alone(ask, lab, links, change):
    values = {**change, "status": lab.status(change["status"])} if "status" in change else change
    lab.force(links.lag("a"), **values)
    assert ask(LagWithoutMembers()) == []


def test_other_statuses(ask, lab, links):
    lab.force(links.lag("a"), status=lab.status("Planned"))
    assert len(ask(LagWithoutMembers(statuses=("Active", "Planned")))) == 1
