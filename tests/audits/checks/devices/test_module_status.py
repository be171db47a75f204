"""DCIM-DEVICE-013: which modules contradict their devices."""

import pytest

from jobs.audits.checks.devices import ModuleStatus


@pytest.mark.parametrize(
    ("device", "module", "wrong"),
    [
        ("Active", "Active", False),
        ("Active", "Planned", False),
        ("Active", "Failed", False),
        ("Active", "Inventory", True),
        ("Inventory", "Inventory", False),
        ("Inventory", "Active", True),
        ("Planned", "Active", True),
        ("Planned", "Planned", False),
        ("Decommissioning", "Active", False),
    ],
)
def test_pairs(lab, ask, device, module, wrong):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1), status=lab.status(device))
    lab.force(lab.module(chassis, lab.module_type("Card")), status=lab.status(module))
    findings = ask(ModuleStatus())
    assert [finding.details for finding in findings] == ([{"module": module, "device": device}] if wrong else [])


def test_in_stock(lab, found):
    from nautobot.dcim.models import Module

    stock = Module(module_type=lab.module_type("Card"), location=lab.site, status=lab.status("Inventory"))
    stock.validated_save()
    assert found(ModuleStatus()) == []
