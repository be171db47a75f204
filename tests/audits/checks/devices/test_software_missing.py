"""DCIM-DEVICE-008: which devices have no software version."""

import pytest

from jobs.audits.checks.devices import SoftwareMissing


@pytest.fixture
def platform(db):
    from nautobot.dcim.models import Platform

    return Platform.objects.create(name="OS")


@pytest.fixture
def version(lab, platform):
    from nautobot.dcim.models import SoftwareVersion

    return SoftwareVersion.objects.create(platform=platform, version="1.0", status=lab.status("Active"))


def test_others_have_one(ask, switch, platform, version):
    switch("with", platform=platform, software_version=version)
    switch("without", platform=platform)
    (finding,) = ask(SoftwareMissing())
    assert (finding.display, finding.details) == ("without", {"platform": "OS"})


def test_none_has_one(found, switch, platform):
    switch("a", platform=platform)
    switch("b", platform=platform)
    assert found(SoftwareMissing()) == []


def test_others_are_something_else(lab, found, switch, platform, version):
    switch("with", platform=platform, software_version=version)
    switch("other role", platform=platform, role=lab.make_role("PDU"))
    switch("no platform")
    assert found(SoftwareMissing()) == []


def test_not_built(lab, found, switch, platform, version):
    switch("with", platform=platform, software_version=version)
    switch("planned", platform=platform, status=lab.status("Planned"))
    assert found(SoftwareMissing()) == []
