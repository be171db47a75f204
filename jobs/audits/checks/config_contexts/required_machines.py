"""EXTRAS-CONTEXT-002: required key missing in the config context of a virtual machine."""

from __future__ import annotations

from ._required import RequiredKeys


class RequiredMachineKeys(RequiredKeys):
    """Virtual machines whose config context lacks what templates need."""

    id = "EXTRAS-CONTEXT-002"
    title = "Required key missing in config context of virtual machine"
    model = "virtualization.virtualmachine"
    description = (
        "The config context of the virtual machine, merged from all active contexts that apply to it and its local "
        "context, has no value, or null, at one of the paths in the parameter `required`. Off unless that names paths. "
        "A template that needs the key fails, or renders a configuration without it."
    )
    bad = '"dns" is required. No context applies to ams01-vm-app-01, whose cluster has no location.'
    good = '"EMEA services" sets "dns" and applies to the location of the cluster of ams01-vm-app-01.'
