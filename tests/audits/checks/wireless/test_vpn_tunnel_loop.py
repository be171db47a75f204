"""VPN-TUNNEL-002: which VPN tunnels end where they begin."""

from jobs.audits.checks.wireless import VPNTunnelLoop


def test_one_device(lab, found, make, make_endpoint, firewall):
    ends = {"endpoint_a": make_endpoint(firewall), "endpoint_z": make_endpoint(firewall)}
    make("vpn.vpntunnel", name="tunnel", status=lab.active, **ends)
    assert found(VPNTunnelLoop()) == ["tunnel"]


def test_two_devices_and_names(lab, found, make, make_endpoint, firewall):
    other = lab.device("fw-2", firewall.device_type)
    ends = {"endpoint_a": make_endpoint(firewall), "endpoint_z": make_endpoint(other)}
    make("vpn.vpntunnel", name="one", status=lab.active, **ends)
    ends = {"endpoint_a": make_endpoint(fqdn="a.example.com"), "endpoint_z": make_endpoint(fqdn="z.example.com")}
    make("vpn.vpntunnel", name="two", status=lab.active, **ends)
    make("vpn.vpntunnel", name="three", status=lab.active)
    assert found(VPNTunnelLoop()) == []
