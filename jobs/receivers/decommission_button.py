"""A button that shows what it would take to decommission a device."""

from __future__ import annotations

from django.urls import reverse
from nautobot.apps.jobs import JobButtonReceiver
from nautobot.dcim.models import Device
from nautobot.extras.models import Job as JobModel

from ..changes.decommission import DecommissionDevices
from ..toolkit.receiving import permitted, refusals, run_in_place

name = "Receivers"


class DecommissionThis(JobButtonReceiver):
    """Makes the dry run of *Decommission devices* for a device, and leaves its plan; it never applies it.

    The plan tells what the device would give back, and what relies on it. The log has a link to the form of *Decommission
    devices* with the device and the fingerprint of the plan filled in: who may run that Job can apply there exactly what
    was shown.

    To use it, enable this Job, then add a *Job Button* for devices.

    **Changes:** nothing.
    **Produces:** `plan.html`, `plan.csv` and `plan.json`.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.delete_cable`,
    `ipam.delete_ipaddresstointerface`, `ipam.delete_ipaddress`; beyond it what *Decommission devices* asks for.
    """

    class Meta:
        name = "Decommission this (button)"
        description = "Plan the decommissioning of a device, without doing it."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 600
        time_limit = 660

    def receive_job_button(self, obj):
        """Plan what the device `obj` gives back."""
        with refusals(self):
            permitted(self, obj, "dcim.device")
            devices = Device.objects.restrict(self.user, "view").filter(pk=obj.pk)
            planned = run_in_place(self, DecommissionDevices, devices=devices, dryrun=True)
            if planned.get("changes") and not planned.get("problems"):
                self._point_to_the_form(obj, planned["fingerprint"])

    def _point_to_the_form(self, device: Device, fingerprint: str) -> None:
        runnable = JobModel.objects.restrict(self.user, "run").filter(
            module_name=DecommissionDevices.__module__, job_class_name=DecommissionDevices.__name__, enabled=True
        )
        job = runnable.first()
        if job is not None:
            self.logger.info(
                "To apply it: [%s](%s?devices=%s&only_if=%s), with *Dry run* unticked.",
                job,
                reverse("extras:job_run", kwargs={"pk": job.pk}),
                device.pk,
                fingerprint,
                extra={"object": device},
            )
