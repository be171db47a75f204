"""Results of Jobs, told to chats, to programs and by mail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from nautobot.apps.jobs import (
    BooleanVar,
    ChoiceVar,
    DryRunVar,
    IntegerVar,
    Job,
    JSONVar,
    MultiChoiceVar,
    MultiObjectVar,
    StringVar,
)
from nautobot.extras.models import ExternalIntegration, FileProxy, JobResult
from nautobot.extras.models import Job as JobModel

from ..toolkit.access import AccessError, RefusalError, require, visible
from ..toolkit.attachments import create_file, store
from ..toolkit.changes import Tick
from ..toolkit.delivery import DeliveryError, Webhook, deliver, mail, recipients
from ..toolkit.findings import Severity
from ..toolkit.messages import FORMATS, Message, plain
from ..toolkit.templates import Expressions
from .notify_results import STATUSES, TOLD, Choice, already_told, as_message, mail_target, reports, results

name = "Automation"

ANY, GENERIC = "any", "generic"
_MOST_HOURS = 168
_DEEPEST = 8
_MOST_LOGGED = 4000
_GROUPING = {"grouping": "notify"}
_NOTHING = "There is nothing to tell that was not told yet."


class Notify(Job):
    """Tells chats, programs and people what Jobs have come to: those that failed, or whatever else you choose.

    Meant to be scheduled, every five minutes say: each result is told once to each webhook, and once to each list of
    recipients, whoever runs it and whatever else was chosen. What could not be delivered is told by the next run, as
    long as it is no older than *Hours*. You are told of results that you may view; of runs of this Job nobody is.

    A webhook is an *External integration* of Nautobot whose extra config says what it takes: `{"notify": "slack"}`, or
    `teams`, `webex`, `mattermost`, `generic`. Its URL, headers, method, timeout, CA and *Verify SSL* are used, and its
    secrets group, where URL or headers name a secret of it: `{{secrets.token}}`. Redirects are not followed. What
    answers 408, 425, 429, 500, 502, 503 or 504, or not at all, is asked up to four times, later each time, or when it
    says (`Retry-After`). Mail goes through the mail server in Nautobot's settings.

    *Template* is a JSON document that takes the place of the one sent to `generic` webhooks. Its texts may have
    expressions, which see `title`, `text`, `url` and `items`: `{"summary": "{{ title }}", "runs": "{{ items }}"}`.

    **Changes:** nothing in Nautobot; it sends messages. A dry run sends none, and remembers none as told.
    **Produces:** in a dry run, `message.txt` and, for webhooks, `payload.json`, which are what would be sent. The
    result counts `results` that there were to tell, messages `sent` and `failed`, and has what was `told` to whom. The
    Job fails if a message could not be delivered.
    **Needs:** the permission `extras.view_jobresult`, and `view` on the external integrations selected. Lines of logs
    and attached reports are left out for those who may not view job log entries and file proxies.
    """

    statuses = MultiChoiceVar(
        choices=[(status, status.title()) for status in STATUSES],
        default=["FAILURE"],
        required=False,
        description="Tell of results with one of these statuses. If none is selected: of those that failed.",
    )
    jobs = MultiObjectVar(model=JobModel, required=False, description="Tell of these Jobs only.")
    groupings = StringVar(
        required=False, description="Tell of Jobs under these headings only, separated by commas: Audits, Changes."
    )
    minimum_severity = ChoiceVar(
        label="Minimum severity",
        choices=[(ANY, "Any result")] + [(severity.label, severity.label.title()) for severity in reversed(Severity)],
        default=ANY,
        required=False,
        description="Tell only of audits with a finding of this severity or above.",
    )
    only_changes = BooleanVar(
        label="Only changes",
        default=False,
        description="Tell of an audit only if it has new or fixed findings, and of other Jobs only if the status is not "
        "that of the run before by the same user.",
    )
    hours = IntegerVar(
        default=24,
        min_value=1,
        max_value=_MOST_HOURS,
        required=False,
        description=f"How far to look back, at most {_MOST_HOURS}. It has to be more than the time between two runs.",
    )
    webhooks = MultiObjectVar(
        model=ExternalIntegration,
        required=False,
        description="External integrations that are told. Their extra config says what they take.",
    )
    template = JSONVar(
        required=False, description="JSON document to send to generic webhooks, with expressions in its texts."
    )
    mail_to = StringVar(label="Mail to", required=False, description="Addresses, separated by commas.")
    attach_reports = BooleanVar(
        label="Attach reports",
        default=True,
        description="Attach report.html, plan.html and digest.html of the results to the mail, as far as they have room.",
    )
    dryrun = DryRunVar(description="Show the messages, and send none. Untick to send.", widget=Tick)

    class Meta:
        name = "Notify"
        description = "Tell chats, programs and people about results of Jobs."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        is_singleton = True  # two at once would tell the same twice
        soft_time_limit = 900
        time_limit = 1080

    def run(
        self,
        *,
        statuses=None,
        jobs=None,
        groupings="",
        minimum_severity=ANY,
        only_changes=False,
        hours=None,
        webhooks=None,
        template=None,
        mail_to="",
        attach_reports=True,
        dryrun=True,
    ):
        """Return how many results there are to tell, and what was told to whom."""
        try:
            require(self.user, JobResult, "view")
            choice = Choice(
                statuses=tuple(statuses or ("FAILURE",)),
                jobs=tuple(job.pk for job in jobs or ()),
                groupings=_groupings(groupings or ""),
                minimum=None if (minimum_severity or ANY) == ANY else Severity.from_label(minimum_severity),
                only_changes=bool(only_changes),
                hours=_hours(hours),
            )
            addresses = recipients("Mail to", mail_to)
            integrations = self._integrations(webhooks)
            if not addresses and not integrations:
                raise RefusalError("Nobody is told: select webhooks, or enter addresses to mail to.")
            hooks = [(_kind(each), Webhook(each)) for each in integrations]
            if template is not None and GENERIC not in {kind for kind, _ in hooks}:
                raise RefusalError(
                    "Template: no webhook is selected that takes any JSON; the others have a form of their own."
                )
            job = self.job_result.job_model_id
            told = already_told(job, choice)
            targets = [*(hook.key for _, hook in hooks), *([mail_target(addresses)] if addresses else [])]
            everybody = set.intersection(*(told.get(key, set()) for key in targets))
            found = results(self.user, choice, exclude=job, told=everybody)
            outgoing = _Outgoing(self, found, told)
            for kind, hook in hooks:
                outgoing.post(hook, partial(_payload, kind, template if kind == GENERIC else None))
            if addresses:
                outgoing.mail(addresses, attach_reports)
        except RefusalError as refusal:
            self.fail("%s", refusal, extra=_GROUPING)
            return {"results": 0, "refused": str(refusal)}
        if dryrun:
            outgoing.show()
        else:
            outgoing.send()
        return {"results": len(found), **outgoing.counts()}

    def _integrations(self, chosen: Any) -> list[ExternalIntegration]:
        """Those selected, each of which the user has to be allowed to view."""
        wanted = {each.pk for each in chosen or ()}
        if not wanted:
            return []
        require(self.user, ExternalIntegration, "view")
        found = visible(self.user, ExternalIntegration).filter(pk__in=wanted).select_related("secrets_group")
        if found.count() < len(wanted):
            raise AccessError(
                "Webhooks: you lack the permission extras.view_externalintegration on one that is selected. Leave it out."
            )
        return list(found.order_by("name"))


@dataclass(frozen=True)
class _Letter:
    """A message to one webhook or one list of recipients.

    Args:
        key: what the target is remembered by.
        to: what people call it.
        pks: of the results that are told.
        text: what is told.
        send: sends it once.
        payload: what a webhook gets.
    """

    key: str
    to: str
    pks: list[str]
    text: str
    send: Callable[[], None]
    payload: Any = None


class _Outgoing:
    """The messages of one run. All are written before the first is sent, so that what is refused is refused as a whole."""

    def __init__(self, job: Notify, found: list[JobResult], told: Mapping[str, set[str]]) -> None:
        self._job, self._found, self._earlier = job, found, told
        self._letters: list[_Letter] = []
        self._told: dict[str, list[str]] = {}
        self._notes: list[FileProxy] = []
        self._failed = 0

    def _new(self, key: str) -> list[JobResult]:
        return [each for each in self._found if str(each.pk) not in self._earlier.get(key, ())]

    def post(self, hook: Webhook, make: Callable[[Message], Any]) -> None:
        """Write to a webhook."""
        if hook.plain or hook.unverified:
            why = "its URL begins with http://" if hook.plain else "its certificate is not verified"
            self._job.logger.warning("%s: others may read what is sent: %s.", hook.name, why, extra=_GROUPING)
        if new := self._new(hook.key):
            message = as_message(new)
            payload = make(message)
            self._letters.append(
                _Letter(hook.key, hook.name, _keys(new), plain(message), partial(hook.post, payload), payload)
            )

    def mail(self, to: list[str], with_reports: bool) -> None:
        """Write a mail."""
        key = mail_target(to)
        if new := self._new(key):
            message = as_message(new)
            text = plain(message)
            files, left_out = reports(self._job.user, new) if with_reports else ([], 0)
            if left_out:
                text += f"\n{left_out} reports have no room in this mail; they are in Nautobot.\n"
            send = mail(to, f"Nautobot: {message.title}", text, files)
            self._letters.append(_Letter(key, ", ".join(to), _keys(new), text, send))

    def send(self) -> None:
        """Send all; one that cannot be delivered does not keep the others back."""
        for letter in self._letters:
            try:
                tries = deliver(letter.send)
            except SoftTimeLimitExceeded:  # what was told has to be remembered
                self._failed += 1
                self._job.fail("%s: not told: the time of this run is over.", letter.to, extra=_GROUPING)
                return
            except DeliveryError as error:
                self._failed += 1
                self._job.fail("%s: not told: %s", letter.to, error, extra=_GROUPING)
                continue
            self._told[letter.key] = letter.pks
            # At once: a worker that is killed has no result to leave, or one that Celery writes.
            self._notes.append(store(self._job, TOLD, json.dumps({letter.key: letter.pks}).encode()))
            again = f" at try {tries}" if tries > 1 else ""
            self._job.logger.success("%s: told %d results%s.", letter.to, len(letter.pks), again, extra=_GROUPING)
        if not self._letters:
            self._job.logger.success(_NOTHING, extra=_GROUPING)

    def show(self) -> None:
        """Attach what would be sent."""
        text = "\n\n".join(f"To {letter.to}:\n\n{letter.text}" for letter in self._letters) or _NOTHING
        create_file(self._job, "message.txt", text.encode())
        payloads = [{"webhook": letter.to, "payload": letter.payload} for letter in self._letters if letter.payload]
        if payloads:
            create_file(self._job, "payload.json", json.dumps(payloads, ensure_ascii=False, indent=2).encode())
        self._job.logger.info("%s", text[:_MOST_LOGGED], extra=_GROUPING)

    def counts(self) -> dict[str, Any]:
        """For the result; the next runs look into it for what was told, and notes of that are no longer needed."""
        for note in self._notes:
            note.delete()
        counts: dict[str, Any] = {"sent": len(self._told), "failed": self._failed}
        return counts | ({"told": self._told} if self._told else {})


def _keys(found: list[JobResult]) -> list[str]:
    return [str(each.pk) for each in found]


def _hours(value: int | None) -> int:
    hours = 24 if value is None else value
    if not 1 <= hours <= _MOST_HOURS:
        raise RefusalError(f"Hours: {hours} is not from 1 to {_MOST_HOURS}.")
    return hours


def _groupings(text: str) -> tuple[str, ...]:
    """Headings of Jobs. One that no Job has is a slip that would keep everything from being told."""
    wanted = list(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))
    known = set(JobModel.objects.filter(grouping__in=wanted).values_list("grouping", flat=True)) if wanted else set()
    if unknown := [each for each in wanted if each not in known]:
        raise RefusalError(
            f"Groupings: no Job is listed under {', '.join(unknown)}. Enter headings of the list of Jobs."
        )
    return tuple(wanted)


def _kind(integration: ExternalIntegration) -> str:
    """What the integration takes. Who may change it has to say so: it may have credentials for other things."""
    config = integration.extra_config if isinstance(integration.extra_config, dict) else {}
    kind = config.get("notify")
    if not isinstance(kind, str) or kind not in FORMATS:
        raise RefusalError(
            f"{integration.name}: this external integration is not for messages. If it is to be, somebody who may change it "
            f'writes into its extra config what it takes: {{"notify": "slack"}}. There are {", ".join(sorted(FORMATS))}.'
        )
    return kind


def _payload(kind: str, template: Any, message: Message) -> Any:
    """What a webhook of this kind gets."""
    payload = FORMATS[kind](message)
    return payload if template is None else _filled(template, payload, "Template")


def _filled(value: Any, values: dict[str, Any], path: str, depth: int = 0) -> Any:
    """A JSON document with the expressions in its texts computed: what they put in cannot break out of its place."""
    if depth > _DEEPEST:
        raise RefusalError(f"{path}: it is nested too deeply.")
    if isinstance(value, dict):
        return {key: _filled(each, values, f"{path}.{key}", depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values, f"{path}[{place}]", depth + 1) for place, each in enumerate(value)]
    if isinstance(value, str):
        try:
            return Expressions().value(value, values)
        except RefusalError as refusal:
            raise RefusalError(f"{path}: {refusal}") from None
    return value
