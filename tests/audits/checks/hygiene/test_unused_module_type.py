"""DCIM-MODULETYPE-001: which module types have no module."""

from jobs.audits.checks.hygiene import UnusedModuleType


def test_no_module(lab, found):
    lab.module_type("old", console=1, management=1)
    assert found(UnusedModuleType()) == ["Maker old"]


def test_a_module(lab, found):
    lab.module(lab.device("switch", lab.device_type("Switch", bays=1)), lab.module_type("new"))
    assert found(UnusedModuleType()) == []
