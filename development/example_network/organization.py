"""Locations, tenants, roles, tags, contacts and teams."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from example_network.network import Network
from example_network.sites import REGIONS, ROLES, ROOMS, SITES
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import Controller, Device, Location, LocationType, Module, PowerPanel, Rack, RackGroup
from nautobot.extras.models import Contact, ContactAssociation, Tag, Team
from nautobot.ipam.models import VLAN, Prefix, VLANGroup
from nautobot.tenancy.models import Tenant, TenantGroup
from nautobot.virtualization.models import Cluster, VirtualMachine

# Location types with their parents and what may stand in them.
_IN_A_ROOM = (Device, Module, PowerPanel, Rack, RackGroup)
_LOCATION_TYPES = (
    ("Region", None, (Prefix,)),
    ("Site", "Region", (*_IN_A_ROOM, CircuitTermination, Cluster, Controller, Prefix, VLAN, VLANGroup)),
    ("Room", "Site", _IN_A_ROOM),
)
_TENANTS = {"Internal": ("Corporate IT", "Research"), "Business units": ("Retail",)}
_TAGS = (
    ("critical", "f44336", "An outage is felt by the whole company"),
    ("pci", "ff9800", "In scope of the payment card audit"),
    ("legacy", "9e9e9e", "To be replaced within a year"),
)
# team -> its people
_TEAMS = {
    "Network Operations": (("Anna de Vries", "+31 20 555 0101"), ("Marcus Lee", "+1 212 555 0102")),
    "Data Centre Facilities": (("Priya Nair", "+65 6555 0103"),),
    "Security Operations": (("Tomás Herrera", "+52 55 5550 0104"),),
}


def build(net: Network) -> None:
    """Build locations, tenants, roles, tags, teams and contacts."""
    _locations(net)
    _tenants(net)
    for name, color in ROLES.values():
        net.add_role(name, color, Device)
    net.add_role("Virtual Server", "8bc34a", VirtualMachine)
    for name, color, description in _TAGS:
        tag = net.add(Tag(name=name, color=color, description=description), name)
        tag.content_types.set(ContentType.objects.get_for_model(model) for model in (Device, Prefix, VirtualMachine))
    _contacts(net)


def _locations(net: Network) -> None:
    types: dict[str | None, LocationType | None] = {None: None}
    for name, parent, models in _LOCATION_TYPES:
        types[name] = net.add(LocationType(name=name, parent=types[parent]), name)
        types[name].content_types.set(ContentType.objects.get_for_model(model) for model in models)

    def location(name: str, kind: str, parent: Location | None, planned: bool = False, **fields: str) -> Location:
        status = net.status("Planned" if planned else "Active")
        item = Location(name=name, location_type=types[kind], parent=parent, status=status, **fields)
        net.locations[name] = net.add(item, name)
        return item

    for region in REGIONS:
        location(region.name, "Region", None)
    for site in SITES:
        fields = {"description": site.city, "facility": site.name, "time_zone": site.time_zone}
        place = location(site.name, "Site", net.locations[site.region], site.planned, **fields)
        for letter, description in ROOMS.get(site.kind, {}).items():
            location(f"{site.name}-{letter}", "Room", place, site.planned, description=description)


def _tenants(net: Network) -> None:
    for group_name, names in _TENANTS.items():
        group = net.add(TenantGroup(name=group_name), group_name)
        for name in names:
            net.add(Tenant(name=name, tenant_group=group), name)


def _contacts(net: Network) -> None:
    for team_name, people in _TEAMS.items():
        local_part = team_name.lower().replace(" ", ".")
        team = net.add(Team(name=team_name, email=f"{local_part}@example.com"), team_name)
        for name, phone in people:
            email = f"{name.split()[0].lower().replace('á', 'a')}@example.com"
            contact = net.add(Contact(name=name, phone=phone, email=email), name)
            team.contacts.add(contact)
    for site in SITES:
        for team_name, role in (("Network Operations", "Support"), ("Data Centre Facilities", "On Site")):
            if site.kind != "hub" and role == "On Site":
                continue
            net.add(
                ContactAssociation(
                    team=net.get(Team, team_name),
                    associated_object=net.locations[site.name],
                    role=net.role(role),
                    status=net.status("Primary"),
                )
            )
