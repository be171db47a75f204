"""WIRELESS-NETWORK-002: which wireless networks have no VLAN."""

from jobs.audits.checks.wireless import NetworkWithoutVLAN


def test_no_vlan(ask, make_network, assign, managed):
    assign(make_network("guest"), managed)
    (finding,) = ask(NetworkWithoutVLAN())
    assert (finding.display, finding.details) == ("guest", {"SSID": "guest", "groups": "group"})


def test_a_vlan_in_one_group_only(lab, ask, make, make_network, assign, controller, managed):
    network = make_network("guest")
    assign(network, managed, vlan=make("ipam.vlan", name="guest", vid=104, status=lab.active))
    assert ask(NetworkWithoutVLAN()) == []
    assign(network, make("dcim.controllermanageddevicegroup", name="other", controller=controller))
    assert ask(NetworkWithoutVLAN())[0].details["groups"] == "other"


def test_mesh_and_disabled(found, make_network, assign, managed):
    assign(make_network("backhaul", mode="Mesh"), managed)
    assign(make_network("off", enabled=False), managed)
    make_network("nowhere")
    assert found(NetworkWithoutVLAN()) == []


def test_groups_that_the_user_may_not_view_are_not_named(ask, make_user, make_network, assign, managed):
    assign(make_network("guest"), managed)
    (finding,) = ask(NetworkWithoutVLAN(), make_user("limited", {"wireless.view_wirelessnetwork": None}))
    assert "groups" not in finding.details
