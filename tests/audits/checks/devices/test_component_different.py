"""DCIM-COMPONENT-003: which devices have ports of another type."""

from jobs.audits.checks.devices import ComponentDifferent


def test_types(lab, ask, switch):
    switch("right")
    lab.force(switch("wrong").interfaces.get(name="eth 2"), type="10gbase-t")
    (finding,) = ask(ComponentDifferent())
    assert (finding.display, finding.details) == ("wrong", {"interfaces": "eth 2"})


def test_cages_take_anything(lab, found, switch, switch_type):
    switch_type.interface_templates.update(type="10gbase-x-sfpp")
    lab.force(switch("sw-1").interfaces.get(name="eth 1"), type="1000base-t")
    assert found(ComponentDifferent()) == []


def test_templates_without_type(lab, found):
    from nautobot.dcim.models import ConsolePort

    device_type = lab.device_type("Server", console=1)
    device = lab.device("srv-1", device_type)
    lab.force(device.console_ports.get(), type="rj-45")
    assert found(ComponentDifferent()) == []
    device_type.console_port_templates.update(type="usb-a")
    assert found(ComponentDifferent()) == ["srv-1"]
    ConsolePort.objects.update(type="usb-a")
    assert found(ComponentDifferent()) == []


def test_ports_of_other_names(lab, found, switch):
    lab.interface(switch("sw-1"), "eth 3", type="10gbase-t")
    assert found(ComponentDifferent()) == []
