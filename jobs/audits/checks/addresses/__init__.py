"""Checks of the Address audit."""

from .deprecated_in_use import DeprecatedAddressInUse
from .dns_duplicate import DnsNameDuplicate
from .dns_missing import DnsNameMissing
from .in_container import AddressInContainer
from .in_deprecated import AddressInDeprecated
from .link_local import LinkLocalAddress
from .mask import AddressMask
from .namespaces import AddressInNamespaces
from .nat_chain import NatChain
from .nat_loop import NatLoop
from .network_address import NetworkAddress
from .parent import AddressParent
from .range_overlap import RangeOverlap
from .range_parent import RangeParent
from .retired_device import AddressOfRetiredDevice
from .several_interfaces import AddressOnSeveralInterfaces
from .twice import AddressTwice

CHECKS = (
    AddressMask,
    AddressInContainer,
    AddressInDeprecated,
    AddressParent,
    AddressTwice,
    AddressInNamespaces,
    AddressOnSeveralInterfaces,
    NetworkAddress,
    DnsNameMissing,
    DnsNameDuplicate,
    NatLoop,
    NatChain,
    AddressOfRetiredDevice,
    DeprecatedAddressInUse,
    LinkLocalAddress,
    RangeOverlap,
    RangeParent,
)
