"""The collection as a Nautobot App. In the repository `jobs/` lies elsewhere: it comes below this package when that is built."""

from importlib import metadata

from nautobot.apps import NautobotAppConfig

__version__ = metadata.version("nautobot-job-collection")


class JobCollectionConfig(NautobotAppConfig):
    """Nothing but Jobs: no models, no pages, no settings."""

    name = "nautobot_job_collection"
    verbose_name = "Nautobot job collection"
    description = "Production-grade Jobs: audits, bulk changes, automation."
    version = __version__
    author = "The contributors of the Nautobot job collection"
    min_version = "2.4.35"
    max_version = "3.9999"

    def ready(self):
        """Import the Jobs, which register themselves, and list them on the App's page."""
        super().ready()
        from nautobot.extras.registry import registry

        self.features["jobs"] = [job for path, job in registry["jobs"].items() if path.startswith(f"{self.name}.")]


config = JobCollectionConfig
