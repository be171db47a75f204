"""DCIM-RACK-001: which devices are above the top of their rack."""

import pytest

from jobs.audits.checks.racks import AboveTop


@pytest.mark.parametrize(
    ("position", "height", "above"),
    [(42, 1, False), (43, 1, True), (37, 6, False), (38, 6, True), (None, 50, False), (43, 0, False)],
)
def test_positions(lab, found, box, position, height, above):
    box("box", lab.rack(), position, height=height)
    assert found(AboveTop()) == (["box"] if above else [])


def test_details(lab, ask, box):
    box("box", lab.rack("R1", u_height=12), 11, height=4)
    (finding,) = ask(AboveTop())
    assert finding.details == {"rack": "R1"}
    assert "U11 to U14" in finding.message
