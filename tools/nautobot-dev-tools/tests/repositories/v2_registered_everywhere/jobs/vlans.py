from nautobot.core.celery import register_jobs
from nautobot.extras.jobs import Job, MultiObjectVar
from nautobot.dcim.models import Location
from nautobot.ipam.models import VLAN, VLANGroup


class VlanReport(Job):
    """Report VLANs."""

    locations = MultiObjectVar(model=Location, required=True, label="Locations")

    class Meta:
        name = "VLAN report"
        read_only = True
        task_queues = ["default", "bulk"]

    def run(self, locations):
        vlans = VLAN.objects.filter(location__in=locations)
        self.logger.info(f"{vlans.count()} VLANs")
        self.create_file("vlans.csv", "\n".join(str(v.vid) for v in vlans))


class VlanReportDry(VlanReport):
    class Meta(VlanReport.Meta):
        name = "VLAN report, dry"

    def before_start(self, task_id, args, kwargs):
        super().before_start(task_id, args, kwargs)

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        self.logger.error("failed: %s", exc)


jobs = [VlanReport, VlanReportDry]
register_jobs(*jobs)
