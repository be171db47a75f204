"""Checks of the Service audit."""

from .certificate_expired import CertificateExpired
from .certificate_expiring import CertificateExpiring
from .cloud_account_unused import CloudAccountUnused
from .cloud_network_empty import CloudNetworkEmpty
from .pool_members import PoolWithoutMembers
from .pool_unused import PoolUnused
from .virtual_server_pool import VirtualServerWithoutPool
from .vpn_endpoint_unused import VPNEndpointUnused
from .vpn_tunnel_end import VPNTunnelEnd
from .vpn_tunnel_loop import VPNTunnelLoop

CHECKS = (
    CertificateExpired,
    CertificateExpiring,
    CloudAccountUnused,
    CloudNetworkEmpty,
    PoolWithoutMembers,
    PoolUnused,
    VirtualServerWithoutPool,
    VPNEndpointUnused,
    VPNTunnelEnd,
    VPNTunnelLoop,
)
