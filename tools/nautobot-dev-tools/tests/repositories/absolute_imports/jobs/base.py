from nautobot.apps import jobs
from lib.helpers import slug

CHOICES = [("x", "X")]
CHOICES += [("y", slug("Y"))]


class CompanyJob(jobs.Job):
    class Meta:
        hidden = True

    def run(self, **data):
        raise NotImplementedError
