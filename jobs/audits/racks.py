"""Does what is in the racks fit in there?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks.racks import CHECKS

name = "Audits"


class RackAudit(AuditMixin, ScopeMixin, Job):
    """Checks racks: positions, overlaps, reservations, space, locations.

    Racks and devices are in scope by their locations.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_rack`, `dcim.view_rackreservation`; what you may not
    view is not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Rack audit"
        description = "Racks: devices that do not fit, overlaps, reservations, space, and locations that contradict."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
