"""DCIM-DEVICE-007: which devices have no platform."""

from jobs.audits.checks.devices import PlatformMissing


def test_platform(lab, found, switch):
    from nautobot.dcim.models import Platform

    switch("with", platform=Platform.objects.create(name="OS"))
    switch("without")
    assert found(PlatformMissing()) == ["without"]


def test_passive(lab, found, panel):
    panel("panel")
    lab.device("plain PDU", lab.device_type("PDU", power=1))
    assert found(PlatformMissing()) == []


def test_interfaces_that_the_type_does_not_have(lab, found, panel):
    lab.interface(panel("box"), "eth0")
    assert found(PlatformMissing()) == ["box"]


def test_interfaces_on_modules(lab, found):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    lab.module(chassis, lab.module_type("Supervisor", management=1))
    assert found(PlatformMissing()) == ["chassis"]
