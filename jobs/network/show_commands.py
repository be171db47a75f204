"""What devices answer to commands that show something, raw and as data, and what is different since the last time."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nautobot.apps.jobs import Job, TextVar

from ..toolkit import fleet
from ..toolkit.access import RefusalError
from ..toolkit.attachments import attach
from ..toolkit.device_runs import DeviceRun
from ..toolkit.fleet import Outcome, TargetError
from ..toolkit.history import earlier_runs
from ..toolkit.masking import mask
from ..toolkit.network_devices import NetworkMixin, Target, limits
from ..toolkit.output_archive import Archive, Earlier, Names, compare, has_archive
from ..toolkit.parsing import ParseError, parse
from ..toolkit.scope import DeviceScopeMixin
from ..toolkit.sessions import Session
from ..toolkit.show_commands import all_of, allowed, bad_entries, built_in, may_send, read_commands
from ..toolkit.tables import Link, Page, Tile

name = "Network"

_STEM = "show"
_NOT_ALLOWED = "not allowed"
_NO_COMMAND = "None of the commands is on its allow-list."
_AFTERWARDS = "An earlier command had no answer."
_MOST_DIFFERENCES = 4 << 20
_LOOK_BACK = 20


class RunShowCommands(DeviceScopeMixin, NetworkMixin, Job):
    """Asks devices over SSH for what `show` commands tell, many at once, and keeps the answers.

    Sent is only what is on the allow-list of the device's platform: the usual commands of Cisco IOS, IOS-XE, NX-OS and IOS-XR,
    Arista EOS and Juniper Junos, and what the list `network_jobs.commands` in the device's config context adds; there, ` *` at the
    end of an entry stands for further words. Commands have to be written in full, without pipes or other signs; no command is
    ever sent that changes a configuration. Passwords and other secrets of the secrets groups are taken out of all that is kept;
    in the answers to what a config context adds, what looks like a secret is masked, as in configurations.

    Answers are parsed by ntc-templates where it has a template. They are compared with the last run over the same scope by the same
    user; lines that tell uptimes and rates are left aside. A device that cannot be asked, hangs, or sends more than 4 MiB in an
    answer, costs no other its answer. The log tells the cause.

    A device's config context may have `network_jobs.port`, and `network_jobs.host_keys`: a list of public keys or fingerprints.

    **Changes:** nothing, neither in Nautobot nor in a device.
    **Produces:** `show.zip` (and `show-2.zip` and so on in long runs), with a folder for each device: its answers as text, the parsed
    ones as JSON too; `show.html` and `show.md`: what did not answer and what is different; `differences.diff`. The result counts
    `devices`, `answered`, `failed`, `not_asked`, `causes`, and `changed` answers. The Job fails if a device that can be asked
    does not answer.
    **Needs:** the permissions `dcim.view_device`, `ipam.view_ipaddress` and `extras.view_secretsgroup`; the Python packages netmiko,
    nornir and ntc-templates on the worker.
    """

    commands = TextVar(
        required=False,
        description="One a line. If empty: all that the allow-list of a device has, without those that need further words.",
    )

    class Meta:
        name = "Run show commands"
        description = "Answers of devices to show commands, raw and parsed, with differences from the last run."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

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
        commands="",
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            wanted = read_commands(commands or "")
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
            questions = _questions(run, wanted)
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"devices": 0, "refused": str(refusal)}

        def ask(session: Session) -> dict[str, Any]:
            return _ask(session, questions[session.target.pk].asked)

        if run.leader:
            return run.help_with(ask)
        with TemporaryDirectory() as directory, ExitStack() as stack:
            folder = Path(directory)
            runs = earlier_runs(self, run.scope.key)[:_LOOK_BACK]
            earlier = Earlier(next((each for each in runs if has_archive(each, _STEM)), None), folder, _STEM, stack)
            answers = _Answers(self, run, folder, earlier, questions)
            run.each(ask, answers.take)
            answers.finish()
        run.judge()
        return {**run.counts(), "changed": answers.changed if earlier.result else None}


@dataclass
class _Answer:
    command: str
    text: str = ""
    cause: str = ""
    message: str = ""
    seconds: float = 0.0


@dataclass
class _Questions:
    """What a device is asked, and what it may not be asked."""

    asked: list[str]
    refused: list[_Answer]


def _questions(run: DeviceRun, wanted: tuple[str, ...]) -> dict[str, _Questions]:
    """What each device is asked, by its primary key. Devices that are asked nothing are left out of the run.

    Raises:
        RefusalError: a command is on the allow-list of no device.
    """
    found, asked_of_any = {}, set()
    for target in run.targets:
        entries = allowed(target.driver, target.settings)
        asked = [command for command in wanted or all_of(entries) if may_send(command, entries)]
        refused = [
            _Answer(
                command, cause=_NOT_ALLOWED, message=f"It is not on the allow-list ({target.driver or 'no platform'})."
            )
            for command in wanted
            if command not in asked
        ]
        refused += [
            _Answer(entry, cause=_NOT_ALLOWED, message="It is no command that shows something.")
            for entry in bad_entries(target.settings)
        ]
        found[target.pk] = _Questions(asked, refused)
        asked_of_any |= set(asked)
    if run.targets and (nobodys := [command for command in wanted if command not in asked_of_any]):
        raise RefusalError(
            f"Commands: {', '.join(nobodys)}: on the allow-list of none of the devices. Add to the list network_jobs.commands in a "
            "config context what may be sent to them. Nothing has been sent."
        )
    run.leave_out({pk: _NO_COMMAND for pk, questions in found.items() if not questions.asked})
    return found


def _ask(session: Session, commands: list[str]) -> dict[str, Any]:
    """In the device's thread: what it answers, until something goes wrong."""
    answers: list[_Answer] = []
    for number, command in enumerate(commands):
        begun = time.monotonic()
        try:
            text = session.ask(command)
            # What a config context adds may show a configuration, or a part of it.
            answer = _Answer(command, text if built_in(session.target.driver, command) else mask(text))
        except TargetError as error:
            answers.append(_Answer(command, cause=error.cause, message=str(error)))
            answers += [_Answer(each, cause=fleet.UNSUITABLE, message=_AFTERWARDS) for each in commands[number + 1 :]]
            break
        answer.seconds = round(time.monotonic() - begun, 2)
        answers.append(answer)
    return {"host_key": session.host_key, "answers": [asdict(answer) for answer in answers]}


class _Answers:
    """What comes of the devices, on its way to the files."""

    def __init__(
        self, job: Job, run: DeviceRun, folder: Path, earlier: Earlier, questions: dict[str, _Questions]
    ) -> None:
        self._job, self._run, self._folder, self._earlier, self._questions = job, run, folder, earlier, questions
        self._archive = Archive(job, folder, _STEM)
        self._page = Page(job, "Show commands")
        self._differences = (folder / "differences.diff").open("w", encoding="utf-8")
        self._changed: list[tuple[Target, str, int, int]] = []
        self._troubles: list[tuple[Target, _Answer]] = []
        self.changed = 0

    def take(self, outcome: Outcome) -> str:
        """Keep what came of a device; returns what was wrong with its answers, "" if nothing was."""
        target = outcome.target
        record = {
            "pk": target.pk,
            "device": target.name,
            "location": target.location,
            "address": target.address,
            "platform": target.driver,
            "host_key": outcome.value["host_key"] if outcome.value else "",
            "cause": outcome.cause,
            "message": outcome.message,
            "seconds": round(outcome.seconds, 2),
        }
        answers = [_Answer(**each) for each in outcome.value["answers"]] if outcome.value else []
        refused = self._questions[target.pk].refused
        self._troubles += [(target, answer) for answer in [*answers, *refused] if answer.cause]
        files: dict[str, str] = {}
        folder, names = self._archive.folder_of(target.name, target.pk), Names()
        record["commands"] = [
            self._keep(target, answer, f"{folder}/{names.of(answer.command.replace(' ', '-'))}", files)
            for answer in [*answers, *refused]
        ]
        self._archive.add(record, files)
        return next((f"{answer.command}: {answer.message}" for answer in answers if answer.cause), "")

    def _keep(self, target: Target, answer: _Answer, path: str, files: dict[str, str]) -> dict[str, Any]:
        record: dict[str, Any] = {
            "command": answer.command,
            "seconds": answer.seconds,
            "cause": answer.cause,
            "message": answer.message,
        }
        if answer.cause:
            return record
        if self._archive.full:
            return {**record, "cause": fleet.TOO_MUCH, "message": "The archive is full: the answer is not kept."}
        files[f"{path}.txt"] = answer.text
        record["file"] = f"{path}.txt"
        try:
            rows = parse(target.parser, answer.command, answer.text)
        except ParseError as error:
            record["cause"], record["message"] = fleet.PARSE, str(error)
            self._troubles.append((target, _Answer(answer.command, cause=fleet.PARSE, message=str(error))))
        else:
            if rows is not None:
                files[f"{path}.json"] = json.dumps(rows, indent=1, ensure_ascii=False)
                record["parsed"] = f"{path}.json"
        before = self._earlier.answer(target.pk, answer.command)
        if before is not None:
            record["changed"] = self._compare(target, answer.command, before, answer.text, record["file"])
        return record

    def _compare(self, target: Target, command: str, before: str, after: str, path: str) -> bool:
        difference = compare(before, after, path)
        if difference is None:
            return False
        self.changed += 1
        self._changed.append((target, command, difference.added, difference.removed))
        if self._differences.tell() < _MOST_DIFFERENCES:
            self._differences.write(difference.text)
        return True

    def finish(self) -> None:
        """Attach the files."""
        self._archive.finish()
        self._differences.close()
        page = self._page
        self._run.fill(page)
        if self._earlier.result is not None:
            page.tiles.append(Tile(self.changed, "answers changed", "low" if self.changed else ""))
            page.facts["Compared with"] = f"{self._earlier.result.date_done:%Y-%m-%d %H:%M %Z}"
        changed = page.table("Different from the last run", "Device", "Command", "Lines added", "Lines removed")
        for target, command, added, removed in sorted(self._changed, key=lambda each: (each[0].name, each[1])):
            changed.add(Link(target.name, target.get_absolute_url()), command, added, removed)
        troubles = page.table("Commands without an answer", "Device", "Command", "Cause", "Message")
        for target, answer in sorted(self._troubles, key=lambda each: (each[0].name, each[1].command)):
            troubles.add(Link(target.name, target.get_absolute_url()), answer.command, answer.cause, answer.message)
        page.write_html(self._folder / "show.html")
        page.write_markdown(self._folder / "show.md")
        for name in ("show.html", "show.md", *(["differences.diff"] if self.changed else [])):
            attach(self._job, self._folder / name, name)
