"""Checks of cables that older versions of Nautobot, or teams without a policy, have no use for."""

import pytest

from jobs.audits.checks.cabling import CableIncomplete, CableWithOneEnd, CableWithoutEnds
from jobs.toolkit.compat import CABLES_MAY_HANG


@pytest.mark.parametrize("check", [CableWithOneEnd, CableWithoutEnds])
def test_where_cables_always_have_two_ends(check):
    assert bool(check().idle()) is not CABLES_MAY_HANG


def test_policy():
    assert CableIncomplete().idle()
    assert not CableIncomplete(required=("type",)).idle()
