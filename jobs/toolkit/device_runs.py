"""One run of a Job over devices: who may, which devices, what became of each, and what is told of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from nautobot.apps.jobs import Job
from nautobot.extras.models import JobResult, SecretsGroup

from . import fleet, sessions
from . import helpers as helping
from .attachments import attach, attached
from .credentials import Keyring
from .extras import require_extra
from .fleet import Limits, Outcome
from .network_devices import Target, read_targets, require_devices
from .redaction import Redactor
from .scope import Scope
from .tables import Link, Page, Tile

_MOST_LOGGED = 50
# Bytes that a helper hands over at most, before they are compressed; the leader asks the other devices.
_MOST_HANDED_OVER = 64 << 20
_TELL_EVERY = 30.0


class DeviceRun:
    """The devices of a scope, and what becomes of them.

    Helpers, further runs of the Job, take over devices: each asks as many at once as this run does (see `helpers`). Whoever asks a device has
    taken it before. A device that nobody has answered for, since its helper died, is asked again.

    Args:
        job: the Job that runs.
        limits: of number and time.
        selection: values of the variables of `DeviceScopeMixin`.
        secrets_group, prefer, port, host_keys, helpers: those of `NetworkMixin`.

    Raises:
        RefusalError: a package is missing, the user lacks a permission, or values make no sense.
    """

    def __init__(
        self,
        job: Job,
        limits: Limits,
        selection: dict[str, Any],
        *,
        secrets_group: SecretsGroup | None = None,
        prefer: str | None = None,
        port: int | None = None,
        host_keys: str | None = None,
        helpers: int | None = None,
    ) -> None:
        require_extra("network")
        require_devices(job.user)
        self._helpers = helping.check_number(helpers)
        self.leader = helping.leader_of(job)
        self.job, self._limits, self._host_keys = job, limits, host_keys or ""
        self.redactor = Redactor()
        self.scope = Scope(job.user, offered=job._get_vars(), **selection)
        devices = self.scope.queryset()
        keyring = Keyring(job.user, secrets_group, self.redactor)
        self.targets = read_targets(job.user, devices, keyring, prefer=prefer or "4", port=port)
        self.causes: Counter[str] = Counter()
        self.failures: list[tuple[Target, str, str]] = []
        self.answered = 0
        self.stopped = False
        if not self.targets:
            job.logger.warning(
                "The selection contains no devices that you may view: %s.",
                self.scope.describe(),
                extra={"grouping": "scope"},
            )

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """Do not ask these devices, by primary key, and say why; those that cannot be asked keep their own reasons."""
        self.targets = [
            replace(target, unsuitable=target.unsuitable or reasons.get(target.pk, "")) for target in self.targets
        ]

    def each(self, task: Callable[[sessions.Session], Any], take: Callable[[Outcome], str]) -> None:
        """Call the task with a session with each device, in threads, and `take` with each outcome, here.

        When the soft time limit of the Job is reached no further device is asked, and what is there is kept.

        Args:
            task: returns plain values, as JSON has them.
            take: is given what came of a device, without secrets: what is parsed of an answer could have a part of one, which nobody would
                know any more; returns why even so it has not answered as it should, "" if it has.
        """
        waiting = {target.pk: target for target in self.targets}
        told = time.monotonic()

        def note(outcome: Outcome) -> None:
            nonlocal told
            outcome = self._without_secrets(outcome)
            problem = take(outcome)
            del waiting[outcome.target.pk]
            self._note(outcome, problem)
            if time.monotonic() - told >= _TELL_EVERY:
                told, done = time.monotonic(), len(self.targets) - len(waiting)
                self.job.logger.info("%d of %d devices.", done, len(self.targets), extra={"grouping": "progress"})

        try:
            self._ask_all(task, note, waiting)
        except SoftTimeLimitExceeded:
            self.stopped = True
            message = "The Job's time was over before it answered."
            for target in list(waiting.values()):
                note(Outcome(target, cause=fleet.STOPPED, message=message))

    def _ask_all(
        self, task: Callable[[sessions.Session], Any], note: Callable[[Outcome], None], waiting: Mapping[str, Target]
    ) -> None:
        if not self._helpers:
            self._ask(task, self.targets, note)
            return
        me, parts = str(self.job.job_result.pk), list(waiting)
        with helping.living(me):
            arguments = {**(self.job.request.kwargs or {}), "helpers": 0, "dryrun": True}
            runs = helping.start(self.job, self._helpers, arguments)
            self._ask(task, self.targets, note, lambda target: helping.take(me, target.pk, me))
            theirs = helping.gather(me, list(waiting), runs)
            before = len(waiting)
            for result in theirs:
                for outcome in _attached(result, waiting):
                    note(outcome)
            self.job.logger.info(
                "%d devices were asked by %d helpers.", before - len(waiting), len(theirs), extra=helping.GROUPING
            )
            self._ask(task, list(waiting.values()), note)
        helping.tidy(me, parts, theirs)

    def _ask(
        self,
        task: Callable[[sessions.Session], Any],
        targets: Sequence[Target],
        note: Callable[[Outcome], None],
        wanted: Callable[[Target], bool] | None = None,
    ) -> None:
        limits = self._left(self.job.job_result)
        with closing(sessions.run(task, targets, limits, host_keys=self._host_keys, wanted=wanted)) as outcomes:
            for outcome in outcomes:
                note(outcome)

    def _left(self, leader: JobResult) -> Limits:
        """The limits, of whose time a part is over."""
        over = (timezone.now() - leader.date_started).total_seconds() if leader.date_started else 0.0
        return replace(self._limits, run_seconds=max(self._limits.run_seconds - over, 0.01))

    def help_with(self, task: Callable[[sessions.Session], Any]) -> dict[str, Any]:
        """Ask devices of the leader until there are none left, and attach what came of them, without secrets.

        Args:
            task: as of `each`.
        """
        leader, me, asked, size = self.leader, str(self.job.job_result.pk), 0, 0

        def mine(target: Target) -> bool:
            room = size < _MOST_HANDED_OVER
            return room and helping.goes_on(leader) and helping.take(leader, target.pk, me)

        limits = self._left(JobResult.objects.get(pk=leader))
        with helping.living(me, remembered=True), TemporaryDirectory() as folder:
            path = Path(folder) / helping.FILE
            outcomes = sessions.run(task, self.targets, limits, host_keys=self._host_keys, wanted=mine)
            with closing(outcomes), path.open("w", encoding="utf-8") as file:
                for outcome in outcomes:
                    outcome = self._without_secrets(outcome)
                    record = [outcome.target.pk, outcome.value, outcome.cause, outcome.message, outcome.seconds]
                    size += file.write(json.dumps(record) + "\n")
                    asked += 1
            if not helping.goes_on(leader):
                asked = 0  # nobody will read it
            if asked:
                attach(self.job, path, helping.FILE)
        self.job.logger.info(
            "Asked %d devices for [the run that leads](/extras/job-results/%s/).", asked, leader, extra=helping.GROUPING
        )
        return {"asked": asked}

    def _without_secrets(self, outcome: Outcome) -> Outcome:
        value, message = self.redactor.value([outcome.value, outcome.message], keys=False)
        return replace(outcome, value=value, message=message)

    def _note(self, outcome: Outcome, problem: str) -> None:
        cause, message = outcome.cause, outcome.message
        if not cause and problem:
            cause, message = "incomplete", problem
        if not cause:
            self.answered += 1
            return
        self.causes[cause] += 1
        self.failures.append((outcome.target, cause, message))
        if len(self.failures) <= _MOST_LOGGED:
            self.job.logger.warning("%s", message, extra={"object": outcome.target, "grouping": cause})

    @property
    def failed(self) -> int:
        """How many devices were to be asked, and have not answered as they should."""
        return self.causes.total() - self.causes[fleet.UNSUITABLE]

    def counts(self) -> dict[str, Any]:
        """For the result of the Job."""
        return {
            "devices": len(self.targets),
            "answered": self.answered,
            "failed": self.failed,
            "not_asked": self.causes[fleet.UNSUITABLE],
            "causes": dict(sorted(self.causes.items())),
            "stopped": self.stopped,
            "scope": self.scope.key,
        }

    def fill(self, page: Page) -> None:
        """Put onto a page what became of the devices."""
        page.facts["Scope"] = self.scope.describe()
        page.tiles += [
            Tile(len(self.targets), "devices"),
            Tile(self.answered, "answered"),
            Tile(self.failed, "failed", "high" if self.failed else ""),
            Tile(self.causes[fleet.UNSUITABLE], "not asked", "medium" if self.causes[fleet.UNSUITABLE] else ""),
        ]
        if self.stopped:
            page.notes.append("The Job's time was over before all devices had answered.")
        table = page.table("Devices that did not answer", "Device", "Location", "Cause", "Message")
        for target, cause, message in sorted(self.failures, key=lambda each: (each[1], each[0].name)):
            table.add(Link(target.name, target.get_absolute_url()), target.location, cause, message)

    def judge(self) -> None:
        """Log the outcome, and let the Job fail if a device failed."""
        words = ", ".join(f"{cause}: {number}" for cause, number in sorted(self.causes.items()))
        self.job.logger.info(
            "%d devices, %d answered%s.",
            len(self.targets),
            self.answered,
            f"; {words}" if words else "",
            extra={"grouping": "summary"},
        )
        if self.failed:
            self.job.fail("%d of %d devices did not answer as they should.", self.failed, len(self.targets))


def _attached(result: JobResult, waiting: Mapping[str, Target]) -> Iterator[Outcome]:
    """What came of the devices that a helper has asked, of those that are waited for."""
    with attached(result, helping.FILE) as lines:
        for line in lines:
            pk, value, cause, message, seconds = json.loads(line)
            if pk in waiting:
                yield Outcome(waiting[pk], value, cause, message, seconds)
