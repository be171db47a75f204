"""Do the two ends of each link agree, and is each interface consistent in itself?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.selection import DeviceAuditMixin, checks_variable
from .checks.interfaces import CHECKS

name = "Audits"


class InterfaceAudit(DeviceAuditMixin, Job):
    """Checks interfaces and links: MTU, 802.1Q mode, VLANs, speed, LAGs, MAC addresses.

    A link is what a cable path connects, through patch panels if need be; it is reported once, with both ends.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `dcim.view_interface`; far ends that you may not view are not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Interface audit"
        description = "Interfaces and the two ends of links: MTU, mode, VLANs, speed and duplex, LAGs, MAC addresses."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
