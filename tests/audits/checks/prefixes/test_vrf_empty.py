"""IPAM-VRF-001: which VRFs have no prefixes."""

import pytest

from jobs.audits.checks.prefixes import VrfEmpty


@pytest.fixture
def vrf(lab):
    from nautobot.ipam.models import VRF

    vrf = VRF(name="dmz", rd="65000:1", namespace=lab.namespace(), status=lab.active)
    vrf.validated_save()
    return vrf


def test_empty(ask, vrf):
    (finding,) = ask(VrfEmpty())
    assert (finding.pk, finding.display) == (str(vrf.pk), "dmz")
    assert finding.details == {"namespace": "Global", "route distinguisher": "65000:1"}


def test_on_devices(lab, ask, vrf):
    vrf.add_device(lab.device("switch", lab.device_type("Switch")))
    (finding,) = ask(VrfEmpty())
    assert finding.details["devices"] == "1"


def test_with_a_prefix(lab, found, vrf):
    vrf.add_prefix(lab.prefix("10.0.1.0/24"))
    assert found(VrfEmpty()) == []
