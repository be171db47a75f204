"""DCIM-CABLE-008: connected cable at a device that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CONNECTED, end_device, end_port, with_ends
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, SIDES, name, with_names


class CableAtAbsentDevice(Check):
    """Cables that are in place according to Nautobot, at devices that are not."""

    id = "DCIM-CABLE-008"
    title = "Connected cable at a device that is not there"
    severity = Severity.LOW
    model = "dcim.cable"
    description = (
        "The cable has the status Connected, and a device or an interface at one of its ends has one of the given "
        "statuses, by which it is not in place yet or any more. Either the cable is planned too, or the device is "
        "there and nobody changed its status. Staged, offline and failed devices are in place. A connected cable makes "
        "checks and reports count on what it leads to."
    )
    remedy = "Correct the status of the device or interface, or that of the cable."
    tags = ("cabling", "status")
    parameters = {
        "statuses": Parameter(
            ("Planned", "Inventory"), "Names of the statuses of devices and interfaces that are not in place."
        )
    }
    since = "0.1.0"
    bad = "The cable AMS01-0042 is Connected, and ams01-srv-09 at its B end is Planned."
    good = "The cable AMS01-0043 is Planned, as is ams01-srv-10 at its B end."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Connected cables with an end that is not in place."""
        absent = self.values["statuses"]
        cables = with_ends(objects.filter(status__name=CONNECTED)).annotate(
            **{f"{side}_status": end_device(side, "status__name") for side in SIDES},
            **{f"{side}_port_status": end_port(side, "status__name", ports=("interface",)) for side in SIDES},
        )
        states = [f"{side}_{what}" for side in SIDES for what in ("status", "port_status")]
        condition = Q()
        for state in states:
            condition |= Q(**{f"{state}__in": absent})
        for row in self.rows(with_names(cables.filter(condition), context.user), *COLUMNS, *states):
            details = {}
            for side in SIDES:
                if end := name(row, side):
                    off = [row[f"{side}_{what}"] for what in ("status", "port_status")]
                    note = next((f" ({state})" for state in off if state in absent), "")
                    details[f"{side.upper()} end"] = f"{end}{note}"
            yield self.finding(
                row, context, "The cable is connected, and what is at one of its ends is not in place.", details=details
            )
