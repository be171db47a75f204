"""Checks of the Prefix audit."""

from .gateway import PrefixGateway
from .incomplete import PrefixIncomplete
from .namespaces import PrefixInNamespaces
from .nearly_full import PrefixNearlyFull
from .network_in_network import NetworkInNetwork
from .parent import PrefixParent
from .route_target import RouteTargetUnused
from .service_address import ServiceAddress
from .unused import PrefixUnused
from .vlan_location import PrefixVlanLocation
from .vrf_distinguisher import VrfDistinguisher
from .vrf_empty import VrfEmpty

CHECKS = (
    PrefixUnused,
    PrefixNearlyFull,
    PrefixIncomplete,
    PrefixInNamespaces,
    PrefixParent,
    NetworkInNetwork,
    PrefixVlanLocation,
    PrefixGateway,
    VrfEmpty,
    VrfDistinguisher,
    RouteTargetUnused,
    ServiceAddress,
)
