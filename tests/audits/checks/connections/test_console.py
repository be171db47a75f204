"""DCIM-CONSOLE-001: which devices have no console connection, and which do not need one."""

import pytest

from jobs.audits.checks.connections import ConsoleConnection


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", console=1))


@pytest.fixture
def server_ports(lab):
    return list(lab.console_server().console_server_ports.order_by("name"))


def test_port_without_cable(ask, switch):
    (finding,) = ask(ConsoleConnection())
    assert (finding.pk, finding.display) == (str(switch.pk), "switch")
    assert (finding.location, finding.role) == ("EMEA / AMS01", "Switch")
    assert finding.url == switch.get_absolute_url()
    assert "has a cable" in finding.message
    assert finding.details == {"ports": "Console 1"}


def test_connected(lab, found, switch, server_ports):
    lab.cable(switch.console_ports.get(), server_ports[0])
    assert found(ConsoleConnection()) == []


def test_one_port_of_two_is_enough(lab, found, server_ports):
    device = lab.device("router", lab.device_type("Router", console=2))
    lab.cable(device.console_ports.last(), server_ports[0])
    assert found(ConsoleConnection()) == []


def test_cable_with_a_loose_end(lab, ask, switch):
    lab.loose_cable(switch.console_ports.get())
    (finding,) = ask(ConsoleConnection())
    assert "does not end" in finding.message


def test_planned_cable(lab, ask, switch, server_ports):
    lab.cable(switch.console_ports.get(), server_ports[0], status="Planned")
    (finding,) = ask(ConsoleConnection())
    assert "status Connected" in finding.message


def test_missing_cable_path_is_not_a_missing_cable(lab, found, switch, server_ports):
    from nautobot.dcim.models import CablePath

    cable = lab.cable(switch.console_ports.get(), server_ports[0])
    CablePath.objects.all().delete()
    assert found(ConsoleConnection()) == []
    lab.force(cable, status=lab.status("Planned"))
    assert found(ConsoleConnection()) == ["switch"]


def test_port_missing_although_the_type_has_one(ask, switch):
    switch.console_ports.all().delete()
    (finding,) = ask(ConsoleConnection())
    assert "has no console port" in finding.message
    assert finding.details == {}


def test_passive_device(lab, found):
    lab.device("panel", lab.device_type("Patch panel"))
    assert found(ConsoleConnection()) == []


def test_through_patch_panel(lab, found, switch, server_ports):
    from nautobot.dcim.models import FrontPort, RearPort

    panels = [lab.device(name, lab.device_type(name)) for name in ("left", "right")]
    fronts, rears = [], []
    for panel in panels:
        rears.append(RearPort(device=panel, name="Rear", type="8p8c"))
        rears[-1].validated_save()
        fronts.append(FrontPort(device=panel, name="Front", type="8p8c", rear_port=rears[-1], rear_port_position=1))
        fronts[-1].validated_save()
    lab.cable(switch.console_ports.get(), fronts[0])
    trunk = lab.cable(*rears)
    lab.cable(fronts[1], server_ports[0])
    assert found(ConsoleConnection()) == []

    trunk.status = lab.status("Planned")
    trunk.validated_save()
    assert found(ConsoleConnection()) == ["switch"]


class TestModules:
    @pytest.fixture
    def chassis(self, lab):
        chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
        lab.module(chassis, lab.module_type("Supervisor", console=1))
        return chassis

    def test_port_on_module(self, ask, chassis):
        (finding,) = ask(ConsoleConnection())
        assert finding.details == {"ports": "1/Console 1"}

    def test_port_on_module_connected(self, lab, found, chassis, server_ports):
        lab.cable(chassis.all_console_ports.get(), server_ports[0])
        assert found(ConsoleConnection()) == []

    def test_port_on_module_missing(self, ask, chassis):
        chassis.all_console_ports.delete()
        (finding,) = ask(ConsoleConnection())
        assert "has no console port" in finding.message

    def test_port_on_module_in_a_module(self, lab, found, chassis, server_ports):
        from nautobot.dcim.models import ConsolePort, Module, ModuleBay

        chassis.all_console_ports.delete()
        supervisor = chassis.all_modules.get()
        bay = ModuleBay(parent_module=supervisor, name="Inner")
        bay.validated_save()
        inner = Module(module_type=lab.module_type("Daughter"), parent_module_bay=bay, status=lab.active)
        inner.validated_save()
        port = ConsolePort(module=inner, name="Console")
        port.validated_save()
        assert found(ConsoleConnection()) == ["chassis"]
        lab.cable(port, server_ports[0])
        assert found(ConsoleConnection()) == []


class TestVirtualChassis:
    @pytest.fixture
    def members(self, lab, switch):
        members = [switch, lab.device("member-2", switch.device_type), lab.device("member-3", switch.device_type)]
        lab.stack(*members)
        return members

    def test_reported_once_on_the_master(self, found, members):
        assert found(ConsoleConnection()) == ["switch"]

    def test_any_member_will_do(self, lab, found, members, server_ports):
        lab.cable(members[2].console_ports.get(), server_ports[0])
        assert found(ConsoleConnection()) == []

    def test_only_members_have_ports(self, found, members):
        from nautobot.dcim.models import ConsolePortTemplate

        ConsolePortTemplate.objects.all().delete()
        members[0].console_ports.all().delete()
        assert found(ConsoleConnection()) == ["switch"]

    def test_without_master_each_member_is_reported(self, lab, found, members):
        lab.force(members[0].virtual_chassis, master=None)
        assert found(ConsoleConnection()) == ["member-2", "member-3", "switch"]

    def test_other_stacks_do_not_help(self, lab, found, members, server_ports):
        other = lab.device("other", members[0].device_type)
        lab.stack(other)
        lab.cable(other.console_ports.get(), server_ports[0])
        assert found(ConsoleConnection()) == ["switch"]
