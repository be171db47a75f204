"""How long titles may be."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule
from .class_path_too_long import MOST

# CHARFIELD_MAX_LENGTH of nautobot.core.constants.
MOST_OF_GROUP = 255


class TitleTooLong(Rule):
    """Nautobot cuts `Meta.name` after 100 characters and the group's name after 255, in the middle of a word.

    Two Jobs whose names differ only after that become *Name* and *Name (2)*.
    """

    id = "JOB208"
    name = "title-too-long"
    severity = WARNING
    title = "`Meta.name` has more than 100 characters, or the group's name more than 255, and is cut"
    bad = f'''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "{"Say hello " * 11}"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("Say hello " * 11, "Say hello")

    def check(self, context: Context) -> Iterator[Found]:
        """Measure titles and groups."""
        for job in context.jobs:
            if isinstance(job.title, str) and "name" in job.meta and len(job.title) > MOST:
                message = f"Meta.name has {len(job.title)} characters, and Nautobot cuts it after {MOST}: shorten it."
                yield context.found(job.module, job.own_meta or job.node, message)
            if isinstance(job.group, str) and len(job.group) > MOST_OF_GROUP:
                message = f"The group's name has {len(job.group)} characters, and Nautobot cuts it after {MOST_OF_GROUP}: shorten it."
                yield context.found(job.module, job.node, message)
