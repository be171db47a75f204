"""DCIM-SECRETS-001: device without secrets group."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import stands_for_itself


class DeviceWithoutSecrets(DeviceCheck):
    """Devices that automation has no credentials for."""

    id = "DCIM-SECRETS-001"
    title = "Device without secrets group"
    severity = Severity.MEDIUM
    description = (
        "The device has one of the roles in the parameter `roles` and no secrets group. Of a virtual chassis the master "
        "needs one. Off unless roles are named. Automation that takes credentials from the device cannot log in."
    )
    remedy = "Assign a secrets group to the device."
    tags = ("access", "secret", "policy")
    parameters = {"roles": Parameter((), 'Names of the roles whose devices need one, such as "Core Switch".')}
    since = "0.1.0"
    bad = '"Core Switch" is named. ams01-core-02 has no secrets group.'
    good = 'ams01-core-01 has "Device credentials"; ams01-pan-01 has none, but only core switches need one.'
    policy = {"roles": ("Core Switch",)}

    def idle(self) -> str:
        """Not every team keeps credentials of devices in Nautobot."""
        return "" if self.values["roles"] else "No roles whose devices need a secrets group are named."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices of those roles without a secrets group."""
        devices = objects.filter(stands_for_itself(), role__name__in=self.values["roles"], secrets_group__isnull=True)
        for row in self.rows(devices):
            yield self.finding(row, context, "The device has no secrets group.")
