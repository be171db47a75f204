"""Which prefixes are wanted, and how they are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from nautobot.dcim.models import Location
from nautobot.extras.models import Role
from nautobot.ipam.models import VLAN
from nautobot.tenancy.models import Tenant

from ..toolkit.access import RefusalError
from ..toolkit.templates import UserTemplate


class Wanted(NamedTuple):
    """One prefix that is wanted: a combination of what was chosen, and the how many-eth of it."""

    location: Location | None
    vlan: VLAN | None
    role: Role | None
    number: int

    @property
    def label(self) -> str:
        """For `Plan.row` and messages."""
        parts = [str(part.name) for part in (self.location, self.vlan, self.role) if part is not None]
        return " ".join([*(parts or ["Prefix"]), str(self.number)])


def wanted_of(
    locations: Sequence[Location], vlans: Sequence[VLAN], roles: Sequence[Role], number: int
) -> Iterator[Wanted]:
    """What is wanted of each combination, in order.

    Raises:
        RefusalError: the choices contradict each other.
    """
    if locations and vlans:
        raise RefusalError("VLANs: choose locations or VLANs, not both. A VLAN has its locations.")

    def ordered(objects: Sequence[Any]) -> list[Any]:
        return sorted(objects, key=lambda each: (each.name, str(each.pk)))

    places = [(location, None) for location in ordered(locations)] or [(None, vlan) for vlan in ordered(vlans)]
    for (location, vlan), role in product(places or [(None, None)], ordered(roles) or [None]):
        for index in range(1, number + 1):
            yield Wanted(location, vlan, role, index)


class Texts:
    """Descriptions and names by the user's templates."""

    def __init__(self, description: str, vlan_name: str, tenant: Tenant | None) -> None:
        self._description = UserTemplate("Description", description)
        self._vlan_name = UserTemplate("VLAN name", vlan_name)
        self._tenant = tenant.name if tenant else ""

    def description(self, wanted: Wanted, vlan: VLAN | None) -> str:
        """The description of a prefix."""
        named = {"vlan": vlan.name if vlan else "", "vid": vlan.vid if vlan else ""}
        return self._description.render(wanted.label, **self._values(wanted), **named)

    def vlan_name(self, wanted: Wanted) -> str:
        """The name of a VLAN.

        Raises:
            RefusalError: the template gives none.
        """
        text = self._vlan_name.render(wanted.label, **self._values(wanted))
        if not text:
            raise RefusalError("VLAN name: the template gives no text. Name what the VLANs are for.")
        return text

    def _values(self, wanted: Wanted) -> dict[str, Any]:
        named = {
            "location": wanted.location or (wanted.vlan and _first_location(wanted.vlan)),
            "role": wanted.role,
        }
        return {
            **{name: obj.name if obj else "" for name, obj in named.items()},
            "tenant": self._tenant,
            "number": wanted.number,
        }


def _first_location(vlan: VLAN) -> Location | None:
    return min(vlan.locations.all(), key=lambda each: each.name, default=None)
