"""Checks of the Wireless audit."""

from .access_point_unmanaged import AccessPointUnmanaged
from .controller_alone import ControllerAlone
from .controller_idle import ControllerIdle
from .group_empty import ManagedGroupEmpty
from .network_authentication import NetworkAuthentication
from .network_nowhere import NetworkNowhere
from .network_ssid import NetworkSSID
from .network_vlan import NetworkWithoutVLAN
from .radio_channels import RadioProfileWithoutChannels
from .radio_nowhere import RadioProfileNowhere

CHECKS = (
    AccessPointUnmanaged,
    ControllerAlone,
    ControllerIdle,
    ManagedGroupEmpty,
    NetworkAuthentication,
    NetworkNowhere,
    NetworkSSID,
    NetworkWithoutVLAN,
    RadioProfileWithoutChannels,
    RadioProfileNowhere,
)
