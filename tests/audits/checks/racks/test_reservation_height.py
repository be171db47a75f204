"""DCIM-RACK-006: which reserved units do not exist."""

import pytest

from jobs.audits.checks.racks import ReservationHeight


@pytest.mark.parametrize(("units", "outside"), [([42], ""), ([41, 42, 43, 44], "U43-U44"), ([1], ""), ([0, 1], "U0")])
def test_units(lab, ask, reserve, units, outside):
    reserve(lab.rack("R1"), *units)
    findings = ask(ReservationHeight())
    assert [finding.details for finding in findings] == ([{"rack": "R1"}] if outside else [])
    assert all(outside in finding.message for finding in findings)
