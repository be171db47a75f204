"""Replaces a serial number."""

from django.db import transaction
from nautobot.apps.jobs import DryRunVar, Job, ObjectVar, StringVar
from nautobot.dcim.models import Device

name = "Devices"


class ReplaceSerial(Job):
    """Writes a new serial number."""

    device = ObjectVar(model=Device, description="Whose serial number.", query_params={"status": "Active"})
    serial = StringVar(description="The new one.", max_length=255, regex=r"[A-Z0-9]+")
    dryrun = DryRunVar(description="Change nothing.")

    class Meta:
        name = "Replace a serial number"
        description = "Write a new serial number."
        has_sensitive_variables = False
        dryrun_default = True
        read_only = False
        soft_time_limit = 60
        time_limit = 120

    def run(self, *, device, serial, dryrun):
        """Write it."""
        with transaction.atomic():
            permitted = Device.objects.restrict(self.user, "change").select_for_update().filter(pk=device.pk).first()
            if permitted is None:
                self.fail("You need the permission dcim.change_device on %s.", device)
                return
            permitted.serial = serial
            permitted.validated_save()
            if dryrun:
                transaction.set_rollback(True)
        self.logger.info("Serial number: %s", serial, extra={"object": device})
