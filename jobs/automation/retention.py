"""Delete old job results, log entries, files and changes, by a policy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Sum
from nautobot.apps.jobs import BooleanVar, DryRunVar, FileVar, IntegerVar, Job, MultiChoiceVar
from nautobot.extras.models import FileProxy, JobLogEntry, JobResult, ObjectChange

from ..toolkit.access import RefusalError, require
from ..toolkit.attachments import attach
from ..toolkit.tables import Page, Tile, write_csv
from .retention_delete import Deleter
from .retention_plan import MOST_CONTENTS, Octets, Part, Planner, contents_of_nothing, stored_in_database
from .retention_policy import CHANGES, FILES, KINDS, LOGS, NOUNS, ORPHANS, RESULTS, Policy, Rule, read

name = "Automation"

_MODELS = {RESULTS: JobResult, LOGS: JobLogEntry, FILES: FileProxy, ORPHANS: FileProxy, CHANGES: ObjectChange}
_COLUMNS = ("what", "of", "status or level", "number", "oldest", "bytes")
_TELL_EVERY = 20_000


class Retention(Job):
    """Deletes old job results, log entries, files and entries of the change log, by a policy for each Job and status.

    Tells first what would go, with numbers and bytes; *Dry run*, which is the default, ends there. Without a *Policy* the
    form's own values are one rule for all that is selected. A policy has rules by kind, of which the first that fits an
    object decides; what none fits is kept. The page *Keep automation running* of the documentation shows one.

    Never goes: a run that has not ended; the last result of each schedule; files that a schedule or a waiting run needs; and,
    unless *Undo files as well* is ticked, results with an `undo.json`, by which a change can be taken back.

    Deleted is in batches, the oldest first, each in a transaction of its own. Whatever ends the Job leaves whole batches
    behind, and the next run goes on. There is no undo: back up what you may have to show.

    **Changes:** deletes job results with their logs and files, log entries, files and their contents, and entries of the
    change log.
    **Produces:** `retention.html` and `retention.csv`, what goes, by Job and status. The result counts `planned` and
    `deleted` by kind, planned `bytes`, and what was `protected` because something else refers to it; `finished` is false if the
    time was over before all was deleted.
    **Needs:** the permissions `extras.delete_jobresult`, `extras.delete_joblogentry`, `extras.delete_fileproxy` and
    `extras.delete_objectchange`, of those the ones for what is selected; what you may not delete stays.
    """

    policy = FileVar(
        required=False,
        description="YAML with rules by kind, for single Jobs, statuses, levels, names of files and models. With it, Kinds, "
        "Days, Keep last and Undo files as well are not looked at.",
    )
    kinds = MultiChoiceVar(
        choices=list(KINDS.items()),
        default=[RESULTS, ORPHANS],
        required=False,
        description="What is deleted when it is old.",
    )
    days = IntegerVar(default=180, min_value=1, max_value=36500, description="What is younger is kept.")
    keep_last = IntegerVar(
        label="Keep last",
        default=5,
        max_value=1000,
        description="So many results of each Job are kept, however old.",
    )
    undo_files = BooleanVar(
        label="Undo files as well",
        default=False,
        description="Delete results and files by which a change can be undone, too.",
    )
    batch = IntegerVar(default=1000, min_value=10, max_value=10_000, description="So many are deleted at once.")
    dryrun = DryRunVar(description="Only tell what would go. Untick to delete.")

    class Meta:
        name = "Retention"
        description = "Delete old job results, logs, files and changes by a policy; tells first what would go."
        dryrun_default = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 6900
        time_limit = 7200

    def run(self, *, days, keep_last, batch, policy=None, kinds=None, undo_files=False, dryrun=True):
        """Return counts; see the docstring of the class."""
        try:
            if keep_last < 0:
                raise RefusalError(f"Keep last: {keep_last} is less than 0.")
            rules = read(policy) if policy else _simple(kinds or [RESULTS, ORPHANS], days, keep_last, undo_files)
            for kind in rules:
                require(self.user, _MODELS[kind], "delete")
        except RefusalError as refusal:
            self.fail("%s", refusal)
            return {"refused": str(refusal)}
        parts = list(Planner(self.user, rules).parts())
        for part in parts:
            part.measure()
        contents = self._contents() if ORPHANS in rules and stored_in_database() else []
        counts = self._tell(rules, parts, contents, dryrun)
        if not dryrun:
            self._delete(parts, contents, batch, counts)
        return counts

    def _contents(self) -> list[Any]:
        """Keys of contents that belong to nothing; they have no date, and no permission of their own but that for files."""
        if (
            not self.user.is_superuser
            and FileProxy.objects.restrict(self.user, "delete").count() < FileProxy.objects.count()
        ):
            self.logger.info("Contents of files that belong to nothing are left: you may not delete all files.")
            return []
        return list(contents_of_nothing().order_by("pk").values_list("pk", flat=True)[:MOST_CONTENTS])

    def _tell(self, rules: Policy, parts: list[Part], contents: list[Any], dryrun: bool) -> dict[str, Any]:
        """Attach and log the plan; returns the counts so far."""
        planned = Counter({part.kind: part.count for part in parts})
        size = sum(part.size for part in parts)
        rows = [
            (what, *_of(part, values), number, f"{oldest:%Y-%m-%d}", in_bytes)
            for part in parts
            for what, values, number, oldest, in_bytes in part.rows
        ]
        if contents:
            held = contents_of_nothing().aggregate(size=Sum(Octets("bytes")))["size"] or 0
            planned[ORPHANS] += len(contents)
            size += held
            rows.append(("contents of no file", "", "", len(contents), "", held))
        page = Page(self, "Nautobot retention", facts={"State": "dry run" if dryrun else "to be deleted"})
        page.tiles = [Tile(number, NOUNS[kind]) for kind, number in planned.items()]
        page.tiles.append(Tile(f"{size / 1e6:,.1f}", "MB, without indexes"))
        if dryrun:
            page.notes.append(
                "Nothing was deleted. To delete this, run the Job again with the same values and without Dry run."
            )
        table = page.table("What goes", *_COLUMNS, file="retention.csv")
        applied = page.table("Rules", "kind", "kept", note="Of those that fit an object the first decides.")
        for kind, several in rules.items():
            for rule in several:
                applied.add(kind, str(rule))
        with TemporaryDirectory() as directory:
            write_csv(Path(directory, "retention.csv"), _COLUMNS, table.taking(rows))
            page.write_html(Path(directory, "retention.html"))
            for file in ("retention.html", "retention.csv"):
                attach(self, Path(directory, file), file)
        told = ", ".join(f"{number} {NOUNS[kind]}" for kind, number in planned.items())
        self.logger.info("To be deleted: %s; %.1f MB.", told, size / 1e6, extra={"grouping": "plan"})
        return {
            "planned": {kind: planned[kind] for kind in rules},
            "deleted": dict.fromkeys(rules, 0),
            "bytes": size,
            "protected": 0,
            "finished": dryrun,
        }

    def _delete(self, parts: list[Part], contents: list[Any], batch: int, counts: dict[str, Any]) -> None:
        deleted = counts["deleted"]

        def done(part: Part, number: int) -> None:
            before = deleted[part.kind] // _TELL_EVERY
            deleted[part.kind] += number
            if deleted[part.kind] // _TELL_EVERY > before:
                self.logger.info("%d %s deleted so far.", deleted[part.kind], part.what, extra={"grouping": "delete"})

        deleter = Deleter(batch, done)
        try:
            for part in parts:
                deleter.delete(part)
            for number in deleter.delete_contents(contents, contents_of_nothing()):
                deleted[ORPHANS] += number
        except SoftTimeLimitExceeded:
            self.fail("The time is over; run the Job again to go on. Deleted so far: %s.", _in_words(deleted))
        else:
            counts["finished"] = True
            self.logger.success("Deleted: %s.", _in_words(deleted), extra={"grouping": "delete"})
        counts["protected"] = deleter.protected
        if deleter.protected:
            self.logger.warning(
                "%d job results stay, because something else refers to them.",
                deleter.protected,
                extra={"grouping": "delete"},
            )


def _simple(kinds: list[str], days: int, keep_last: int, undo: bool) -> Policy:
    """The policy of the form: one rule for each kind."""
    options: dict[str, dict[str, Any]] = {RESULTS: {"keep_last": keep_last, "undo": undo}, FILES: {"undo": undo}}
    return {kind: (Rule(keep_days=days, **options.get(kind, {})),) for kind in KINDS if kind in kinds}


def _of(part: Part, values: tuple[Any, ...]) -> tuple[str, str]:
    """The columns "of" and "status or level"."""
    told = [str(value or "") for value in values]
    if part.kind == CHANGES:
        return ".".join(told), ""
    first, second, *_ = [*told, "", ""]
    return first, second


def _in_words(deleted: dict[str, int]) -> str:
    return ", ".join(f"{number} {NOUNS[kind]}" for kind, number in deleted.items())
