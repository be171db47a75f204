"""DCIM-PLATFORM-001: which platforms nothing runs."""

import pytest

from jobs.audits.checks.hygiene import UnusedPlatform


@pytest.fixture
def platform(make):
    return make("dcim.platform", name="IOS")


def test_nothing_runs_it(found, platform):
    assert found(UnusedPlatform()) == ["IOS"]


def test_a_device_runs_it(lab, found, platform, switch):
    lab.force(switch, platform=platform)
    assert found(UnusedPlatform()) == []


def test_it_has_a_software_version(lab, found, make, platform):
    make("dcim.softwareversion", platform=platform, version="1", status=lab.active)
    assert found(UnusedPlatform()) == []


def test_a_config_context_asks_for_it(found, platform, config_context):
    config_context.platforms.add(platform)
    assert found(UnusedPlatform()) == []
