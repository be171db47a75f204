"""WIRELESS-NETWORK-004: which wireless networks of one SSID differ in authentication."""

from jobs.audits.checks.wireless import NetworkSSID


def test_differ(ask, make_network):
    make_network("one", ssid="corp")
    make_network("two", ssid="corp", authentication="WPA2 Personal")
    findings = ask(NetworkSSID())
    assert [(finding.display, finding.details["others"]) for finding in findings] == [("one", "two"), ("two", "one")]


def test_alike_other_ssid_and_disabled(found, make_network):
    make_network("one", ssid="corp")
    make_network("two", ssid="corp")
    make_network("three", ssid="guest", authentication="Open")
    make_network("four", ssid="corp", authentication="Open", enabled=False)
    assert found(NetworkSSID()) == []


def test_others_that_the_user_may_not_view_are_not_named(ask, make_user, make_network):
    make_network("one", ssid="corp")
    make_network("two", ssid="corp", authentication="Open")
    user = make_user("limited", {"wireless.view_wirelessnetwork": {"name": "one"}})
    assert all("others" not in finding.details or finding.display == "two" for finding in ask(NetworkSSID(), user))
