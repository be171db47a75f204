"""DCIM-IFACE-007: which members of LAGs and bridges have addresses."""

from jobs.audits.checks.interfaces import MemberWithAddress


def test_member_of_a_lag(ask, lab, links):
    lab.address("192.0.2.10/24", links.port("a", lag=links.lag("a")))
    (finding,) = ask(MemberWithAddress())
    assert finding.display == "a eth1"
    assert finding.details == {"LAG": "ae1", "addresses": "192.0.2.10/24"}


def test_port_of_a_bridge(ask, lab, links):
    lab.address("2001:db8::1/64", links.port("a", bridge=links.port("a", "br0", type="bridge")))
    (finding,) = ask(MemberWithAddress())
    assert finding.details == {"bridge": "br0", "addresses": "2001:db8::1/64"}


def test_address_on_the_lag(ask, lab, links):
    lag = links.lag("a")
    links.port("a", lag=lag)
    lab.address("192.0.2.10/24", lag)
    assert ask(MemberWithAddress()) == []


def test_member_without_address(ask, links):
    links.port("a", lag=links.lag("a"))
    assert ask(MemberWithAddress()) == []


def test_addresses_that_the_user_may_not_view(ask, lab, links, make_user):
    lab.address("192.0.2.10/24", links.port("a", lag=links.lag("a")))
    (finding,) = ask(MemberWithAddress(), make_user("limited", {"dcim.view_interface": None}))
    assert finding.details == {"LAG": "ae1"}
