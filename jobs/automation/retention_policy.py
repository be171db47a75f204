"""A policy of retention: rules by kind, read from YAML, each mistake with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nautobot.extras.choices import JobResultStatusChoices, LogLevelChoices

from ..toolkit.access import RefusalError
from ..toolkit.documents import MOST_BYTES, Node, listed, read_document

RESULTS, LOGS, FILES, ORPHANS, CHANGES = "job_results", "log_entries", "files", "orphaned_files", "change_log"
KINDS = {
    RESULTS: "Job results, with their log and files",
    LOGS: "Log entries of job results that are kept",
    FILES: "Files of job results that are kept",
    ORPHANS: "Files, and contents of files, that belong to nothing",
    CHANGES: "Change log",
}
NOUNS = {
    RESULTS: "job results",
    LOGS: "log entries",
    FILES: "files",
    ORPHANS: "files of nothing",
    CHANGES: "entries of the change log",
}
_MOST_RULES = 100
_FOREVER = "forever"
# What of a kind a rule may choose by.
_CHOICES = {
    RESULTS: ("jobs", "statuses"),
    LOGS: ("jobs", "statuses", "levels"),
    FILES: ("jobs", "statuses", "names"),
    ORPHANS: (),
    CHANGES: ("models",),
}
_OPTIONS = {RESULTS: ("keep_last", "undo"), FILES: ("undo",)}
_WORDS: dict[str, Callable[[], set[str]]] = {
    "statuses": lambda: set(JobResultStatusChoices.READY_STATES),
    "levels": lambda: {value for value, _ in LogLevelChoices.CHOICES},
}


@dataclass(frozen=True)
class Rule:
    """What is kept of one kind, and how long. Of several that fit, the first decides.

    Args:
        keep_days: so long; None for ever.
        jobs: patterns of class paths: "jobs.audits.*". Empty, as all that follow: any.
        statuses: how the run ended.
        levels: of log entries.
        names: patterns of names of files.
        models: patterns of labels: "dcim.*".
        keep_last: of each Job so many results stay, however old.
        undo: results and files by which a change can be undone may go, too.
    """

    keep_days: int | None
    jobs: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    keep_last: int = 0
    undo: bool = False

    def __str__(self) -> str:
        parts = [
            f"{noun}: {', '.join(values)}"
            for noun in ("jobs", "statuses", "levels", "names", "models")
            if (values := getattr(self, noun))
        ]
        parts.append("for ever" if self.keep_days is None else f"{self.keep_days} days")
        parts += [f"the last {self.keep_last} of each Job"] if self.keep_last else []
        parts += ["those with an undo.json too"] if self.undo else []
        return "; ".join(parts)


Policy = Mapping[str, tuple[Rule, ...]]


def read(upload: Any) -> Policy:
    """The policy of an uploaded file.

    Raises:
        RefusalError: it is none; the message has a line for each mistake.
    """
    return parse(upload.read(MOST_BYTES + 1), getattr(upload, "name", "policy"))


def parse(content: bytes, name: str = "policy") -> Policy:
    """As `read`, of text."""
    root = read_document(content, name)
    if not isinstance(root.value, dict):
        raise RefusalError(root.bad(f"write a mapping of {', '.join(KINDS)}"))
    problems: list[str] = []
    policy: dict[str, tuple[Rule, ...]] = {}
    for kind, node in root.value.items():
        if kind not in KINDS:
            problems.append(node.bad(f"{kind} is unknown; there are {', '.join(KINDS)}"))
        elif not isinstance(node.value, list) or not 0 < len(node.value) <= _MOST_RULES:
            problems.append(node.bad(f"write a list of 1 to {_MOST_RULES} rules"))
        else:
            policy[kind] = tuple(rule for each in node.value if (rule := _rule(kind, each, problems)))
    if problems:
        raise listed(problems)
    return policy


def _rule(kind: str, node: Node, problems: list[str]) -> Rule | None:
    values = node.plain()
    found = list(_mistakes(kind, values))
    problems += [node.bad(mistake) for mistake in found]
    if found:
        return None
    days = values["keep_days"]
    given: dict[str, Any] = {name: tuple(values[name]) for name in _CHOICES[kind] if name in values}
    given |= {name: values[name] for name in _OPTIONS.get(kind, ()) if name in values}
    return Rule(keep_days=None if days == _FOREVER else days, **given)


def _mistakes(kind: str, values: Any) -> Iterator[str]:
    if not isinstance(values, dict):
        yield "write a mapping, such as keep_days: 90"
        return
    known = ("keep_days", *_CHOICES[kind], *_OPTIONS.get(kind, ()))
    if unknown := [str(name) for name in values if name not in known]:
        yield f"{', '.join(unknown)} is unknown; there are {', '.join(known)}"
    days = values.get("keep_days")
    if days != _FOREVER and (not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 36500):
        yield f"keep_days has to be a number of days from 1 on, or {_FOREVER}"
    for name in _CHOICES[kind]:
        if name not in values:
            continue
        value = values[name]
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            yield f"{name} has to be a list of texts"
        elif name in _WORDS and (wrong := sorted(set(value) - _WORDS[name]())):
            yield f"{name}: {', '.join(wrong)} is unknown; there are {', '.join(sorted(_WORDS[name]()))}"
    last = values.get("keep_last", 0)
    if not isinstance(last, int) or isinstance(last, bool) or not 0 <= last <= 1000:
        yield "keep_last has to be a number from 0 to 1000"
    if not isinstance(values.get("undo", False), bool):
        yield "undo has to be true or false"
