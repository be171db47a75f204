"""A hook that gives new devices their management address."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import JobHookReceiver
from nautobot.extras.models import Role

from ..changes.assign_management_addresses import FAMILIES, AssignManagementAddresses
from ..toolkit.access import RefusalError
from ..toolkit.bursts import burst, changed_devices
from ..toolkit.receiving import CONTEXT_KEY, choice, refusals, run_in_place, settings
from ..toolkit.scope import One

name = "Receivers"

DEFAULTS: dict[str, Any] = {
    "families": "4",
    "interface_names": "",
    "create_interface": "",
    "interface_type": "virtual",
    "prefix_roles": [],
    "leave_first": 0,
    "dns_name": "",
}


class AllocateOnCreation(JobHookReceiver):
    """Gives a device its management address as soon as it is created: the next free one of its location.

    It does what *Assign management addresses* does, for these devices. Settings, by the config context key
    `job_receivers` and there `AllocateOnCreation`: `families`, `interface_names`, `create_interface`, `interface_type`,
    `prefix_roles` (names), `leave_first`, `dns_name`, as in the form of that Job.

    To use it, enable this Job, then add a *Job Hook* for devices, on create; on update as well, if devices get their
    location or interfaces later: a device that has a primary address is left alone. It runs on behalf of the user who
    made the change.

    **Changes:** adds addresses, assigns them, and makes them primary.
    **Produces:** `plan.html`, `plan.csv`, `plan.json` and `undo.json`, if there is something to change.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.view_interface`, `ipam.view_prefix`,
    `ipam.view_ipaddress`, `ipam.add_ipaddress`, `ipam.add_ipaddresstointerface`.
    """

    class Meta:
        name = "Allocate on creation (hook)"
        description = "Give a device its management address as soon as it is created."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 600
        time_limit = 660

    def receive_job_hook(self, change, action, changed_object):
        """Give addresses to the devices of all changes that are to be handled."""
        with refusals(self), burst(self, change) as changes:
            if not changes:
                return
            chosen = settings("AllocateOnCreation", DEFAULTS)
            choice("AllocateOnCreation", "families", chosen["families"], *FAMILIES)
            devices = changed_devices(changes)
            chosen["prefix_roles"] = _roles(chosen["prefix_roles"])
            objects = [One("dcim.device", pk, text) for pk, text in devices.items()]
            run_in_place(self, AssignManagementAddresses, objects=objects, keep_good=True, dryrun=False, **chosen)


def _roles(names: list[Any]) -> list[Role]:
    roles = {role.name: role for role in Role.objects.filter(name__in=[str(each) for each in names])}
    if unknown := [str(each) for each in names if str(each) not in roles]:
        raise RefusalError(f"{CONTEXT_KEY}: AllocateOnCreation: prefix_roles: there is no role {', '.join(unknown)}.")
    return list(roles.values())
