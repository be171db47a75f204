from nautobot.apps.jobs import Job, register_jobs
from nautobot_ssot.jobs.base import DataSource
from .models import Thing


class SyncThings(DataSource, Job):
    class Meta:
        name = "Sync things"

    def load_source_adapter(self):
        self.source_adapter = None

    def run(self, dryrun, memory_profiling, *args, **kwargs):
        super().run(dryrun=dryrun, memory_profiling=memory_profiling, *args, **kwargs)


jobs = [SyncThings]
register_jobs(*jobs)
