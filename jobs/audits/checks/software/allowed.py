"""DCIM-SOFTWARE-001: software version not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from ....toolkit.access import RefusalError
from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity

_ANY_ROLE = "*"


class SoftwareNotAllowed(DeviceCheck):
    """Devices with another software version than the standard for their platform and role."""

    id = "DCIM-SOFTWARE-001"
    title = "Software version not allowed"
    severity = Severity.MEDIUM
    description = (
        "The software version of the device is not among those that the parameter allows for its platform and role; if "
        'it does not name the role, among those for "*". Devices without a software version are left alone, as are '
        "platforms, and roles, for which nothing is given."
    )
    remedy = "Bring the device to an allowed version, or allow the one that it has."
    tags = ("software", "policy")
    parameters = {
        "allowed": Parameter(
            None,
            'Name of a platform to name of a role, or "*", to list of versions: {"Cisco IOS XE": {"*": ["17.12.4"]}}.',
        )
    }
    since = "0.1.0"
    bad = "17.12.4 is allowed for Cisco IOS XE, and ams01-acc-01 has 17.9.1."
    good = "17.12.4 is allowed for Cisco IOS XE, and ams01-acc-01 has it."
    policy = {"allowed": {"Cisco IOS XE": {"*": ["17.12.4"]}}}

    def idle(self) -> str:
        return "" if self.values["allowed"] else "No versions are given (parameter allowed)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        allowed = self._allowed()
        wrong = Q(pk__in=[])
        for platform, roles in allowed.items():
            for role, versions in roles.items():
                of_role = ~Q(role__name__in=list(roles)) if role == _ANY_ROLE else Q(role__name=role)
                wrong |= Q(platform__name=platform) & of_role & ~Q(software_version__version__in=versions)
        devices = objects.filter(wrong, software_version__isnull=False)
        for row in self.rows(devices, "platform__name", "software_version__version"):
            roles = allowed[row["platform__name"]]
            versions = roles.get(row["subject_role"], roles.get(_ANY_ROLE, ()))
            yield self.finding(
                row,
                context,
                f"Software version {row['software_version__version']} is not allowed.",
                details={"platform": row["platform__name"], "allowed": ", ".join(versions)},
            )

    def _allowed(self) -> dict[str, dict[str, list[str]]]:
        allowed: Any = self.values["allowed"]
        right = isinstance(allowed, dict) and all(
            isinstance(roles, dict)
            and all(
                isinstance(versions, (list, tuple)) and all(isinstance(version, str) for version in versions)
                for versions in roles.values()
            )
            for roles in allowed.values()
        )
        if not right:
            raise RefusalError(
                f'{self.id}: the parameter allowed has to map platforms to roles, or "*", to lists of versions, such as '
                '{"Cisco IOS XE": {"*": ["17.12.4"]}}.'
            )
        return {
            platform: {role: list(versions) for role, versions in roles.items()} for platform, roles in allowed.items()
        }
