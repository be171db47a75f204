"""What changes data can be tried first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...source.contracts import JOB
from ...source.effects import UNKNOWN
from ..context import Context
from ..rule import WARNING, Found, Rule

_NAMES = re.compile(
    r"dry_?run|commit|apply|preview|simulat|what_?if|check_?only|test_?mode|no_?op|only_plan|confirm", re.I
)


class WritesWithoutDryrun(Rule):
    """Nobody can know from a form what a Job will do to a thousand objects; a dry run shows it before it has happened.

    A variable `dryrun = DryRunVar()`, `dryrun_default = True`, and either code that does all but save, or a transaction that is rolled back at
    the end. The Job's result says what would be changed.
    """

    id = "JOB317"
    name = "writes-without-dryrun"
    severity = WARNING
    title = "A Job changes data and has no dry run"
    bad = '''"""Serial numbers."""

from nautobot.apps.jobs import Job, ObjectVar
from nautobot.dcim.models import Device


class ClearSerial(Job):
    """Removes the serial number of a device."""

    device = ObjectVar(model=Device, description="Whose serial number goes.")

    class Meta:
        name = "Clear serial"
        has_sensitive_variables = False

    def run(self, *, device):
        """Remove it."""
        device.serial = ""
        device.validated_save()
'''
    good = '''"""Serial numbers."""

from nautobot.apps.jobs import DryRunVar, Job, ObjectVar
from nautobot.dcim.models import Device


class ClearSerial(Job):
    """Removes the serial number of a device."""

    device = ObjectVar(model=Device, description="Whose serial number goes.")
    dryrun = DryRunVar()

    class Meta:
        name = "Clear serial"
        has_sensitive_variables = False
        dryrun_default = True

    def run(self, *, device, dryrun):
        """Remove it, or say that it would be."""
        self.logger.info("Removing %s", device.serial, extra={"object": device})
        device.serial = ""
        if dryrun:
            device.full_clean()
        else:
            device.validated_save()
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find Jobs with a form that write; a Job that says `read_only` means what it keeps for itself, such as records of its findings."""
        for job in context.jobs:
            if job.kind != JOB or not job.registered or job.meta.get("read_only") is True or job.outside:
                continue
            if any(_NAMES.search(name) for name in job.variables) or context.may_have(job, "dryrun"):
                continue
            writes = context.effects(job).writes
            if writes:
                known = [label for label in writes if label != UNKNOWN]
                place = writes[known[0] if known else UNKNOWN]
                what = ", ".join(known[:4]) or "objects"
                message = f"{job.name} changes {what} ({place.path}:{place.line}) and has no dry run: add `dryrun = DryRunVar()`, and heed it."
                yield context.found(job.module, job.node, message)
