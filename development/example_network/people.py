"""Teams and contacts, and what they look after: designs do not reach them."""

from __future__ import annotations

from nautobot.dcim.models import Location
from nautobot.extras.models import Contact, ContactAssociation, Role, Status, Team

# team -> its people
_TEAMS = {
    "Network Operations": (("Anna de Vries", "+31 20 555 0101"), ("Marcus Lee", "+1 212 555 0102")),
    "Data Centre Facilities": (("Priya Nair", "+65 6555 0103"),),
    "Security Operations": (("Tomás Herrera", "+52 55 5550 0104"),),
}


def build() -> None:
    """Build teams and contacts, and associate them with all sites, the facilities' team with those that have rooms."""
    for team_name, people in _TEAMS.items():
        team = Team(name=team_name, email=f"{team_name.lower().replace(' ', '.')}@example.com")
        team.validated_save()
        for name, phone in people:
            email = f"{name.split()[0].lower().replace('á', 'a')}@example.com"
            contact = Contact(name=name, phone=phone, email=email)
            contact.validated_save()
            team.contacts.add(contact)
    sites = Location.objects.filter(location_type__name="Site").order_by("name")
    _associate("Network Operations", "Support", sites)
    _associate("Data Centre Facilities", "On Site", sites.exclude(children=None))


def _associate(team: str, role: str, locations: object) -> None:
    for location in locations.distinct():
        ContactAssociation(
            team=Team.objects.get(name=team),
            associated_object=location,
            role=Role.objects.get(name=role),
            status=Status.objects.get(name="Primary"),
        ).validated_save()
