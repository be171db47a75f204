"""DCIM-IFACE-006: which disabled interfaces have addresses."""

import pytest

from jobs.audits.checks.interfaces import DisabledWithAddress


def test_disabled(ask, lab, links):
    port = links.port("a", enabled=False)
    lab.address("192.0.2.10/24", port)
    lab.address("192.0.2.9/24", port)
    (finding,) = ask(DisabledWithAddress())
    assert finding.display == "a eth1"
    assert finding.details == {"addresses": "192.0.2.9/24, 192.0.2.10/24"}


def test_enabled(ask, lab, links):
    lab.address("192.0.2.10/24", links.port("a"))
    assert ask(DisabledWithAddress()) == []


def test_without_address(ask, links):
    links.port("a", enabled=False)
    assert ask(DisabledWithAddress()) == []


@pytest.mark.parametrize("status", ["Reserved", "Deprecated"])
def test_address_not_in_use(ask, lab, links, status):
    lab.address("192.0.2.10/24", links.port("a", enabled=False), status=status)
    assert ask(DisabledWithAddress()) == []


def test_addresses_that_the_user_may_not_view(ask, lab, links, make_user):
    lab.address("192.0.2.10/24", links.port("a", enabled=False))
    (finding,) = ask(DisabledWithAddress(), make_user("limited", {"dcim.view_interface": None}))
    assert finding.details == {}
