"""EXTRAS-CONTEXT-001: required key missing in the config context of a device."""

from __future__ import annotations

from ....toolkit.checks import DeviceCheck
from ._required import RequiredKeys


class RequiredDeviceKeys(RequiredKeys, DeviceCheck):
    """Devices whose config context lacks what templates need."""

    id = "EXTRAS-CONTEXT-001"
    title = "Required key missing in config context of device"
    description = (
        "The config context of the device, merged from all active contexts that apply to it and its local context, has "
        "no value, or null, at one of the paths in the parameter `required`. Off unless that names paths. A template "
        "that needs the key fails, or renders a configuration without it."
    )
    bad = '"ntp" is required. ams01-acc-02 has the context "Base services", which sets "dns" only.'
    good = 'ams01-acc-01 has no local context, but "EMEA services", which applies to its region, sets "ntp".'
