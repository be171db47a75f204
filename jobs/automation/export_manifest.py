"""Export an automation manifest: what Nautobot's own automation is now, as a YAML file."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import BooleanVar, Job, MultiChoiceVar, StringVar
from nautobot.extras.models import Job as JobModel

from ..toolkit.access import RefusalError, require
from ..toolkit.attachments import create_file
from ..toolkit.links import base_url
from .manifest_document import SCHEMA, SECTIONS, read_manifest
from .manifest_export import Export, manifest_text

name = "Automation"

_FILE = "automation.yml"


class ExportAutomationManifest(Job):
    """Writes what Nautobot's own automation is now as a manifest: the YAML file that *Apply automation manifest* reads.

    Jobs with their settings, job queues, groups, object permissions, approval workflow definitions, job buttons, job
    hooks and schedules are written as far as you may view them, in a stable order, so that two exports can be compared
    in Git. Applied to the same Nautobot, the file changes nothing. Schedules that run once or are switched off are left
    out, and the log says so.

    **Changes:** nothing.
    **Produces:** `automation.yml`, the manifest, and `manifest.schema.json`, by which editors complete and check it. The
    result counts the entries of each section.
    **Needs:** the permission `extras.view_job`; beyond it, to view what the chosen sections have.
    """

    sections = MultiChoiceVar(
        choices=tuple((section, section.replace("_", " ").capitalize()) for section in SECTIONS),
        default=list(SECTIONS),
        description="What is written.",
    )
    jobs_below = StringVar(
        label="Jobs",
        default="*",
        description="Which Jobs: a class path with *. One that begins with a dot is below the package of this "
        "collection: .audits.*",
    )
    every_permission = BooleanVar(
        label="Every permission and group",
        default=False,
        description="Otherwise those that have to do with Jobs.",
    )
    manifest_name = StringVar(label="Name", default="nautobot", description="What the manifest is called.")

    class Meta:
        name = "Export automation manifest"
        description = "Write what Nautobot's own automation is now as a manifest, to be reviewed in Git and applied."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 600
        time_limit = 700

    def run(self, *, sections=SECTIONS, jobs_below="*", every_permission=False, manifest_name="nautobot"):
        """Read everything, and write it."""
        try:
            require(self.user, JobModel, "view")
            export = Export(self.user, jobs_below, every_permission)
            found = export.sections(list(sections))
            content = manifest_text(manifest_name, found, base_url()).encode()
            read_manifest(content, _FILE)
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "export"})
            return {"refused": str(refusal)}
        for each in export.left_out:
            self.logger.warning("Left out: %s.", each, extra={"grouping": "export"})
        create_file(self, _FILE, content)
        create_file(self, SCHEMA.name, SCHEMA.read_bytes())
        counts: dict[str, Any] = {section: len(entries) for section, entries in found.items()}
        told = ", ".join(f"{count} {section.replace('_', ' ')}" for section, count in counts.items())
        self.logger.success("%s has %s.", _FILE, told or "nothing", extra={"grouping": "export"})
        return counts
