"""How good is the source of truth, as a whole and in its parts?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks import (
    access,
    addresses,
    cabling,
    circuits,
    config_contexts,
    connections,
    devices,
    hygiene,
    interfaces,
    power,
    prefixes,
    primary_addresses,
    racks,
    software,
    virtualization,
    vlans,
    wireless,
)

name = "Audits"

CHECKS = (
    *access.CHECKS,
    *addresses.CHECKS,
    *cabling.CHECKS,
    *circuits.CHECKS,
    *config_contexts.CHECKS,
    *connections.CHECKS,
    *devices.CHECKS,
    *hygiene.CHECKS,
    *interfaces.CHECKS,
    *power.CHECKS,
    *prefixes.CHECKS,
    *primary_addresses.CHECKS,
    *racks.CHECKS,
    *software.CHECKS,
    *virtualization.CHECKS,
    *vlans.CHECKS,
    *wireless.CHECKS,
)


class Scorecard(AuditMixin, ScopeMixin, Job):
    """Runs the checks of all audits, and gives the source of truth a score from 0 to 100.

    Each check asks one question about each object of its model in scope, which weighs as much as the severity of the
    check. The score is the weight of the questions answered well, out of the weight of all: for everything, for each
    location, for each role and for each check. Runs with the same scope compare; the report has their course.

    The pages of the single audits tell which checks there are, with their exact rules, examples and parameters. Those
    that enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `dcim.view_device`; checks of other models are left out where you may not view them, and
    the log says so.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "Source of truth scorecard"
        description = "All checks of all audits, and a score from 0 to 100 for everything, each location and each role."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(self, CHECKS, needs=("dcim.device",)).run(**options)
