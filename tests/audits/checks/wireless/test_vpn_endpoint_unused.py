"""VPN-ENDPOINT-001: which ends are of no tunnel."""

from jobs.audits.checks.wireless import VPNEndpointUnused


def test_with_and_without_a_tunnel(lab, ask, make, make_endpoint, firewall):
    endpoint = make_endpoint(firewall)
    assert [finding.pk for finding in ask(VPNEndpointUnused())] == [str(endpoint.pk)]
    make("vpn.vpntunnel", name="tunnel", status=lab.active, endpoint_z=endpoint)
    assert ask(VPNEndpointUnused()) == []
