"""DCIM-DEVICE-005: serial number twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._duplicates import serial_findings


class SerialDuplicate(DeviceCheck):
    """Devices whose serial number is also that of something else."""

    id = "DCIM-DEVICE-005"
    title = "Serial number twice"
    severity = Severity.HIGH
    description = (
        "The serial number of the device, case and outer blanks aside, is also that of another device, of a module "
        "that is not in this device, or of an inventory item of another device. Texts that stand for no number, such "
        'as "N/A" and "unknown", are left alone. One of the two records is wrong: support contracts, warranty and '
        "zero-touch provisioning go by the serial number."
    )
    remedy = "Read the serial number off the hardware and correct the wrong record; delete the one that is a duplicate."
    tags = ("serial", "inventory")
    since = "0.1.0"
    bad = 'lon01-pdu-01 has the serial number "5A2048T00001" and lon01-pdu-02 has "5a2048t00001 ".'
    good = 'ams01-core-01 and its inventory item "Chassis" have the same serial number: both are the same hardware.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """See `Check.find`."""
        yield from serial_findings(self, objects, context)
