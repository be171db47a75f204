"""DCIM-COMPONENT-004: serial number of an inventory item twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._duplicates import serial_findings


class ItemSerialDuplicate(Check):
    """Inventory items whose serial number is also that of something else."""

    id = "DCIM-COMPONENT-004"
    title = "Serial number of an inventory item twice"
    severity = Severity.LOW
    model = "dcim.inventoryitem"
    description = (
        "The serial number of the inventory item, case and outer blanks aside, is also that of another inventory item, "
        "of another device than its own, or of a module that is not in its device. Texts that stand for no number, "
        'such as "N/A", are left alone. Parts that were moved are often recorded in the new place and left in the old.'
    )
    remedy = "Find out which device the part is in, and delete the other record."
    tags = ("serial", "inventory")
    since = "0.1.0"
    bad = 'The inventory items "PSU1" of ams01-core-01 and "PSU2" of ams01-core-02 have the same serial number.'
    good = 'ams01-core-01 and its inventory item "Chassis" have the same serial number: both are the same hardware.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """See `Check.find`."""
        yield from serial_findings(self, objects, context)
