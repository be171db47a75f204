"""Severities are ordered, findings are plain values with a fingerprint, and stand for their object in a log line."""

import dataclasses

import pytest

from jobs.toolkit.findings import Finding, Severity

FINDING = Finding(
    check="DCIM-TEST-001",
    severity=Severity.HIGH,
    model="dcim.device",
    pk="00000000-0000-0000-0000-000000000001",
    display="ams01-core-01",
    url="/dcim/devices/1/",
    location="EMEA / AMS01",
    role="Core",
    message="Something is wrong.",
)


def test_severities_are_ordered():
    assert [severity.label for severity in sorted(Severity)] == ["info", "low", "medium", "high", "critical"]
    assert Severity.CRITICAL > Severity.HIGH


def test_severity_by_label():
    assert Severity.from_label("high") is Severity.HIGH
    with pytest.raises(KeyError):
        Severity.from_label("grave")


def test_stands_for_its_object():
    assert str(FINDING) == "ams01-core-01"
    assert FINDING.get_absolute_url() == "/dcim/devices/1/"


def test_is_a_value():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FINDING.message = "Something else."


@pytest.mark.parametrize(
    "change",
    [
        {"display": "renamed"},
        {"message": "Only 1 of 3 connected."},
        {"severity": Severity.LOW},
        {"location": "EMEA / LON01", "role": "Edge"},
        {"details": {"ports": "PSU 1"}},
    ],
)
def test_fingerprint_ignores_what_may_change(change):
    assert dataclasses.replace(FINDING, **change).fingerprint == FINDING.fingerprint


@pytest.mark.parametrize("change", [{"check": "DCIM-TEST-002"}, {"model": "dcim.rack"}, {"pk": "2"}, {"key": "PSU 2"}])
def test_fingerprint_tells_findings_apart(change):
    assert dataclasses.replace(FINDING, **change).fingerprint != FINDING.fingerprint


def test_fingerprint_is_for_good():
    """Waivers and comparisons live by it: this test may not be changed, only the code that breaks it."""
    assert FINDING.fingerprint == "e248254dba45472ad3f5"
