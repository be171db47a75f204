"""The smallest Job that follows this repository's rules; copy it to begin a Job of your own."""

from nautobot.apps.jobs import Job, StringVar

name = "Examples"


class HelloWorld(Job):
    """Greets somebody in the job log and returns the greeting.

    **Changes:** nothing.
    **Produces:** one log line; the greeting is the result of the Job.
    **Needs:** no permission beyond running the Job.

    Nautobot guide: *Getting Started*, "Your First Job in 6 Steps". The guide registers the class in its own file; a Git
    repository does it once, in `jobs/__init__.py`, so that there is one list of what the repository offers.
    """

    who = StringVar(
        description="Whom to greet.",
        default="world",
        max_length=100,
    )

    class Meta:
        # A Job record's name is unique in all of Nautobot, hence the prefix.
        name = "Example: Hello World"
        description = "Greet somebody in the job log: the smallest complete Job."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 30
        time_limit = 60

    def run(self, *, who):
        """Log the greeting and return it."""
        self.logger.info("Hello, %s!", who)
        return f"Hello, {who}!"
