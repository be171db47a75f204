"""DCIM-COMPONENT-005: serial number of a module twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._duplicates import serial_findings


class ModuleSerialDuplicate(Check):
    """Modules whose serial number is also that of something else."""

    id = "DCIM-COMPONENT-005"
    title = "Serial number of a module twice"
    severity = Severity.MEDIUM
    model = "dcim.module"
    description = (
        "The serial number of the module, case and outer blanks aside, is also that of another module, of another "
        "device than the one it is in, or of an inventory item of another device. Texts that stand for no number, such "
        'as "N/A", are left alone. Nautobot itself refuses equal numbers only among modules of one type.'
    )
    remedy = "Read the serial number off the module and correct the wrong record; delete the one that is a duplicate."
    tags = ("serial", "inventory")
    since = "0.1.0"
    bad = 'A supervisor in ams01-dist-01 has the serial number "FDO1" and a line card in nyc01-dist-01 has "fdo1".'
    good = "A module in ams01-dist-01 and an inventory item of ams01-dist-01 have the same serial number: one part."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """See `Check.find`."""
        yield from serial_findings(self, objects, context)
