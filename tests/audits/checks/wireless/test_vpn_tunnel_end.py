"""VPN-TUNNEL-001: which VPN tunnels lack an end."""

from jobs.audits.checks.wireless import VPNTunnelEnd


def test_one_end_missing(lab, ask, make, make_endpoint, firewall):
    make("vpn.vpntunnel", name="tunnel", status=lab.active, endpoint_a=make_endpoint(firewall))
    (finding,) = ask(VPNTunnelEnd())
    assert (finding.display, finding.details) == ("tunnel", {"missing": "Z"})


def test_both_ends_missing(lab, ask, make):
    make("vpn.vpntunnel", name="tunnel", status=lab.active)
    assert ask(VPNTunnelEnd())[0].details == {"missing": "A, Z"}


def test_a_partner(lab, found, make, make_endpoint, firewall):
    ends = {"endpoint_a": make_endpoint(firewall), "endpoint_z": make_endpoint(fqdn="vpn.example.com")}
    make("vpn.vpntunnel", name="tunnel", status=lab.active, **ends)
    assert found(VPNTunnelEnd()) == []


def test_not_active(lab, found, make):
    tunnel = make("vpn.vpntunnel", name="tunnel", status=lab.active)
    lab.force(tunnel, status=lab.status("Decommissioned"))
    assert found(VPNTunnelEnd()) == []
