"""IPAM-SERVICE-001: which services listen on the address of another device."""

import pytest

from jobs.audits.checks.prefixes import ServiceAddress


@pytest.fixture
def ports(lab):
    lab.prefix("10.0.1.0/24")
    kind = lab.device_type("Switch", management=1)
    return [lab.device(name, kind).interfaces.get() for name in ("a", "b")]


@pytest.fixture
def serve(db):
    from nautobot.ipam.models import Service

    def run(*addresses, **owner):
        service = Service(name="ssh", protocol="tcp", ports=[22], **owner)
        service.validated_save()
        service.ip_addresses.set(addresses)
        return service

    return run


def test_foreign(lab, ask, ports, serve):
    own, foreign = lab.host("10.0.1.1/24", ports[0]), lab.host("10.0.1.2/24", ports[1])
    service = serve(own, foreign, device=ports[0].device)
    (finding,) = ask(ServiceAddress())
    assert (finding.pk, finding.display, finding.location) == (str(service.pk), "a ssh", "EMEA / AMS01")
    assert finding.details == {"addresses": "10.0.1.2/24"}


def test_own(lab, found, ports, serve):
    serve(lab.host("10.0.1.1/24", ports[0]), device=ports[0].device)
    assert found(ServiceAddress()) == []


def test_without_addresses(found, ports, serve):
    serve(device=ports[0].device)
    assert found(ServiceAddress()) == []


def test_virtual_machine(lab, found, ports, serve):
    machine = lab.machine("vm", "eth0")
    address = lab.host("10.0.1.1/24", machine.interfaces.get())
    service = serve(address, virtual_machine=machine)
    assert found(ServiceAddress()) == []
    service.ip_addresses.set([lab.host("10.0.1.2/24", ports[0])])
    assert found(ServiceAddress()) == ["vm ssh"]


def test_module_and_stack(lab, found, ports, serve):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    module = lab.module(chassis, lab.module_type("Supervisor", management=1))
    serve(lab.host("10.0.1.1/24", module.interfaces.get()), device=chassis)
    lab.stack(*(port.device for port in ports))
    serve(lab.host("10.0.1.2/24", ports[1]), device=ports[0].device)
    assert found(ServiceAddress()) == []


def test_shared_unassigned_and_nat(lab, found, ports, serve):
    inside = lab.host("10.0.1.1/24", ports[0])
    serve(
        lab.host("10.0.1.2/24", nat_inside=inside),
        lab.host("10.0.1.3/24"),
        lab.host("10.0.1.4/24", ports[1], role="VIP"),
        device=ports[0].device,
    )
    assert found(ServiceAddress()) == []


def test_addresses_that_the_user_may_not_view_are_not_named(lab, ask, make_user, ports, serve):
    serve(lab.host("10.0.1.2/24", ports[1]), device=ports[0].device)
    (finding,) = ask(ServiceAddress(), make_user("limited", {"ipam.view_service": None}))
    assert finding.details == {}
