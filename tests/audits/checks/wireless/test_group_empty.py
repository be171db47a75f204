"""DCIM-CONTROLLER-003: which managed device groups have no devices."""

from jobs.audits.checks.wireless import ManagedGroupEmpty


def test_no_device(ask, managed):
    (finding,) = ask(ManagedGroupEmpty())
    assert (finding.display, finding.location, finding.details) == ("group", "EMEA / AMS01", {"controller": "wlc"})


def test_a_device(lab, found, managed):
    lab.device("ap", lab.device_type("AP"), controller_managed_device_group=managed)
    assert found(ManagedGroupEmpty()) == []


def test_a_group_below(found, make, controller, managed):
    make("dcim.controllermanageddevicegroup", name="below", controller=controller, parent=managed)
    assert found(ManagedGroupEmpty()) == ["below"]
