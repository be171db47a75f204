"""Can the power feeds carry what hangs on them, also when one of two fails?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks.power import CHECKS

name = "Audits"


class PowerAudit(AuditMixin, ScopeMixin, Job):
    """Checks power: load of feeds against their rating, balance of phases, outlets fed by nothing.

    Feeds are in scope by the locations of their panels, ports by their devices. Whether devices are connected to
    power at all is the *Connection audit's* matter.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_powerfeed`, `dcim.view_powerport`, `dcim.view_rack`;
    what you may not view is not named.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Power audit"
        description = "Power: load of feeds and PDUs against ratings, balance of phases, outlets fed by nothing."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS).run(**options)
