"""DCIM-LINK-004: tagged VLANs differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from nautobot.dcim.choices import InterfaceModeChoices
from nautobot.dcim.models import Interface

from ....toolkit.findings import Severity
from ....toolkit.queries import collect
from ._links import JUDGED, LinkCheck

_TAGGED = InterfaceModeChoices.MODE_TAGGED
# How many queries away the interfaces at the ends are from a subquery of the query of far ends.
_FAR, _NEAR = 1, 2


def _interface(depth: int) -> Any:
    reference: Any = "pk"
    for _ in range(depth):
        reference = OuterRef(reference)
    return reference


def _tagged(depth: int) -> QuerySet:
    return Interface.tagged_vlans.through.objects.filter(interface=_interface(depth)).order_by()


def _only_at(one: int, other: int) -> QuerySet:
    """The VLANs tagged at one end which the other one does not carry, tagged or untagged."""
    same = {"vlan__vid": OuterRef("vlan__vid")}
    untagged = Interface.objects.filter(pk=_interface(other + 1), untagged_vlan__vid=OuterRef("vlan__vid")).order_by()
    return _tagged(one).filter(~Exists(_tagged(other + 1).filter(**same)), ~Exists(untagged))


class LinkTaggedVlans(LinkCheck):
    """Trunks whose ends do not carry the same VLANs."""

    id = "DCIM-LINK-004"
    title = "Tagged VLANs differ"
    severity = Severity.MEDIUM
    description = (
        "Both ends of a link have the mode Tagged and tagged VLANs, and a VLAN ID that one end tags is neither among "
        "the tagged ones nor the untagged one of the other end. That VLAN does not pass the link. Ends without any "
        f"tagged VLAN are not compared here. {JUDGED}"
    )
    remedy = "Tag the same VLANs at both ends, in Nautobot and on the devices."
    tags = ("link", "vlan")
    since = "0.1.0"
    bad = "ams01-acc-03 Port-channel1 tags the VLANs 101 and 102, its far end ams01-core-01 Port-Channel4 only 101."
    good = "ams01-acc-03 Port-channel1 tags the VLANs 101 and 102, its far end has the mode Tagged (All)."

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q(mode=_TAGGED) & Q(Exists(_tagged(1)))

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        different = Q(Exists(_only_at(_NEAR, _FAR))) | Q(Exists(_only_at(_FAR, _NEAR)))
        return far.filter(Q(Exists(_tagged(_FAR))), different, mode=_TAGGED)

    def compared(self) -> Mapping[str, Subquery]:
        """See `LinkCheck.compared`."""
        return {
            "only here": collect(_only_at(_NEAR, _FAR), F("vlan__vid")),
            "only at the far end": collect(_only_at(_FAR, _NEAR), F("vlan__vid")),
        }

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "The tagged VLANs at the two ends of the link differ."
