"""CIRCUITS-CONTACT-001: which circuits have no contact."""

from jobs.audits.checks.hygiene import CircuitWithoutContact


def test_off_unless_required():
    assert CircuitWithoutContact().idle()


def test_with_and_without_contact(found, lab, make, circuit):
    from nautobot.extras.models import Role

    check = CircuitWithoutContact(required=True)
    assert not check.idle()
    assert found(check) == ["Lumen 1"]
    make(
        "extras.contactassociation",
        associated_object=circuit,
        team=make("extras.team", name="NOC", phone="1"),
        role=Role.objects.get(name="Support"),
        status=lab.status("Primary"),
    )
    assert found(check) == []


def test_not_active(found, lab, circuit):
    lab.force(circuit, status=lab.status("Decommissioned"))
    assert found(CircuitWithoutContact(required=True)) == []
