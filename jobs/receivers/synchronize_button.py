"""A button that gives a device the components of its type."""

from __future__ import annotations

from nautobot.apps.jobs import JobButtonReceiver

from ..changes.synchronize_components import SynchronizeComponents
from ..toolkit.receiving import permitted, refusals, run_in_place
from ..toolkit.scope import One

name = "Receivers"


class SynchronizeThis(JobButtonReceiver):
    """Adds the components that a device lacks by its type, and updates those that differ; on a rack or a device type, of all its devices.

    It does what *Synchronize components* does with the defaults of its form, and applies it. Nothing is deleted;
    components too many are reported.

    To use it, enable this Job, then add a *Job Button* for devices, racks or device types. Leave *Confirmation* on.

    **Changes:** components of the devices and of the modules in them.
    **Produces:** `plan.html`, `plan.csv`, `plan.json` and `undo.json`, with which *Undo a change* takes it back.
    **Needs:** the permission `view` on the object; `dcim.view_device`, `dcim.view_devicetype`, `dcim.view_module`,
    `dcim.view_moduletype`, `dcim.view_consoleport`, `dcim.add_consoleport`, `dcim.change_consoleport`,
    `dcim.view_consoleserverport`, `dcim.add_consoleserverport`, `dcim.change_consoleserverport`, `dcim.view_powerport`,
    `dcim.add_powerport`, `dcim.change_powerport`, `dcim.view_poweroutlet`, `dcim.add_poweroutlet`,
    `dcim.change_poweroutlet`, `dcim.view_interface`, `dcim.add_interface`, `dcim.change_interface`,
    `dcim.view_rearport`, `dcim.add_rearport`, `dcim.change_rearport`, `dcim.view_frontport`, `dcim.add_frontport`,
    `dcim.change_frontport`, `dcim.view_devicebay`, `dcim.add_devicebay`, `dcim.change_devicebay`,
    `dcim.view_modulebay`, `dcim.add_modulebay`, `dcim.change_modulebay`.
    """

    class Meta:
        name = "Synchronize components of this (button)"
        description = "Give a device, or all of a rack or a device type, the components that the type has."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 1800
        time_limit = 2100

    def receive_job_button(self, obj):
        """Synchronize the devices that `obj` stands for."""
        with refusals(self):
            permitted(self, obj, "dcim.device", "dcim.rack", "dcim.devicetype")
            run_in_place(self, SynchronizeComponents, objects=[One.of(obj)], dryrun=False)
