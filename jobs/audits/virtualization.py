"""Can virtual machines be reached, and do clusters have what they need?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks.virtualization import CHECKS

name = "Audits"


class VirtualizationAudit(AuditMixin, ScopeMixin, Job):
    """Checks virtual machines and clusters: interfaces, addresses, hosts, capacity.

    Virtual machines are in scope by the location of their cluster.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `virtualization.view_cluster`, `virtualization.view_virtualmachine`; what you may not
    view is not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Virtualization audit"
        description = "Virtual machines and clusters: interfaces, addresses, hosts, capacity."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
