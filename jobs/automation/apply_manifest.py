"""Apply an automation manifest: Jobs, queues, schedules, buttons, hooks, approvals and permissions as a YAML file says."""

from __future__ import annotations

from nautobot.apps.jobs import BooleanVar, FileVar, Job, ObjectVar, StringVar
from nautobot.extras.models import GitRepository

from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.plan import Plan
from .manifest_plan import ManifestPlan
from .manifest_source import Source

name = "Automation"


class ApplyAutomationManifest(ChangeMixin, Job):
    """Makes Nautobot's own automation as a manifest says: a YAML file that can be reviewed in Git.

    A manifest declares which Jobs are enabled and what is overridden of them, job queues, groups and object permissions,
    approval workflow definitions, job buttons, job hooks, schedules with their inputs, and saved inputs: links on a Job's
    page that open its form filled in. What is missing is created, what differs is changed, and what the manifest does not
    name is left alone. It is described in the administrator's guide, under *Automation as code*; *Export automation
    manifest* writes what there is as such a file.

    The manifest of this collection has three groups: all read, operators change, administrators automate.

    A schedule that differs is deleted and made anew, since approvals are given to a schedule as it is; its description
    keeps the history. A new schedule runs as you, with your permissions. Nothing that you could not do by hand is done.

    **Changes:** Jobs, job queues, groups, object permissions, approval workflow definitions, job buttons, job hooks,
    custom links, schedules; and a record of metadata that remembers what the manifest has created.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `extras.view_job`, `extras.view_metadatatype`, `extras.view_objectmetadata`; beyond them,
    to view, add and change what the manifest declares, to run the Jobs that it schedules, and to delete what is removed.
    """

    shipped = BooleanVar(
        label="The manifest of this collection",
        default=False,
        description="Three groups: all read, operators change, administrators automate.",
    )
    manifest_file = FileVar(label="Manifest file", required=False, description="Or a manifest of your own, in YAML.")
    repository = ObjectVar(
        model=GitRepository,
        required=False,
        description="Or a file in a Git repository that Nautobot has synced, whatever it provides.",
    )
    path = StringVar(required=False, description="The path of the file in that repository: nautobot/automation.yml.")
    prune = BooleanVar(
        default=False,
        description="Remove what this manifest has created and does not declare any more; Jobs become as a sync makes "
        "them. Nothing else is ever removed.",
    )
    adopt = BooleanVar(
        default=False,
        description="From now on, let it count as created by this manifest what it declares and what was there before.",
    )

    watch = BooleanVar(
        label="Fail if anything differs",
        default=False,
        description="For a scheduled dry run that watches: it fails if something is not as the manifest says.",
    )

    class Meta:
        name = "Apply automation manifest"
        description = "Make Jobs, queues, schedules, buttons, hooks, approvals and permissions as a YAML file says."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        shipped=False,
        manifest_file=None,
        repository=None,
        path="",
        prune=False,
        adopt=False,
        watch=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the manifest, and execute the plan."""
        needs = dict.fromkeys(("extras.job", "extras.metadatatype", "extras.objectmetadata"), ("view",))
        source = Source(self.user, shipped=shipped, upload=manifest_file, repository=repository, path=path or "")
        result = Changes(self, needs=needs).run(
            lambda plan: self._plan(plan, source, prune, adopt), request=source.told, dryrun=dryrun, only_if=only_if
        )
        if watch and dryrun and result["changes"]:
            self.fail("%d things are not as the manifest says.", result["changes"], extra={"grouping": "plan"})
        return result

    def _plan(self, plan: Plan, source: Source, prune: bool, adopt: bool) -> None:
        ManifestPlan(plan, source.manifest(), self.job_model, adopt).make(prune)
