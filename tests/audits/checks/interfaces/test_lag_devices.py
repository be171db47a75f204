"""DCIM-LINK-007: which LAGs lead to devices that do not belong together."""

import pytest

from jobs.audits.checks.interfaces import LagToSeveralDevices


@pytest.fixture
def lag(links):
    """A LAG with one member to each of two devices."""
    lag = links.lag("a")
    for index, far in enumerate(("b", "c"), 1):
        links.join(links.port("a", f"eth{index}", lag=lag), links.port(far))
    return lag


def test_two_devices(ask, lag):
    (finding,) = ask(LagToSeveralDevices())
    assert (finding.pk, finding.display) == (str(lag.pk), "a ae1")
    assert finding.details == {"far devices": "b, c"}


def test_one_device(ask, links):
    links.bundle("a", "b")
    assert ask(LagToSeveralDevices()) == []


def test_stack(ask, lab, links, lag):
    lab.stack(links.devices["b"], links.devices["c"])
    assert ask(LagToSeveralDevices()) == []


def test_two_stacks(ask, lab, links, lag):
    links.port("d")
    lab.stack(links.devices["b"], links.devices["d"])
    assert len(ask(LagToSeveralDevices())) == 1


def test_redundancy_group(ask, lab, links, lag):
    from nautobot.dcim.models import DeviceRedundancyGroup

    group = DeviceRedundancyGroup(name="pair", status=lab.active)
    group.validated_save()
    for name in "bc":
        lab.force(links.devices[name], device_redundancy_group=group)
    assert ask(LagToSeveralDevices()) == []


def test_peer_link(ask, links, lag):
    links.join(links.port("b", "peer"), links.port("c", "peer"))
    assert ask(LagToSeveralDevices()) == []


def test_third_device(ask, links, lag):
    links.join(links.port("b", "peer"), links.port("c", "peer"))
    links.join(links.port("a", "eth3", lag=lag), links.port("d"))
    (finding,) = ask(LagToSeveralDevices())
    assert finding.details == {"far devices": "b, c, d"}


def test_members_without_cables(ask, links):
    links.port("a", lag=links.lag("a"))
    assert ask(LagToSeveralDevices()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, make_user, lag):
    user = make_user("limited", {"dcim.view_interface": None, "dcim.view_device": {"name": "b"}})
    (finding,) = ask(LagToSeveralDevices(), user)
    assert finding.details == {"far devices": "b"}
