"""Do devices have a primary address, is it their own, and is it any good?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.selection import DeviceAuditMixin, checks_variable
from .checks.primary_addresses import CHECKS

name = "Audits"


class PrimaryAddressAudit(DeviceAuditMixin, Job):
    """Checks the primary addresses of devices, by which automation and monitoring reach them.

    | Check | Severity | Finds devices |
    |---|---|---|
    | DCIM-PRIMARY-002 | high | whose primary address is assigned to another device or virtual machine |
    | DCIM-PRIMARY-001 | medium | without any primary address |
    | DCIM-PRIMARY-003 | medium | whose primary address is assigned to no interface |
    | DCIM-PRIMARY-004 | medium | with an IPv6 address as primary IPv4, or the other way round |
    | DCIM-PRIMARY-005 | low | whose primary address is deprecated |

    Each finding names candidates: addresses, which you may view, on management-only and loopback interfaces of the
    device, of its modules and of the members of its virtual chassis; where there are none, those on other interfaces.

    Interfaces of modules and of members of the same virtual chassis are the device's own, and so is the outside address
    of NAT for an inside address of its own. A virtual chassis needs one primary address among all its members. Devices
    that cannot have an address because they have no interfaces (such as patch panels) are left alone; for other
    exceptions there is *Exempt roles*.

    **Changes:** nothing.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; a log with
    the most severe findings, each linked to its device. The result counts `findings`, `objects`, and findings by
    severity and by check. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `dcim.view_device`; devices that you may not view are not looked at. Addresses and other
    devices are named only if you may view them.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Primary address audit"
        description = (
            "Primary addresses of devices: missing, of another device, unassigned, of the wrong family, deprecated."
        )
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the devices selected."""
        return Audit(self, CHECKS).run(**options)
