"""A button that audits the object on whose page it is pressed."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import JobButtonReceiver

from ..audits.scorecard import CHECKS
from ..toolkit.audit import Audit
from ..toolkit.receiving import model_label, permitted, refusals
from ..toolkit.scope import One, Scope
from ..toolkit.selection import NEVER

name = "Receivers"

LABELS = (
    "dcim.device",
    "dcim.rack",
    "dcim.location",
    "ipam.prefix",
    "circuits.circuit",
    "virtualization.virtualmachine",
)


class AuditThis(JobButtonReceiver):
    """Asks about one object all that the audits ask, and shows what is wrong with it.

    Along with a device are its components, addresses and cables; with a rack the devices in it; with a location what is
    in it and below it; with a prefix its child prefixes and addresses; with a circuit its terminations.

    To use it, enable this Job, then add a *Job Button* for devices, racks, locations, prefixes, circuits or virtual
    machines.

    **Changes:** nothing.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; a log with
    the most severe findings.
    **Needs:** the permission `view` on the object; checks of other models are left out where you may not view them, and
    the log says so.
    """

    class Meta:
        name = "Audit this (button)"
        description = "Show what the audits find wrong with the object on whose page the button is pressed."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 600
        time_limit = 660

    def receive_job_button(self, obj):
        """Run the checks of models that may be about `obj`."""
        with refusals(self):
            permitted(self, obj, *LABELS)
            label = model_label(obj)
            selection: dict[str, Any] = {"locations": [obj]} if label == "dcim.location" else {"objects": [One.of(obj)]}
            scope = Scope(self.user, **selection)
            checks = [check for check in CHECKS if scope.includes(check.model)]
            Audit(self, checks, needs=(label,)).run(fail_at=NEVER, **selection)
