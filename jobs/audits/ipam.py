"""Is the address plan consistent, and does what is built follow it?"""

from __future__ import annotations

from nautobot.apps.jobs import Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks import addresses, prefixes

name = "Audits"

CHECKS = (*addresses.CHECKS, *prefixes.CHECKS)


class IpamAudit(AuditMixin, ScopeMixin, Job):
    """Checks prefixes and addresses: masks, parents, duplicates, overlaps, use, forecast, VRFs, services.

    Prefixes are in scope by their locations, addresses by the interface that has them or by their prefix.

    Which checks there are, with their exact rules, examples and parameters, is told in the documentation and in the report. Those that
    enforce a policy are asked once *Parameters* state it.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permissions `ipam.view_ipaddress`, `ipam.view_prefix`, `ipam.view_routetarget`,
    `ipam.view_service`, `ipam.view_vrf`; what you may not view is not named. Checks of other models are left out
    where you may not view them.
    """

    checks = checks_variable(CHECKS)

    class Meta:
        name = "IPAM audit"
        description = "Prefixes and addresses: masks, parents, duplicates, overlaps, use and forecast, VRFs, services."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        return Audit(
            self, CHECKS, needs=("ipam.ipaddress", "ipam.prefix", "ipam.routetarget", "ipam.service", "ipam.vrf")
        ).run(**options)
