from nautobot.apps.jobs import Job, StringVar, register_jobs
from nautobot.dcim.models import Site  # still here


class SiteRename(Job):
    old = StringVar()
    new = StringVar()

    def run(self, old, new, commit=False):
        site = Site.objects.get(name=old)
        site.name = new
        if commit:
            site.validated_save()
        self.logger.info(obj=site, message="renamed")
        self.logger.success("done", extra={"obj": site})


class Forgotten(Job):
    def run(self, data, commit):
        self.log_info(message="nobody calls me")


register_jobs(SiteRename)
