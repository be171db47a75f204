"""Who may do what, for how long, and with which secrets?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks.access import CHECKS

name = "Audits"


class AccessAudit(AuditMixin, ScopeMixin, Job):
    """Checks users, tokens, permissions, secrets and what reaches other systems.

    Keys of tokens and values of secrets are never shown. User accounts belong nowhere: select *Everything*.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `users.view_token`; checks of other models are left out where you may not view them.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Access audit"
        description = "Users, tokens, permissions, secrets, and connections to other systems. For administrators."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS, needs=("users.token",)).run(**options)
