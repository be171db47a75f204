"""IPAM-ROUTETARGET-001: which route targets no VRF uses."""

import pytest

from jobs.audits.checks.prefixes import RouteTargetUnused


@pytest.fixture
def target(db):
    from nautobot.ipam.models import RouteTarget

    target = RouteTarget(name="65000:1", description="DMZ")
    target.validated_save()
    return target


def test_unused(ask, target):
    (finding,) = ask(RouteTargetUnused())
    assert (finding.pk, finding.display) == (str(target.pk), "65000:1")
    assert finding.details == {"description": "DMZ"}


@pytest.mark.parametrize("direction", ["import_targets", "export_targets"])
def test_used(lab, found, target, direction):
    from nautobot.ipam.models import VRF

    vrf = VRF(name="dmz", namespace=lab.namespace(), status=lab.active)
    vrf.validated_save()
    getattr(vrf, direction).add(target)
    assert found(RouteTargetUnused()) == []
