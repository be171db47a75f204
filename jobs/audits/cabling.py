"""Do cables lead somewhere, do both ends fit, and is what is in use connected?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.selection import DeviceAuditMixin, checks_variable
from .checks.cabling import CHECKS

name = "Audits"


class CablingAudit(DeviceAuditMixin, Job):
    """Checks cables and what they connect: loose ends, paths, ends that do not fit, states that contradict.

    A cable is in scope when a device at one of its ends is. Ports on modules count as the device's own.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `dcim.view_cable`, `dcim.view_interface`; what you may not view is not looked at, and
    not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Cabling audit"
        description = (
            "Cables and what they connect: loose ends, stale paths, ends that do not fit, states that contradict."
        )
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
