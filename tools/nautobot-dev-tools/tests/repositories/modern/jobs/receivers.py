"""Receivers."""

from nautobot.apps.jobs import JobButtonReceiver, JobHookReceiver

name = "Receivers"


class Recheck(JobButtonReceiver):
    """A button."""

    class Meta:
        name = "Recheck (button)"
        has_sensitive_variables = False

    def receive_job_button(self, obj):
        """Look at it."""
        self.logger.info("%s", obj, extra={"object": obj})


class OnPrefix(JobHookReceiver):
    """A hook."""

    class Meta:
        name = "On prefix (hook)"
        has_sensitive_variables = False

    def receive_job_hook(self, change, action, changed_object):
        """Look at it."""
        if changed_object is None:
            return
        self.logger.info("%s: %s", action, changed_object)
