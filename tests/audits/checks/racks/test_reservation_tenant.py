"""DCIM-RACK-007: which reserved units another tenant uses."""

import pytest

from jobs.audits.checks.racks import ReservationTenant


@pytest.mark.parametrize(
    ("position", "height", "tenant", "taken"),
    [
        (12, 1, "Retail", "U12"),
        (12, 1, "Research", ""),
        (12, 1, None, ""),
        (13, 1, "Retail", ""),
        (8, 4, "Retail", "U10-U11"),
        (None, 1, "Retail", ""),
    ],
)
def test_tenants(lab, ask, box, reserve, position, height, tenant, taken):
    rack = lab.rack("R1")
    reserve(rack, 10, 11, 12, tenant=lab.tenant("Research"))
    box("box", rack, position, height=height, tenant=tenant and lab.tenant(tenant))
    findings = ask(ReservationTenant())
    assert [finding.details for finding in findings] == ([{"rack": "R1", "devices": "box"}] if taken else [])
    assert all(f"{taken} in use" in finding.message for finding in findings)


def test_reservation_of_nobody(lab, found, box, reserve):
    rack = lab.rack("R1")
    reserve(rack, 10)
    box("box", rack, 10, tenant=lab.tenant("Retail"))
    assert found(ReservationTenant()) == []


def test_devices_that_the_user_may_not_view(lab, ask, box, reserve, make_user):
    rack = lab.rack("R1")
    reserve(rack, 10, tenant=lab.tenant("Research"))
    box("box", rack, 10, tenant=lab.tenant("Retail"))
    (finding,) = ask(ReservationTenant(), make_user("limited"))
    assert finding.details == {"rack": "R1"}
