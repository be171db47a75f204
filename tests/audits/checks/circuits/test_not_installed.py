"""CIRCUITS-CIRCUIT-006: which circuits are active before their installation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.circuits import CircuitNotInstalled


def test_in_the_future(lab, ask):
    tomorrow = timezone.localdate() + timedelta(days=1)
    circuit = lab.circuit("1", install_date=tomorrow)
    (finding,) = ask(CircuitNotInstalled())
    assert finding.pk == str(circuit.pk)
    assert finding.details == {"installed": tomorrow.isoformat()}


@pytest.mark.parametrize("days", [0, -1, None])
def test_installed(lab, found, days):
    lab.circuit("1", install_date=None if days is None else timezone.localdate() + timedelta(days=days))
    assert found(CircuitNotInstalled()) == []


def test_other_statuses(lab, found):
    lab.circuit("1", install_date=timezone.localdate() + timedelta(days=1), status="Planned")
    assert found(CircuitNotInstalled()) == []
