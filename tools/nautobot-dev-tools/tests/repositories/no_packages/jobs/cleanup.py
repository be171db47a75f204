from nautobot.apps.jobs import Job, register_jobs
from nautobot.extras.models import ObjectChange, JobResult


class Cleanup(Job):
    def run(self):
        ObjectChange.objects.all().delete()
        JobResult.objects.filter(status="FAILURE").delete()


register_jobs(Cleanup)
