"""DCIM-LINK-001: which links have two MTUs."""

import pytest

from jobs.audits.checks.interfaces import LinkMtu

BOTH = [["a eth1", "b eth1"]]


@pytest.fixture
def pair(links):
    return links.port("a", mtu=1500), links.port("b", mtu=9100)


def test_different(links, link_findings, ends_of, pair):
    links.join(*pair)
    findings = link_findings(LinkMtu())
    assert ends_of(findings) == BOTH
    (finding,) = findings
    assert {finding.details["MTU"], finding.details["far MTU"]} == {"1500", "9100"}
    assert {finding.pk, finding.key} == {str(port.pk) for port in pair}
    assert finding.pk < finding.key
    assert finding.location == "EMEA / AMS01"


def test_equal(lab, links, link_findings, pair):
    links.join(*pair)
    lab.force(pair[1], mtu=1500)
    assert link_findings(LinkMtu()) == []


@pytest.mark.parametrize(("mtu", "wrong"), [(1514, False), (1518, False), (1522, False), (1508, True), (1486, False)])
def test_ethernet_header_counted_in(lab, links, link_findings, pair, mtu, wrong):
    links.join(*pair)
    lab.force(pair[1], mtu=mtu)
    assert len(link_findings(LinkMtu())) == wrong
    assert len(link_findings(LinkMtu(headers=()))) == 1


def test_unknown_at_one_end(lab, links, link_findings, pair):
    links.join(*pair)
    lab.force(pair[1], mtu=None)
    assert link_findings(LinkMtu()) == []


def test_without_cable(link_findings, pair):
    assert link_findings(LinkMtu()) == []


def test_over_a_patch_panel(links, link_findings, ends_of, pair):
    links.over_panel(*pair)
    assert ends_of(link_findings(LinkMtu())) == BOTH


def test_over_a_circuit(links, link_findings, ends_of, pair):
    links.over_circuit(*pair)
    assert ends_of(link_findings(LinkMtu())) == BOTH


def test_planned_link(links, link_findings, ends_of, pair):
    links.join(*pair, status="Planned")
    assert ends_of(link_findings(LinkMtu())) == BOTH


@pytest.mark.parametrize("what", ["cable", "interface", "device"])
def test_link_that_is_about_to_go(lab, links, link_findings, pair, what):
    cable = links.join(*pair)
    going = {"cable": cable, "interface": pair[0], "device": links.devices["b"]}[what]
    lab.force(going, status=lab.status("Decommissioning"))
    assert link_findings(LinkMtu()) == []
    assert len(link_findings(LinkMtu(exempt_statuses=()))) == 1


def test_port_on_a_module_of_a_device_that_is_about_to_go(lab, links, link_findings, pair):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    lab.module(chassis, lab.module_type("Card", management=1))
    (port,) = type(pair[0]).objects.filter(module__isnull=False)
    links.join(pair[0], port)
    lab.force(port, mtu=1400)
    assert len(link_findings(LinkMtu())) == 1
    lab.force(chassis, status=lab.status("Decommissioning"))
    assert link_findings(LinkMtu()) == []
    assert len(link_findings(LinkMtu(exempt_statuses=()))) == 1


def test_disabled_end(lab, links, link_findings, pair):
    links.join(*pair)
    lab.force(pair[0], enabled=False)
    assert link_findings(LinkMtu()) == []


def test_members_of_lags_are_judged_by_their_lags(lab, links, link_findings, ends_of):
    lags = links.bundle("a", "b", mtu=9100)
    lab.force(lags[0].member_interfaces.first(), mtu=1500)
    assert link_findings(LinkMtu()) == []
    lab.force(lags[0], mtu=1500)
    assert ends_of(link_findings(LinkMtu())) == [["a ae1", "b ae1"]]


def test_lags_of_other_pairs(lab, links, link_findings):
    links.bundle("a", "b", mtu=9100)
    links.bundle("c", "d", mtu=1500)
    assert link_findings(LinkMtu()) == []


@pytest.mark.parametrize("index", [0, 1])
def test_only_one_end_in_scope(links, link_findings, ends_of, pair, index):
    from nautobot.dcim.models import Interface

    links.join(*pair)
    (finding,) = link_findings(LinkMtu(), objects=Interface.objects.filter(pk=pair[index].pk))
    assert finding.pk == str(pair[index].pk)
    assert finding.key == str(pair[1 - index].pk)


def test_far_end_that_the_user_may_not_view(links, link_findings, make_user, pair):
    links.join(*pair)
    low = min(pair, key=lambda port: str(port.pk))
    user = make_user("limited", {"dcim.view_interface": {"pk": str(low.pk)}, "dcim.view_device": None})
    (finding,) = link_findings(LinkMtu(), user)
    assert finding.details == {"MTU": str(low.mtu)}


def test_breakout(lab, links, link_findings, pair):
    from nautobot.dcim import models

    if not hasattr(models, "CableType"):
        pytest.skip("this Nautobot knows no breakout cables")
    kind = models.CableType(name="fan", a_connectors=1, b_connectors=2, total_lanes=2)
    kind.validated_save()
    models.Cable(
        status=lab.status("Connected"), cable_type=kind, termination_a=pair[0], termination_b=pair[1]
    ).validated_save()
    assert link_findings(LinkMtu()) == []
