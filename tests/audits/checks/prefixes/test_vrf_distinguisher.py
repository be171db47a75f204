"""IPAM-VRF-002: which VRFs share their route distinguisher."""

import pytest

from jobs.audits.checks.prefixes import VrfDistinguisher


@pytest.fixture
def make(lab):
    from nautobot.ipam.models import VRF

    def run(name, rd, namespace="Global"):
        vrf = VRF(name=name, rd=rd, namespace=lab.namespace(namespace), status=lab.active)
        vrf.validated_save()
        return vrf

    return run


def test_shared(ask, make):
    make("dmz", "65000:1")
    make("guest", "65000:1", "Guest")
    findings = ask(VrfDistinguisher())
    assert [finding.display for finding in findings] == ["dmz", "guest"]
    assert findings[0].details == {"namespace": "Global", "VRFs": "guest"}


def test_same_name(found, make):
    make("dmz", "65000:1")
    make("DMZ", "65000:1", "Guest")
    assert found(VrfDistinguisher()) == []


def test_different(found, make):
    make("dmz", "65000:1")
    make("guest", "65000:2", "Guest")
    assert found(VrfDistinguisher()) == []


def test_none(found, make):
    make("dmz", None)
    make("guest", None)
    assert found(VrfDistinguisher()) == []


def test_the_other_is_not_named_to_those_who_may_not_view_it(ask, make_user, make):
    make("dmz", "65000:1")
    make("guest", "65000:1", "Guest")
    user = make_user("limited", {"ipam.view_vrf": {"name": "dmz"}, "ipam.view_namespace": None})
    assert {finding.display: finding.details.get("VRFs") for finding in ask(VrfDistinguisher(), user)} == {
        "dmz": None,
        "guest": "dmz",
    }
