"""VIRTUALIZATION-VM-003: which virtual machines have no primary address."""

from jobs.audits.checks.virtualization import MachinePrimaryMissing


def test_missing(lab, ask):
    machine = lab.machine("vm", "eth0")
    lab.address("2001:db8::1/64", machine.interfaces.get())
    lab.address("192.0.2.1/24", machine.interfaces.get())
    (finding,) = ask(MachinePrimaryMissing())
    assert (finding.pk, finding.key) == (str(machine.pk), "")
    assert finding.details == {"candidates": "192.0.2.1/24 on eth0, 2001:db8::1/64 on eth0"}


def test_one_family_will_do(lab, found):
    machine = lab.machine("vm", "eth0")
    lab.address("192.0.2.1/24", machine.interfaces.get())
    machine.primary_ip6 = lab.address("2001:db8::1/64", machine.interfaces.get())
    machine.validated_save()
    assert found(MachinePrimaryMissing()) == []


def test_without_address_is_another_check(lab, found):
    lab.machine("vm", "eth0")
    lab.machine("other")
    assert found(MachinePrimaryMissing()) == []


def test_many_candidates(lab, ask):
    machine = lab.machine("vm", "eth0")
    for host in range(1, 8):
        lab.address(f"192.0.2.{host}/24", machine.interfaces.get())
    (finding,) = ask(MachinePrimaryMissing())
    assert finding.details["candidates"].endswith("192.0.2.5/24 on eth0, 2 more")


def test_addresses_that_the_user_may_not_view_are_not_named(lab, ask, make_user):
    lab.address("192.0.2.1/24", lab.machine("vm", "eth0").interfaces.get())
    (finding,) = ask(MachinePrimaryMissing(), make_user("limited", {"virtualization.view_virtualmachine": None}))
    assert finding.details == {}
