"""One run of a Job over devices: who may, which devices, what became of each, and what is told of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from nautobot.apps.jobs import Job
from nautobot.extras.models import SecretsGroup

from . import fleet, sessions
from .credentials import Keyring
from .extras import require_extra
from .fleet import Limits, Outcome
from .network_devices import Target, read_targets, require_devices
from .redaction import Redactor
from .scope import Scope
from .tables import Link, Page, Tile

_MOST_LOGGED = 50
_TELL_EVERY = 30.0


class DeviceRun:
    """The devices of a scope, and what becomes of them.

    Args:
        job: the Job that runs.
        limits: of number and time.
        selection: values of the variables of `DeviceScopeMixin`.
        secrets_group, prefer, port, host_keys: those of `NetworkMixin`.

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
    ) -> None:
        require_extra("network")
        require_devices(job.user)
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
            task: returns plain values.
            take: is given what came of a device; returns why even so it has not answered as it should, "" if it has.
        """
        waiting = {target.pk: target for target in self.targets}
        outcomes = sessions.run(task, self.targets, self._limits, host_keys=self._host_keys)
        told, done = time.monotonic(), 0
        try:
            for outcome in outcomes:
                problem = take(outcome)
                del waiting[outcome.target.pk]
                self._note(outcome, problem)
                done += 1
                if time.monotonic() - told >= _TELL_EVERY:
                    told = time.monotonic()
                    self.job.logger.info("%d of %d devices.", done, len(self.targets), extra={"grouping": "progress"})
        except SoftTimeLimitExceeded:
            self.stopped = True
            for target in waiting.values():
                outcome = Outcome(target, cause=fleet.STOPPED, message="The Job's time was over before it answered.")
                take(outcome)
                self._note(outcome, "")
        finally:
            outcomes.close()

    def _note(self, outcome: Outcome, problem: str) -> None:
        cause, message = outcome.cause, outcome.message
        if not cause and problem:
            cause, message = "incomplete", problem
        if not cause:
            self.answered += 1
            return
        self.causes[cause] += 1
        message = self.redactor.text(message)
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
