"""CIRCUITS-CIRCUIT-003: which circuits are past their end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.circuits import CircuitPastEnd


@pytest.fixture
def ending(lab):
    def run(cid, days, **values):
        end = None if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
        circuit = lab.circuit(cid, **values)
        lab.force(circuit, _custom_field_data={"contract_end": end})
        return circuit, end

    return run


def test_past(ask, ending):
    circuit, end = ending("1", -1)
    (finding,) = ask(CircuitPastEnd(end_field="contract_end"))
    assert finding.pk == str(circuit.pk)
    assert finding.details == {"end": end}


@pytest.mark.parametrize("days", [0, 1, 400, None])
def test_not_past(found, ending, days):
    ending("1", days)
    assert found(CircuitPastEnd(end_field="contract_end")) == []


def test_without_the_field(lab, found):
    lab.circuit("1")
    assert found(CircuitPastEnd(end_field="contract_end")) == []


def test_other_statuses(found, ending):
    ending("1", -1, status="Decommissioned")
    assert found(CircuitPastEnd(end_field="contract_end")) == []


def test_idle_without_field():
    assert CircuitPastEnd().idle()
    assert not CircuitPastEnd(end_field="contract_end").idle()
