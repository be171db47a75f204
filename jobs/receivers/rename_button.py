"""A button that names a device as the naming rule has it."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import JobButtonReceiver

from ..changes.rename import DEVICE, RenameByTemplate
from ..toolkit.access import RefusalError
from ..toolkit.receiving import CONTEXT_KEY, permitted, refusals, run_in_place, settings
from ..toolkit.scope import One

name = "Receivers"

DEFAULTS: dict[str, Any] = {"template": "{{ name|lower }}", "pattern": "", "first_number": 1, "count_by": []}


class RenameThis(JobButtonReceiver):
    """Names a device as the naming rule has it; on a rack or a device type, all its devices.

    The rule is that of *Rename by template*. It is set by the config context key `job_receivers` and there `RenameThis`:
    `template`, `pattern`, `count_by` and `first_number`, as in the form of that Job. Without a rule of yours, names become
    lower case.

    To use it, enable this Job, then add a *Job Button* for devices, racks or device types. Leave *Confirmation* on.

    **Changes:** names of devices.
    **Produces:** `plan.html`, `plan.csv`, `plan.json` and `undo.json`, with which *Undo a change* takes it back.
    **Needs:** the permission `view` on the object; `dcim.view_device`, `dcim.change_device`.
    """

    class Meta:
        name = "Rename this (button)"
        description = "Name a device, or all of a rack or a device type, as the naming rule has it."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 600
        time_limit = 660

    def receive_job_button(self, obj):
        """Rename the devices that `obj` stands for."""
        with refusals(self):
            permitted(self, obj, "dcim.device", "dcim.rack", "dcim.devicetype")
            rule = settings("RenameThis", DEFAULTS)
            if not all(isinstance(each, str) for each in rule["count_by"]):
                raise RefusalError(f"{CONTEXT_KEY}: RenameThis: count_by has to be a list of texts.")
            run_in_place(self, RenameByTemplate, what=DEVICE, objects=[One.of(obj)], dryrun=False, **rule)
