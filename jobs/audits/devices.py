"""Are devices, their components and the groups that they form complete and unambiguous?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.selection import DeviceAuditMixin, checks_variable
from .checks.devices import CHECKS

name = "Audits"


class DeviceAudit(DeviceAuditMixin, Job):
    """Checks devices: names, serial numbers, platforms, components against their type, virtual chassis, redundancy groups.

    Components are compared with the templates of device types and module types; members of a virtual chassis may
    number their interfaces anew.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_deviceredundancygroup`, `dcim.view_inventoryitem`,
    `dcim.view_module`, `dcim.view_virtualchassis`; what you may not view is not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Device audit"
        description = "Devices: names, serials, components against their type, virtual chassis and redundancy groups."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
