"""Running configurations of devices, into files and into a Git repository, with secrets masked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import Count
from django.db.models.functions import Lower
from nautobot.apps.jobs import DryRunVar, Job, ObjectVar, StringVar
from nautobot.dcim.models import Device
from nautobot.extras.models import GitRepository

from ..toolkit import fleet
from ..toolkit.access import RefusalError, require, visible
from ..toolkit.attachments import attach
from ..toolkit.changes import Tick
from ..toolkit.device_runs import DeviceRun
from ..toolkit.fleet import Outcome, TargetError
from ..toolkit.git_push import push
from ..toolkit.history import earlier_runs
from ..toolkit.links import base_url
from ..toolkit.masking import mask, settled
from ..toolkit.network_devices import NetworkMixin, Target, limits
from ..toolkit.output_archive import Archive, Earlier, Names, compare, has_archive
from ..toolkit.scope import DeviceScopeMixin
from ..toolkit.sessions import Session
from ..toolkit.tables import Link, Page, Tile

name = "Network"

_STEM = "configurations"
_CONFIGURATION = "running configuration"
# By netmiko's names of platforms.
_COMMANDS = {
    **dict.fromkeys(
        ("arista_eos", "cisco_ios", "cisco_nxos", "cisco_xe", "cisco_xr", "dell_os10"), "show running-config"
    ),
    "juniper_junos": "show configuration",
}
_NO_COMMAND = "No command for the configuration of this platform is known here."
_REFUSED = re.compile(
    r"\s*(?:%|.*invalid (?:input|command)|.*permission denied|unknown command|error:|syntax error)", re.I
)
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}")
_MOST_NAMED = 50
_MOST_DIFFERENCES = 4 << 20
_LOOK_BACK = 20
_PROVIDES_JOBS = "extras.job"


class ConfigurationSnapshot(DeviceScopeMixin, NetworkMixin, Job):
    """Fetches the running configurations of devices over SSH, and keeps them as files and, if you like, in a Git repository.

    Secrets are masked by rule before anything is kept: passwords, hashes, keys, SNMP communities, of Cisco IOS, IOS-XE, NX-OS and IOS-XR,
    Arista EOS and Juniper Junos, and whatever a secrets group of the run has. Lines that differ at each look, such as the time of the
    last change, are left out. What differs from the last snapshot of the same selection by the same user is told.

    The Git repository is a record in Nautobot with an http(s) URL, whose secrets group may write to it; one that provides Jobs is refused. Each run
    is one commit on the branch of the record, with the names of the devices that have changed in its message; without changes there is none.
    Files of devices that did not answer stay as they are.

    **Changes:** nothing in Nautobot, nothing in a device. Unless *Dry run* is ticked, the Git repository.
    **Produces:** `configurations.zip` (and `configurations-2.zip` and so on in long runs), a file for each device; `configurations.html` and
    `configurations.md`; `differences.diff`. The result counts `devices`, `answered`, `failed`, `not_asked`, `causes`, `changed` and `new`
    configurations, and has the `commit`. The Job fails if a device that can be asked does not answer, or the repository takes nothing.
    **Needs:** the permissions `dcim.view_device`, `ipam.view_ipaddress` and `extras.view_secretsgroup`; for a Git repository, that of changing it;
    the Python packages netmiko, nornir and ntc-templates on the worker.
    """

    repository = ObjectVar(
        label="Git repository",
        model=GitRepository,
        required=False,
        description="Where configurations are committed to. If none is selected: nowhere.",
    )
    folder = StringVar(
        default=_STEM,
        required=False,
        max_length=200,
        description="Folder in the Git repository, such as configurations/emea.",
    )
    dryrun = DryRunVar(description="Commit nothing to the Git repository, but say what is different.", widget=Tick)

    class Meta:
        name = "Configuration snapshot"
        description = "Running configurations of devices, with secrets masked, as files and in a Git repository."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2400

    def run(
        self,
        *,
        secrets_group=None,
        prefer="4",
        port=None,
        host_keys="",
        at_once=None,
        device_seconds=None,
        run_minutes=None,
        helpers=None,
        repository=None,
        folder=_STEM,
        dryrun=True,
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            place = _folder(folder or _STEM)
            own = self._repository(repository)
            run = DeviceRun(
                self,
                limits(at_once, device_seconds, run_minutes),
                selection,
                secrets_group=secrets_group,
                prefer=prefer,
                port=port,
                host_keys=host_keys,
                helpers=helpers,
            )
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"devices": 0, "refused": str(refusal)}
        run.leave_out({target.pk: _NO_COMMAND for target in run.targets if target.driver not in _COMMANDS})
        if run.leader:
            return run.help_with(_fetch)
        with TemporaryDirectory() as directory, ExitStack() as stack:
            files = Path(directory)
            runs = earlier_runs(self, run.scope.key)[:_LOOK_BACK]
            earlier = Earlier(next((each for each in runs if has_archive(each, _STEM)), None), files, _STEM, stack)
            snapshot = _Snapshot(self, run, files, earlier)
            run.each(_fetch, snapshot.take)
            commit = self._commit(own, snapshot, place, bool(dryrun), run) if own else None
            snapshot.finish(commit)
        run.judge()
        return {**run.counts(), "changed": snapshot.counts["changed"], "new": snapshot.counts["new"], "commit": commit}

    def _repository(self, chosen: GitRepository | None) -> GitRepository | None:
        if chosen is None:
            return None
        require(self.user, GitRepository, "change")
        own = visible(self.user, GitRepository, "change").select_related("secrets_group").filter(pk=chosen.pk).first()
        if own is None:
            raise RefusalError("Git repository: there is none that you may change by this key.")
        if _PROVIDES_JOBS in (own.provided_contents or []):
            raise RefusalError(f'Git repository: "{own}" provides Jobs. Select one that is for configurations.')
        return own

    def _commit(
        self, repository: GitRepository, snapshot: _Snapshot, place: str, dryrun: bool, run: DeviceRun
    ) -> str | None:
        """Push what there is; returns the commit, "" if nothing is different, None if nothing was pushed."""
        if dryrun or not snapshot.files:
            return None
        message = snapshot.folder / "message"
        message.write_text(snapshot.message(self, run), encoding="utf-8")
        wanted = {f"{place}/{name}": path for name, path in snapshot.files.items()}
        try:
            commit, changed = push(repository, wanted, message)
        except RefusalError as refusal:
            self.fail("Git: %s", run.redactor.text(str(refusal)), extra={"object": repository, "grouping": "git"})
            return None
        if commit:
            self.logger.success(
                "Commit %s: %d files.", commit[:12], len(changed), extra={"object": repository, "grouping": "git"}
            )
        else:
            self.logger.info("The repository has all of it.", extra={"object": repository, "grouping": "git"})
        return commit


def _folder(text: str) -> str:
    place = text.strip().strip("/")
    if not _FOLDER.fullmatch(place):
        raise RefusalError(
            f"Folder: {place[:100]!a}: enter names of letters, digits, and . _ - separated by /, none of which begins with a dot."
        )
    return place


def _fetch(session: Session) -> str:
    """In the device's thread: its configuration, settled and masked."""
    text = session.ask(_COMMANDS[session.target.driver])
    if _REFUSED.match(text) or len(text.splitlines()) < 2:
        raise TargetError(
            fleet.UNREADABLE,
            "It does not show its configuration. Does the user name have the privileges, or the group the secret?",
        )
    return mask(settled(text))


class _Snapshot:
    """What comes of the devices, on its way to the files."""

    def __init__(self, job: Job, run: DeviceRun, folder: Path, earlier: Earlier) -> None:
        self._job, self._run, self.folder, self._earlier = job, run, folder, earlier
        self._archive = Archive(job, folder, _STEM)
        self._names = _names(run.targets)
        self._differences = (folder / "differences.diff").open("w", encoding="utf-8")
        self._changed: list[tuple[Target, int, int]] = []
        self.files: dict[str, Path] = {}
        self.counts: Counter[str] = Counter()
        (folder / "files").mkdir()

    def take(self, outcome: Outcome) -> str:
        """Keep the configuration of a device."""
        target = outcome.target
        record: dict[str, Any] = {
            "pk": target.pk,
            "device": target.name,
            "location": target.location,
            "platform": target.driver,
            "cause": outcome.cause,
            "message": outcome.message,
            "commands": [],
        }
        files: dict[str, str] = {}
        if not outcome.cause:
            if self._archive.full:
                return "The archive is full: the configuration is not kept."
            name, text = self._names[target.pk], outcome.value
            files[name] = text
            self.files[name] = self.folder / "files" / name
            self.files[name].write_text(text, encoding="utf-8")
            record["commands"] = [{"command": _CONFIGURATION, "file": name}]
            self._compare(target, text, name)
        self._archive.add(record, files)
        return ""

    def _compare(self, target: Target, text: str, name: str) -> None:
        before = self._earlier.answer(target.pk, _CONFIGURATION)
        if before is None:
            self.counts["new"] += 1
            return
        if difference := compare(before, text, name, exactly=True):
            self.counts["changed"] += 1
            self._changed.append((target, difference.added, difference.removed))
            if self._differences.tell() < _MOST_DIFFERENCES:
                self._differences.write(difference.text)

    def message(self, job: Job, run: DeviceRun) -> str:
        """The message of the commit."""
        named = sorted(" ".join(target.name.split()) for target, _, _ in self._changed)
        more = [f"and {len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        counts = f"{self.counts['changed']} changed, {self.counts['new']} new"
        lines = [f"Configurations of {len(self.files)} devices: {counts}", ""]
        lines += [f"- {each}" for each in [*named[:_MOST_NAMED], *more]]
        lines += [""] if named else []
        lines += [
            f"Scope: {' '.join(run.scope.describe().split())}",
            f"Run by: {job.user}",
            f"Job result: {base_url()}{job.job_result.get_absolute_url()}",
        ]
        return run.redactor.text("\n".join(lines)) + "\n"

    def finish(self, commit: str | None) -> None:
        """Attach the files."""
        self._archive.finish()
        self._differences.close()
        page = Page(self._job, "Configurations")
        self._run.fill(page)
        if self._earlier.result is not None:
            page.facts["Compared with"] = f"{self._earlier.result.date_done:%Y-%m-%d %H:%M %Z}"
        if commit:
            page.facts["Commit"] = commit
        page.tiles += [
            Tile(self.counts["changed"], "changed", "low" if self.counts["changed"] else ""),
            Tile(self.counts["new"], "not seen before"),
        ]
        table = page.table("Changed since the last snapshot", "Device", "Location", "Lines added", "Lines removed")
        for target, added, removed in sorted(self._changed, key=lambda each: each[0].name):
            table.add(Link(target.name, target.get_absolute_url()), target.location, added, removed)
        page.write_html(self.folder / "configurations.html")
        page.write_markdown(self.folder / "configurations.md")
        changed = ["differences.diff"] if self.counts["changed"] else []
        for name in ("configurations.html", "configurations.md", *changed):
            attach(self._job, self.folder / name, name)


def _names(targets: list[Target]) -> Mapping[str, str]:
    """Names of files, by primary key of the device: the same in each run, whatever else is selected."""
    wanted = {target.name.lower() for target in targets}
    lower = Device.objects.annotate(lower=Lower("name")).filter(lower__in=wanted).order_by()
    several = set(
        lower.values("lower").annotate(number=Count("pk")).filter(number__gt=1).values_list("lower", flat=True)
    )
    names = Names()
    return {
        target.pk: names.of(target.name, target.pk, ambiguous=target.name.lower() in several) + ".cfg"
        for target in targets
    }
