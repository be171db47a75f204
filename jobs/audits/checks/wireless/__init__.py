"""Checks of the Wireless and controller audit; tunnels, load balancers and clouds are with them."""

from .access_point_unmanaged import AccessPointUnmanaged
from .certificate_expired import CertificateExpired
from .certificate_expiring import CertificateExpiring
from .cloud_account_unused import CloudAccountUnused
from .cloud_network_empty import CloudNetworkEmpty
from .controller_alone import ControllerAlone
from .controller_idle import ControllerIdle
from .group_empty import ManagedGroupEmpty
from .network_authentication import NetworkAuthentication
from .network_nowhere import NetworkNowhere
from .network_ssid import NetworkSSID
from .network_vlan import NetworkWithoutVLAN
from .pool_members import PoolWithoutMembers
from .pool_unused import PoolUnused
from .radio_channels import RadioProfileWithoutChannels
from .radio_nowhere import RadioProfileNowhere
from .virtual_server_pool import VirtualServerWithoutPool
from .vpn_endpoint_unused import VPNEndpointUnused
from .vpn_tunnel_end import VPNTunnelEnd
from .vpn_tunnel_loop import VPNTunnelLoop

CHECKS = (
    AccessPointUnmanaged,
    CertificateExpired,
    CertificateExpiring,
    CloudAccountUnused,
    CloudNetworkEmpty,
    ControllerAlone,
    ControllerIdle,
    ManagedGroupEmpty,
    NetworkAuthentication,
    NetworkNowhere,
    NetworkSSID,
    NetworkWithoutVLAN,
    PoolWithoutMembers,
    PoolUnused,
    RadioProfileWithoutChannels,
    RadioProfileNowhere,
    VirtualServerWithoutPool,
    VPNEndpointUnused,
    VPNTunnelEnd,
    VPNTunnelLoop,
)
