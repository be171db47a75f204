"""WIRELESS-NETWORK-003: which wireless networks have a forbidden authentication."""

from jobs.audits.checks.wireless import NetworkAuthentication


def test_off_unless_something_is_forbidden():
    assert NetworkAuthentication().idle()


def test_forbidden(ask, found, make_network):
    make_network("guest", authentication="Open")
    make_network("corporate")
    make_network("off", authentication="Open", enabled=False)
    (finding,) = ask(NetworkAuthentication(forbidden=("Open",)))
    assert (finding.display, finding.details["authentication"]) == ("guest", "Open")
    assert found(NetworkAuthentication(forbidden=("Open",), except_ssids=("guest",))) == []
