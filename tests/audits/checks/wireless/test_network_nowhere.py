"""WIRELESS-NETWORK-001: which wireless networks are broadcast nowhere."""

from jobs.audits.checks.wireless import NetworkNowhere


def test_no_group(ask, make_network):
    make_network("guest", ssid="Guests")
    (finding,) = ask(NetworkNowhere())
    assert (finding.display, finding.details) == ("guest", {"SSID": "Guests"})


def test_group_disabled_and_autonomous(found, make_network, assign, managed):
    assign(make_network("on"), managed)
    make_network("off", enabled=False)
    make_network("autonomous", mode="Standalone (Autonomous)")
    assert found(NetworkNowhere()) == []
