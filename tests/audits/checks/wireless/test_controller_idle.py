"""DCIM-CONTROLLER-002: which controllers manage nothing."""

from jobs.audits.checks.wireless import ControllerIdle


def test_no_group_and_an_empty_group(found, make, controller):
    assert found(ControllerIdle()) == ["wlc"]
    make("dcim.controllermanageddevicegroup", name="group", controller=controller)
    assert found(ControllerIdle()) == ["wlc"]


def test_a_device(lab, found, managed):
    lab.device("ap", lab.device_type("AP"), controller_managed_device_group=managed)
    assert found(ControllerIdle()) == []


def test_planned(lab, found, controller):
    lab.force(controller, status=lab.status("Planned"))
    assert found(ControllerIdle()) == []
