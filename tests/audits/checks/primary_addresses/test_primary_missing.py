"""DCIM-PRIMARY-001: which devices have no primary address, and which do not need one."""

import pytest

from jobs.audits.checks.primary_addresses import PrimaryAddressMissing


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1, interfaces=1))


def make_primary(lab, device, text, name="lo0"):
    device.primary_ip4 = lab.address(text, lab.interface(device, name))
    device.validated_save()


def test_missing(ask, switch):
    (finding,) = ask(PrimaryAddressMissing())
    assert finding.pk == str(switch.pk)
    assert finding.details == {}


def test_set(lab, found, switch):
    make_primary(lab, switch, "192.0.2.1/24")
    assert found(PrimaryAddressMissing()) == []


def test_ipv6_is_enough(lab, found, switch):
    switch.primary_ip6 = lab.address("2001:db8::1/64", switch.interfaces.first())
    switch.validated_save()
    assert found(PrimaryAddressMissing()) == []


def test_device_without_interfaces(lab, found):
    lab.device("panel", lab.device_type("Patch panel"))
    assert found(PrimaryAddressMissing()) == []


def test_interfaces_missing_although_the_type_has_them(found, switch):
    switch.interfaces.all().delete()
    assert found(PrimaryAddressMissing()) == ["switch"]


def test_interface_on_module(lab, found):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    assert found(PrimaryAddressMissing()) == []
    lab.module(chassis, lab.module_type("Supervisor", management=1))
    assert found(PrimaryAddressMissing()) == ["chassis"]


class TestCandidates:
    def test_management_before_loopback_and_no_others(self, lab, ask, switch):
        lab.address("192.0.2.3/24", lab.interface(switch, "Loopback0"))
        lab.address("192.0.2.2/32", switch.interfaces.get(mgmt_only=True))
        lab.address("2001:db8::2/64", switch.interfaces.get(mgmt_only=True))
        lab.address("192.0.2.4/24", switch.interfaces.get(name="eth 1"))
        lab.address("192.0.2.5/24", lab.interface(switch, "Vlan10"))
        (finding,) = ask(PrimaryAddressMissing())
        expected = "192.0.2.2/32 on mgmt 1, 2001:db8::2/64 on mgmt 1, 192.0.2.3/24 on Loopback0"
        assert finding.details == {"candidates": expected}

    def test_others_where_there_are_none_of_these(self, lab, ask, switch):
        lab.address("192.0.2.4/24", switch.interfaces.get(name="eth 1"))
        (finding,) = ask(PrimaryAddressMissing())
        assert finding.details == {"candidates": "192.0.2.4/24 on eth 1"}

    def test_on_module(self, lab, ask):
        chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
        module = lab.module(chassis, lab.module_type("Supervisor", management=1))
        lab.address("192.0.2.2/24", module.interfaces.get())
        (finding,) = ask(PrimaryAddressMissing())
        assert finding.details == {"candidates": "192.0.2.2/24 on 1/mgmt 1"}

    def test_of_other_members_of_the_stack(self, lab, ask, switch):
        member = lab.device("member", switch.device_type)
        lab.stack(switch, member)
        lab.address("192.0.2.2/24", member.interfaces.get(mgmt_only=True))
        (finding,) = ask(PrimaryAddressMissing())
        assert finding.details == {"candidates": "192.0.2.2/24 on mgmt 1"}

    def test_of_other_devices_are_none(self, lab, ask, switch):
        other = lab.device("other", switch.device_type)
        make_primary(lab, other, "192.0.2.2/24")
        (finding,) = ask(PrimaryAddressMissing())
        assert finding.details == {}

    def test_the_first_five_are_named(self, lab, ask, switch):
        for number in range(1, 8):
            lab.address(f"192.0.2.{number}/24", lab.interface(switch, f"lo{number}"))
        (finding,) = ask(PrimaryAddressMissing())
        assert finding.details["candidates"].endswith("192.0.2.5/24 on lo5, 2 more")

    def test_those_that_the_user_may_not_view_are_left_out(self, lab, ask, make_user, switch):
        lab.address("192.0.2.2/24", switch.interfaces.get(mgmt_only=True))
        (finding,) = ask(PrimaryAddressMissing(), make_user("limited", {"dcim.view_device": None}))
        assert finding.details == {}


class TestVirtualChassis:
    @pytest.fixture
    def member(self, lab, switch):
        member = lab.device("member", switch.device_type)
        lab.stack(switch, member)
        return member

    def test_reported_once_on_the_master(self, found, member):
        assert found(PrimaryAddressMissing()) == ["switch"]

    @pytest.mark.parametrize("name", ["switch", "member"])
    def test_one_among_all_members_is_enough(self, lab, found, member, name):
        from nautobot.dcim.models import Device

        make_primary(lab, Device.objects.get(name=name), "192.0.2.1/24")
        assert found(PrimaryAddressMissing()) == []
