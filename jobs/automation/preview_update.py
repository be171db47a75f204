"""What would a sync of a repository of Jobs do to this Nautobot?"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nautobot.apps.jobs import ChoiceVar, Job, ObjectVar, StringVar
from nautobot.extras.models import GitRepository
from nautobot.extras.models import Job as JobModel

from ..toolkit.access import RefusalError, require, visible
from ..toolkit.attachments import attach
from ..toolkit.processes import LimitError, run
from ..toolkit.remotes import Remote, is_commit
from ..toolkit.tables import Page, Tile
from .preview_live import NOTHING, Live

name = "Automation"

_TOOL = "nautobot_dev_tools"
_PROVIDES = "extras.job"
_BREAKING, _RISKY, _BENIGN, _NEVER = "breaking", "risky", "benign", "never"
_SECONDS = 120
_DIFF_SECONDS = 300
_MOST_BYTES = 200 << 20
# What the comparison needs; Nautobot's own settings and secrets are none of it.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SYSTEMROOT")
_COLOURS = {_BREAKING: "critical", _RISKY: "medium", _BENIGN: "info"}


class PreviewRepositoryUpdate(Job):
    """Tells what a sync of a repository of Jobs would do here, before anybody presses *Sync*.

    Compares the code that Nautobot has with that of the branch at its remote: Jobs that are gone or renamed, variables that
    schedules and API clients use, limits, queues, permissions (`nautobot-jobs diff`). To each change that breaks something or
    is risky it names the schedules, job hooks, job buttons, approval workflows and object permissions here that it touches,
    as far as you may view them.

    Both sides are fetched to a folder that is deleted afterwards, within limits of time and size. They are read by another process,
    and never executed, imported or checked out. Only Jobs are looked at, not what else a repository provides.

    **Changes:** nothing; nothing is synced.
    **Produces:** `preview.html` and `preview.md`, for people; `preview.json`, for machines. The result counts `breaking`, `risky`
    and `benign` changes and what is `touched`, and has `repositories` by name: the commits compared. The Job fails if a change reaches
    *Fail at*.
    **Needs:** the permissions `extras.view_gitrepository` and `extras.view_job`; the Python package nautobot-dev-tools on the
    worker.
    """

    repository = ObjectVar(
        model=GitRepository,
        required=False,
        query_params={"provided_contents": _PROVIDES},
        description="The repository. If none is selected: all that provide Jobs.",
    )
    branch = StringVar(
        required=False,
        max_length=255,
        description="Another branch or tag of it, or a whole commit. If empty: the one that the repository follows.",
    )
    fail_at = ChoiceVar(
        label="Fail at",
        choices=((_NEVER, "Never"), (_BREAKING, "Breaking"), (_RISKY, "Risky")),
        default=_NEVER,
        required=False,
        description="The Job fails if there is such a change, or a worse one.",
    )

    class Meta:
        name = "Preview repository update"
        description = "What a sync of a repository of Jobs would do here: to schedules, hooks, buttons and permissions."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1500
        time_limit = 1800

    def run(self, *, repository=None, branch="", fail_at=_NEVER):
        """Return counts; see the docstring of the class."""
        page = Page(self, "Nautobot preview")
        counts: dict[str, Any] = {_BREAKING: 0, _RISKY: 0, _BENIGN: 0, "touched": 0, "repositories": {}}
        try:
            chosen = self._chosen(repository, branch)
        except RefusalError as refusal:
            self.fail("%s", refusal)
            return {"refused": str(refusal)}
        told = []
        for each in chosen:
            try:
                found = _compared(each, branch or each.branch)
            except RefusalError as refusal:  # another repository is another question
                self.fail("%s", refusal, extra={"object": each})
                page.notes.append(f"{each}: {refusal}")
                counts["refused"] = str(refusal)
            else:
                told.append(self._tell(page, counts, each, *found))
        if told or not chosen:
            self._attach(page, counts, told)
        self.logger.info(
            "Repositories compared: %d. Changes: %d breaking, %d risky, %d benign. Touched here: %d.",
            len(told),
            *(counts[what] for what in (_BREAKING, _RISKY, _BENIGN, "touched")),
            extra={"grouping": "summary"},
        )
        worst = counts[_BREAKING] + (counts[_RISKY] if fail_at == _RISKY else 0)
        if worst and fail_at in (_BREAKING, _RISKY):
            self.fail("Changes that are %s or worse: %d.", fail_at, worst)
        return counts

    def _chosen(self, repository: GitRepository | None, branch: str) -> list[GitRepository]:
        """The repositories to look at."""
        require(self.user, GitRepository, "view")
        require(self.user, JobModel, "view")
        if find_spec(_TOOL) is None:
            raise RefusalError(
                "The worker lacks the Python package nautobot-dev-tools, which compares the code. Install it (pip install "
                "nautobot-dev-tools), or run nautobot-jobs diff elsewhere."
            )
        seen = visible(self.user, GitRepository).select_related("secrets_group").order_by("name")
        if repository is None:
            if branch:
                raise RefusalError("Branch: select the repository that it is of.")
            return [each for each in seen if _PROVIDES in (each.provided_contents or [])]
        own = seen.filter(pk=repository.pk).first()
        if own is None:
            raise RefusalError("Repository: there is none that you may view by this key.")
        if _PROVIDES not in (own.provided_contents or []):
            raise RefusalError(f'Repository: "{own}" provides no Jobs.')
        return [own]

    def _tell(
        self, page: Page, counts: dict[str, Any], repository: GitRepository, head: str, report: dict[str, Any]
    ) -> dict[str, Any]:
        """Put a comparison on the page; returns it with what is touched."""
        changes = report["changes"]
        live = Live(self.user, repository.slug, {change["job"] for change in changes if change["job"]})
        if live.hidden:
            page.notes.append(f"Not looked at, because you may not view them: {', '.join(live.hidden)}.")
        page.notes += [f"{repository}: {note}" for note in report["notes"]]
        if head == repository.current_head:
            page.notes.append(f"{repository} is at the commit of its remote: a sync changes nothing.")
        named = f"{repository}: {repository.current_head[:12] or 'never synced'} → {head[:12]}"
        touched = page.table(f"{named}: touched here", "What", "Which", "State", "By the change", "Severity")
        table = page.table(named, "Job or subject", "Severity", "Change", "Then", "Kind")
        for change in changes:
            change["touched"] = []
            for what, which, state in live.touched(change):
                touched.add(what, which, state, change["what"], change["severity"])
                counts["touched"] += what != NOTHING
                change["touched"].append({"what": what, "which": str(which), "path": which.path, "state": state})
            table.add(change["subject"], change["severity"], change["what"], change["then"] or "", change["kind"])
        numbers = Counter(change["severity"] for change in changes)
        for severity in (_BREAKING, _RISKY, _BENIGN):
            counts[severity] += numbers[severity]
        counts["repositories"][repository.name] = {"base": repository.current_head, "head": head}
        return {**report, "repository": repository.name, "base": repository.current_head, "head": head}

    def _attach(self, page: Page, counts: dict[str, Any], told: list[dict[str, Any]]) -> None:
        page.tiles = [Tile(len(told), "repositories")]
        page.tiles += [Tile(counts[severity], severity, colour) for severity, colour in _COLOURS.items()]
        page.tiles.append(Tile(counts["touched"], "touched here", "high"))
        with TemporaryDirectory() as directory:
            folder = Path(directory)
            page.write_html(folder / "preview.html")
            page.write_markdown(folder / "preview.md")
            (folder / "preview.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
            for file in ("preview.html", "preview.md", "preview.json"):
                attach(self, folder / file, file)


def _compared(repository: GitRepository, branch: str) -> tuple[str, dict[str, Any]]:
    """The commit at the remote, and what `nautobot-jobs diff` says of it."""
    remote = Remote(repository, _SECONDS)
    head = remote.head(branch) or (branch if is_commit(branch) and len(branch) == 40 else "")
    if not head:
        raise RefusalError(f'"{repository}": its remote has no branch or tag {branch}.')
    if head == repository.current_head:
        return head, {"changes": [], "notes": []}
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        remote.git("init", "--quiet", str(folder))
        # What this worker has cloned need not be fetched; what it has not, as another worker synced it, does.
        own = Path(repository.filesystem_path, ".git", "objects")
        if own.is_dir():
            (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{own.resolve()}\n")
        base = repository.current_head or _nothing(remote, folder)
        for commit in (base, head):
            if not remote.has(folder, commit):
                remote.fetch(folder, commit, _MOST_BYTES)
        return head, _diff(folder, base, head)


def _nothing(remote: Remote, folder: Path) -> str:
    """A commit without files, to compare a first sync with."""
    tree = remote.git("-C", str(folder), "mktree").strip()
    who = ("-c", "user.name=preview", "-c", "user.email=preview@localhost")
    return remote.git("-C", str(folder), *who, "commit-tree", "-m", "nothing", tree).strip()


def _diff(folder: Path, base: str, head: str) -> dict[str, Any]:
    """What `nautobot-jobs diff` says, in a process of its own, which reads both sides and executes neither."""
    how = ("--path", str(folder), "--direct", "--format", "json", "--fail-on", "never")
    command = [sys.executable, "-m", _TOOL, "diff", base, head, *how]
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        # Its folder has nothing checked out, so that Python finds no module there.
        ended = run(command, environment=environment, seconds=_DIFF_SECONDS, folder=folder)
    except LimitError as error:
        raise RefusalError(f"The comparison {error}.") from None
    if ended.status:
        raise RefusalError(f"The comparison failed: {' '.join(ended.errors.split())}")
    return json.loads(ended.output)
