"""Every level of the job log, and what an entry can carry."""

from celery.utils.log import get_task_logger
from nautobot.apps.jobs import BooleanVar, Job

name = "Examples"

# For functions outside the class. It is the very logger that the Job knows as `self.logger`.
logger = get_task_logger(__name__)


class LogLevels(Job):
    """Writes one entry of every level to the job log, and shows what an entry can carry.

    - Seven levels, from debug to critical. None of them fails the Job: this Job logs errors and succeeds.
    - *Grouping*: the name of the function that logs, unless the entry names another one.
    - *Object*: the entry links to it.
    - Entries that go to the worker's own log only.
    - Markdown. An entry is also searched for credentials, which Nautobot replaces by *(redacted)*; that is a safety net
      and no reason to log one.
    - Debug entries, which most workers leave out, appear when asked for, and only for this run: the level is set back at
      the end, because the worker's next Job uses the same logger.
    - What a Job prints becomes a warning in the job log; with the *Console Log* (Nautobot 3.1 and later) a line there
      instead. This Job asks for the console log by default. It then runs in a process of its own, which takes some
      seconds to start.

    Each entry costs a Job two database queries: log what somebody will act on, and put the rest in a file.

    **Changes:** nothing.
    **Produces:** the log; there is no result.
    **Needs:** no permission beyond running the Job.

    Nautobot guide: *Job Logging*.
    """

    debug = BooleanVar(description="Log debug entries as well.", default=False)

    class Meta:
        name = "Example: Log Levels"
        description = "Write one entry of every level to the job log."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        console_log_default = True
        soft_time_limit = 60
        time_limit = 120

    def before_start(self, task_id, args, kwargs):
        """Lower the level of the logger if debug entries are wanted."""
        super().before_start(task_id, args, kwargs)
        self._level = self.logger.level
        if kwargs.get("debug"):
            self.logger.setLevel("DEBUG")

    def run(self, *, debug=False):
        """Write the entries."""
        self._levels()
        self._carried()
        outside_the_class()
        # nautobot-jobs: ignore[JOB509] what becomes of it is shown here
        print("Printed, not logged.")  # noqa: T201

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        """Set the level back."""
        self.logger.setLevel(self._level)
        super().after_return(status, retval, task_id, args, kwargs, einfo)

    def _levels(self):
        """Write one entry of each level."""
        self.logger.debug("debug: for whoever works on the Job.")
        self.logger.info("info: what the Job does.")
        self.logger.success("success: a thing that was to be achieved, and is.")
        self.logger.warning("warning: look at this when you have time.")
        self.logger.failure("failure: something was checked and found wanting. The Job itself goes on.")
        self.logger.error("error: something could not be done.")
        self.logger.critical("critical: nothing more can be done.")

    def _carried(self):
        """Write entries with a grouping, an object, Markdown and a credential, and one that the job log does not get."""
        self.logger.info("An entry in a grouping of its own.", extra={"grouping": "a grouping"})
        self.logger.info("An entry with a link to an object.", extra={"object": self.job_model})
        self.logger.info("An entry in *Markdown*, with `code`.")
        self.logger.info("A credential is redacted: password: example")
        self.logger.info("An entry for the worker's own log only.", extra={"skip_db_logging": True})


def outside_the_class():
    """Write an entry from a function that knows nothing of the Job."""
    logger.info("An entry from outside the class.")
