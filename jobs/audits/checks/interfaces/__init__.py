"""Checks of interfaces and of the links between them."""

from .description import LinkDescription
from .disabled_address import DisabledWithAddress
from .lag_devices import LagToSeveralDevices
from .lag_empty import LagWithoutMembers
from .lag_member import LagMemberDiffers
from .lag_one_end import LagAtOneEnd
from .mac_duplicate import MacAddressDuplicate
from .member_address import MemberWithAddress
from .mode import LinkMode
from .mtu import LinkMtu
from .native_vlan import LinkNativeVlan
from .speed import LinkSpeed
from .tagged_vlans import LinkTaggedVlans
from .trunk_empty import TrunkWithoutVlans
from .vlans_unused import VlansAgainstMode

CHECKS = (
    LinkMtu,
    LinkMode,
    LinkNativeVlan,
    LinkTaggedVlans,
    LinkSpeed,
    LagAtOneEnd,
    LagToSeveralDevices,
    LinkDescription,
    LagWithoutMembers,
    LagMemberDiffers,
    MacAddressDuplicate,
    TrunkWithoutVlans,
    VlansAgainstMode,
    DisabledWithAddress,
    MemberWithAddress,
)
