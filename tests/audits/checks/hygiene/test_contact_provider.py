"""CIRCUITS-CONTACT-002: which providers have no contact."""

from jobs.audits.checks.hygiene import ProviderWithoutContact


def test_off_unless_required():
    assert ProviderWithoutContact().idle()


def test_with_and_without_contact(found, lab, make):
    from nautobot.extras.models import Role

    provider = make("circuits.provider", name="Lumen", noc_contact="call us")
    check = ProviderWithoutContact(required=True)
    assert found(check) == ["Lumen"]
    make(
        "extras.contactassociation",
        associated_object=provider,
        contact=make("extras.contact", name="Anna", phone="1"),
        role=Role.objects.get(name="Support"),
        status=lab.status("Primary"),
    )
    assert found(check) == []
