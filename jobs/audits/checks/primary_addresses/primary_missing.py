"""DCIM-PRIMARY-001: no primary address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Device, Interface, InterfaceTemplate

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.compat import components, installed_modules
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import stands_for_itself
from ._addresses import COLUMNS, candidate_names, with_candidates


class PrimaryAddressMissing(DeviceCheck):
    """Devices that nobody knows how to reach."""

    id = "DCIM-PRIMARY-001"
    title = "No primary address"
    severity = Severity.MEDIUM
    description = (
        "The device has neither a primary IPv4 nor a primary IPv6 address. A virtual chassis needs one among all its "
        "members and is reported once, on its master. Devices that cannot have an address because neither they nor "
        "their modules, nor the types of these, have an interface (such as patch panels) are left alone. Automation "
        "and monitoring reach a device by its primary address."
    )
    remedy = (
        "Set the primary address: one of the candidates, or a new address assigned to an interface of the device. "
        "Exempt the role if such devices are not managed over the network."
    )
    tags = ("address",)
    since = "0.1.0"
    bad = "lon01-acc-02 has 10.17.10.15/24 on its management interface, and no primary address."
    good = "The second member of a stack has none; the master has one."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices, or virtual chassis by their master, without any primary address."""
        none = Q(primary_ip4__isnull=True, primary_ip6__isnull=True)
        members = Device.objects.filter(virtual_chassis=OuterRef("virtual_chassis")).order_by()
        by_type = InterfaceTemplate.objects.filter(device_type=OuterRef("device_type")).order_by()
        by_module = installed_modules().filter(module_type__interface_templates__isnull=False)
        devices = objects.filter(
            none,
            ~Exists(members.exclude(none)),
            stands_for_itself(),
            Exists(components(Interface)) | Exists(by_type) | Exists(by_module),
        )
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS):
            candidates = candidate_names(row)
            yield self.finding(row, context, "The device has no primary address.", details={"candidates": candidates})
