"""IPAM-ADDRESS-013: which active addresses belong to retired devices."""

import pytest

from jobs.audits.checks.addresses import AddressOfRetiredDevice


@pytest.fixture
def ports(lab):
    lab.prefix("10.0.1.0/24")
    kind = lab.device_type("Switch", management=1)
    ports = [lab.device(name, kind).interfaces.get() for name in ("old", "new")]
    lab.force(ports[0].device, status=lab.status("Decommissioning"))
    return ports


def test_retired(lab, ask, ports):
    lab.host("10.0.1.1/24", ports[0])
    (finding,) = ask(AddressOfRetiredDevice())
    assert finding.display == "10.0.1.1/24"
    assert finding.details == {"interfaces": "old mgmt 1"}


def test_retired_virtual_machine(lab, found, ports):
    machine = lab.machine("vm", "eth0", status="Decommissioning")
    lab.host("10.0.1.1/24", machine.interfaces.get())
    assert found(AddressOfRetiredDevice()) == ["10.0.1.1/24"]


def test_on_a_module_of_a_retired_device(lab, found):
    lab.prefix("10.0.1.0/24")
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    module = lab.module(chassis, lab.module_type("Supervisor", management=1))
    lab.host("10.0.1.1/24", module.interfaces.get())
    assert found(AddressOfRetiredDevice()) == []
    lab.force(chassis, status=lab.status("Offline"))
    assert found(AddressOfRetiredDevice()) == ["10.0.1.1/24"]


def test_in_use(lab, found, ports):
    lab.host("10.0.1.1/24", ports[1])
    lab.host("10.0.1.2/24")
    assert found(AddressOfRetiredDevice()) == []


def test_taken_over_by_a_replacement(lab, found, ports):
    lab.assign(lab.host("10.0.1.1/24", ports[0]), ports[1])
    assert found(AddressOfRetiredDevice()) == []


def test_deprecated(lab, found, ports):
    lab.host("10.0.1.1/24", ports[0], status="Deprecated")
    assert found(AddressOfRetiredDevice()) == []


def test_other_statuses(lab, found, ports):
    lab.host("10.0.1.1/24", ports[0])
    assert found(AddressOfRetiredDevice(retired=("Offline",))) == []
