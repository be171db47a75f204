"""Are devices connected to console servers, to the out-of-band network and to power, and does redundancy deserve the name?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.selection import DeviceAuditMixin, checks_variable
from .checks.connections import CHECKS

name = "Audits"


class ConnectionAudit(DeviceAuditMixin, Job):
    """Checks the console, out-of-band and power connections of devices, and whether redundant power is redundant.

    A connection counts when every cable on its way has the status *Connected*, through patch panels if need be, and
    ends at something. Planned cables do not count, and neither do cables with a loose end.

    | Check | Severity | Finds devices that |
    |---|---|---|
    | DCIM-CONSOLE-001 | high | have a console port, or should have one, and none is connected |
    | DCIM-POWER-001 | high | have power ports, or should have some, and none is connected |
    | DCIM-POWER-003 | high | have all their supplies on one PDU or one power feed |
    | DCIM-OOB-001 | medium | have a management interface, or should have one, and none is connected |
    | DCIM-POWER-002 | medium | have fewer supplies connected than installed |
    | DCIM-POWER-004 | medium | have their A and B feeds on one power panel |

    What a device should have is said by its device type and the types of its modules; ports on modules count as the
    device's own. A virtual chassis is one device for its console and out-of-band connection, which any member may
    have; power is each member's own matter. Patch panels and other passive equipment have no such ports, so nothing is
    expected of them; for other exceptions there is *Exempt roles*.

    **Changes:** nothing.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; a log with
    the most severe findings, each linked to its device. The result counts `findings`, `objects`, and findings by
    severity and by check. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `dcim.view_device`; devices that you may not view are not looked at.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Connection audit"
        description = "Console, out-of-band and power connections of devices, and whether redundant power is redundant."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the devices selected."""
        return Audit(self, CHECKS).run(**options)
