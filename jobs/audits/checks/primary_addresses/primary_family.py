"""DCIM-PRIMARY-004: primary address of the wrong family."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import FIELDS, VERSIONS, is_of_other_family
from ._addresses import COLUMNS, details, with_candidates


class PrimaryAddressFamily(DeviceCheck):
    """Devices with an IPv6 address where IPv4 belongs, or the other way round."""

    id = "DCIM-PRIMARY-004"
    title = "Primary address of the wrong family"
    severity = Severity.MEDIUM
    description = (
        "The primary IPv4 address of the device is an IPv6 address, or the other way round. Nautobot does not allow "
        "this to be set, but imports and code that skip validation can. The device cannot be saved in Nautobot until "
        "it is corrected."
    )
    remedy = "Set an address of the right family as primary, or clear the field."
    tags = ("address",)
    since = "0.1.0"
    bad = "The primary IPv4 address of den01-acc-02 is 2001:db8:33::a2/128."
    good = "A device with an IPv6 address as primary IPv6, and no primary IPv4."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with a primary address of the other IP version."""
        devices = objects.filter(reduce(or_, map(is_of_other_family, FIELDS)))
        columns = [f"{field}__ip_version" for field in FIELDS]
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS, *columns):
            for field, label in FIELDS.items():
                version = row[f"{field}__ip_version"]
                if version not in (None, VERSIONS[field]):
                    yield self.finding(
                        row,
                        context,
                        f"The {label} is an IPv{version} address.",
                        key=field,
                        details=details(row, field),
                    )
