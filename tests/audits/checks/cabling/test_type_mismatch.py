"""DCIM-CABLE-005: which interface types cannot talk."""

import pytest

from jobs.audits.checks.cabling import InterfaceTypesDiffer


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("1000base-t", "100gbase-x-qsfp28", True),
        ("10gbase-t", "40gbase-x-qsfpp", True),
        ("1000base-t", "100base-fx", True),
        ("1000base-x-sfp", "10gbase-x-xfp", True),
        ("10gbase-x-sfpp", "16gfc-sfpp", True),
        ("100gbase-x-qsfp28", "infiniband-edr", True),
        ("1000base-t", "1000base-t", False),
        ("100base-tx", "10gbase-t", False),
        ("1000base-t", "1000base-x-sfp", False),
        ("1000base-t", "10gbase-x-sfpp", False),
        ("10gbase-x-sfpp", "25gbase-x-sfp28", False),
        ("40gbase-x-qsfpp", "100gbase-x-qsfp28", False),
        ("10gbase-x-sfpp", "40gbase-x-qsfpp", False),
        ("100gbase-x-qsfp28", "400gbase-x-qsfpdd", False),
        ("8gfc-sfpp", "16gfc-sfpp", False),
        ("1000base-t", "other", False),
        ("1000base-t", "cisco-stackwise", False),
    ],
)
def test_types(ask, lab, cabling, one, other, wrong):
    lab.cable(cabling.port("a", type=one), cabling.port("b", type=other))
    findings = ask(InterfaceTypesDiffer())
    assert len(findings) == wrong
    if wrong:
        ends = {findings[0].display: findings[0].details["type"]}
        ends[findings[0].details["far end"]] = findings[0].details["far type"]
        assert ends == {"a eth1": one, "b eth1": other}


def test_every_type_fits_itself():
    from nautobot.dcim.choices import InterfaceTypeChoices

    from jobs.audits.checks.cabling._types import _bits

    assert all(_bits(kind) for kind in InterfaceTypeChoices.values())


@pytest.fixture
def mismatch(cabling):
    return cabling.port("a"), cabling.port("b", type="100gbase-x-qsfp28")


def test_over_a_panel(ask, lab, cabling, mismatch):
    rear, (front,) = cabling.panel()
    lab.cable(mismatch[0], front)
    lab.cable(rear, mismatch[1])
    (finding,) = ask(InterfaceTypesDiffer())
    assert {finding.pk, finding.key} == {str(port.pk) for port in mismatch}
    assert finding.pk < finding.key


def test_over_a_circuit(ask, lab, mismatch):
    from nautobot.circuits.models import Circuit, CircuitTermination, CircuitType, Provider

    provider, kind = Provider(name="Carrier"), CircuitType(name="Line")
    provider.validated_save()
    kind.validated_save()
    circuit = Circuit(cid="1", provider=provider, circuit_type=kind, status=lab.active)
    circuit.validated_save()
    for side, port in zip("AZ", mismatch, strict=True):
        end = CircuitTermination(circuit=circuit, term_side=side, location=lab.site)
        end.validated_save()
        lab.cable(port, end)
    assert ask(InterfaceTypesDiffer()) == []


@pytest.mark.parametrize("index", [0, 1])
def test_only_one_end_in_scope(ask, lab, mismatch, index):
    from nautobot.dcim.models import Interface

    lab.cable(*mismatch)
    (finding,) = ask(InterfaceTypesDiffer(), objects=Interface.objects.filter(pk=mismatch[index].pk))
    assert finding.pk == str(mismatch[index].pk)


def test_far_end_that_the_user_may_not_view(ask, lab, mismatch, make_user):
    lab.cable(*mismatch)
    low = min(mismatch, key=lambda port: str(port.pk))
    user = make_user("limited", {"dcim.view_interface": {"pk": str(low.pk)}, "dcim.view_device": None})
    (finding,) = ask(InterfaceTypesDiffer(), user)
    assert finding.details == {"type": low.type}
