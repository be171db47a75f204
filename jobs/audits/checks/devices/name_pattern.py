"""DCIM-DEVICE-001: name against the naming policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.access import RefusalError
from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity

_ANY_ROLE = "*"


class NamePattern(DeviceCheck):
    """Devices that are not called as the naming policy says."""

    id = "DCIM-DEVICE-001"
    title = "Name against the naming policy"
    severity = Severity.LOW
    description = (
        "The name of the device does not match, from its first to its last character, the regular expression that the "
        "parameter gives for its role, or for all other roles. Devices without a name are left alone, as are those "
        "whose role has no expression. Scripts that read site and role out of names misplace such devices."
    )
    remedy = "Rename the device, or give its role an expression that allows the name."
    tags = ("naming", "policy")
    parameters = {
        "patterns": Parameter(
            None, 'Name of a role to regular expression (Python\'s); "*" is for the roles that are not named.'
        )
    }
    since = "0.1.0"
    bad = 'Access Switches are to match "[a-z]{3}\\\\d\\\\d-acc-\\\\d\\\\d", and one is called "AMS-SW-1".'
    good = 'Access Switches are to match "[a-z]{3}\\\\d\\\\d-acc-\\\\d\\\\d", and one is called "ams01-acc-01".'
    policy = {"patterns": {"*": "[a-z]{3}[0-9]{2}-.+"}}

    def idle(self) -> str:
        return "" if self.values["patterns"] else "No naming policy is given (parameter patterns)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        patterns = self._compiled()
        devices = objects.exclude(name=None).exclude(name="")
        if _ANY_ROLE not in patterns:
            devices = devices.filter(role__name__in=list(patterns))
        # PostgreSQL and MySQL read regular expressions in different ways; names are matched here, so that one policy
        # means the same on both.
        for row in self.rows(devices):
            pattern = patterns.get(row["subject_role"]) or patterns.get(_ANY_ROLE)
            if pattern and not pattern.fullmatch(row["subject_name_0"]):
                yield self.finding(
                    row,
                    context,
                    "The name does not match the policy for its role.",
                    details={"expected": pattern.pattern},
                )

    def _compiled(self) -> dict[str, re.Pattern[str]]:
        patterns = self.values["patterns"]
        if not isinstance(patterns, dict):
            raise RefusalError(f"{self.id}: the parameter patterns has to map names of roles to regular expressions.")
        compiled = {}
        for role, pattern in patterns.items():
            try:
                compiled[role] = re.compile(pattern)
            except (re.error, TypeError) as error:
                raise RefusalError(
                    f'{self.id}: the parameter patterns has no valid regular expression for "{role}": {error}.'
                ) from error
        return compiled
