"""DCIM-CONTROLLER-001: which controllers run nowhere."""

from jobs.audits.checks.wireless import ControllerAlone


def test_alone(ask, controller):
    (finding,) = ask(ControllerAlone())
    assert (finding.display, finding.location) == ("wlc", "EMEA / AMS01")


def test_on_a_device(lab, found, controller):
    lab.force(controller, controller_device=lab.device("wlc-01", lab.device_type("WLC")))
    assert found(ControllerAlone()) == []


def test_on_a_redundancy_group(lab, found, make, controller):
    group = make("dcim.deviceredundancygroup", name="wlc", status=lab.active)
    lab.force(controller, controller_device_redundancy_group=group)
    assert found(ControllerAlone()) == []


def test_in_a_cloud(lab, found, make, controller):
    integration = make("extras.externalintegration", name="cloud", remote_url="https://example.com")
    lab.force(controller, external_integration=integration)
    assert found(ControllerAlone()) == []


def test_planned(lab, found, controller):
    lab.force(controller, status=lab.status("Planned"))
    assert found(ControllerAlone()) == []
