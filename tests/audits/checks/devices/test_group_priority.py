"""DCIM-DEVICE-015: which redundancy groups have equal priorities."""

import pytest

from jobs.audits.checks.devices import RedundancyGroupPriority


@pytest.mark.parametrize(
    ("priorities", "strategy", "wrong"),
    [
        ((100, 100), "active-passive", True),
        ((100, 100), "", True),
        ((100, 100), "active-active", False),
        ((100, 50), "active-passive", False),
        ((None, None), "active-passive", False),
        ((100, None), "active-passive", False),
        ((100, 50, 50), "active-passive", True),
    ],
)
def test_priorities(ask, switch, group, priorities, strategy, wrong):
    devices = [(switch(f"sw-{index}"), priority) for index, priority in enumerate(priorities)]
    group("group", *devices, strategy=strategy)
    equal = {priority for priority in priorities if priorities.count(priority) > 1}
    names = ", ".join(device.name for device, priority in devices if priority in equal)
    assert [finding.details for finding in ask(RedundancyGroupPriority())] == ([{"members": names}] if wrong else [])


def test_equal_in_two_groups(found, switch, group):
    group("one", (switch("a"), 1), (switch("b"), 2))
    group("two", (switch("c"), 1), (switch("d"), 2))
    assert found(RedundancyGroupPriority()) == []
