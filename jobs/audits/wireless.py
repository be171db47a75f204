"""Do controllers, wireless networks, tunnels and load balancers hang together?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks.wireless import CHECKS

name = "Audits"


class WirelessAudit(AuditMixin, ScopeMixin, Job):
    """Checks controllers and what they manage, wireless networks, tunnels, load balancers and clouds.

    Checks of models that an older Nautobot lacks are not asked there.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `dcim.view_controller`; checks of other models are left out where you may not view
    them.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Wireless and controller audit"
        description = "Controllers and what they manage, wireless networks, tunnels, load balancers, clouds."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS, needs=("dcim.controller",)).run(**options)
