"""Waivers: findings that somebody answers for, with a reason, until a day.

They come from three places, and add up:

- a file `audit_waivers.yml` at the top of the Git repository that the Jobs come from, reviewed as all else in there;
- config contexts with the key `audit_waivers`, as far as they are active;
- a file uploaded with a run.

Each place has a list (YAML, or JSON in a config context) of mappings:

    - check: DCIM-CONSOLE-001         # or a list of ids
      objects:                        # all that are given have to fit; left out: every object
        name: lab-*                   # or a list; * and ? stand for any text and any character; case does not count
        location: EMEA / AMS01        # or a location above the object's own
        role: Server
        fingerprint: 0123456789abcdef0123
      owner: noc@example.com
      reason: Consoles of the laboratory are on loan.
      expires: 2027-01-31             # the last day on which it counts

A finding that is waived is listed as such, and counts neither for the score nor for *Fail at*. A waiver that has
expired waives nothing, and is a finding itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from django.db.models import QuerySet
from nautobot.extras.models import ConfigContext

from .access import RefusalError
from .checks import Check, Context
from .findings import Finding, Severity
from .links import object_path
from .uploads import name_of

CONTEXT_KEY = "audit_waivers"
FILE_NAME = "audit_waivers.yml"
MOST_BYTES = 1 << 20
_MODEL = "extras.configcontext"
_KEYS = ("check", "objects", "owner", "reason", "expires")
_FILTERS = ("name", "location", "role", "fingerprint")
_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")


class WaiverError(RefusalError):
    """A waiver that is not what it has to be; the message names the place, the entry and the field."""


@dataclass(frozen=True)
class Waiver:
    """One waiver.

    Args:
        checks: ids of the checks whose findings it waives.
        objects: "name", "location", "role" or "fingerprint" to patterns in lower case; one of each has to fit.
        owner: who answers for it.
        reason: why.
        expires: the last day on which it counts.
        source: where it is written, in words.
        context: primary key of the config context that has it, or "".
    """

    checks: tuple[str, ...]
    objects: Mapping[str, tuple[str, ...]]
    owner: str
    reason: str
    expires: date
    source: str
    context: str = ""

    def fits(self, finding: Finding) -> bool:
        """Does it waive this finding of one of its checks?"""
        for field, patterns in self.objects.items():
            if field == "location":
                place = finding.location.lower()
                if not any(place == pattern or place.startswith(f"{pattern} / ") for pattern in patterns):
                    return False
                continue
            text = {"name": finding.display, "role": finding.role, "fingerprint": finding.fingerprint}[field].lower()
            if not any(fnmatchcase(text, pattern) for pattern in patterns):
                return False
        return True


class Waivers:
    """The waivers of one run.

    Args:
        waivers: all of them.
        today: the day of the run.
    """

    def __init__(self, waivers: Iterable[Waiver], today: date) -> None:
        self.expired: list[Waiver] = []
        self.used: set[int] = set()
        self._by_check: dict[str, list[Waiver]] = defaultdict(list)
        for waiver in waivers:
            if waiver.expires < today:
                self.expired.append(waiver)
                continue
            for check in waiver.checks:
                self._by_check[check].append(waiver)

    def of(self, finding: Finding) -> Waiver | None:
        """The waiver of a finding, or None."""
        for waiver in self._by_check.get(finding.check, ()):
            if waiver.fits(finding):
                self.used.add(id(waiver))
                return waiver
        return None

    def unused(self, checks: Iterable[str]) -> int:
        """How many waivers of these checks have waived nothing."""
        waivers = {id(waiver) for check in checks for waiver in self._by_check.get(check, ())}
        return len(waivers - self.used)


class ExpiredWaiver(Check):
    """Waivers that wait for somebody to decide anew."""

    id = "AUDIT-WAIVER-001"
    title = "Expired waiver"
    severity = Severity.MEDIUM
    model = _MODEL
    description = (
        "The last day of a waiver for one of the checks of this audit has passed. It waives nothing any more: what it "
        "waived is reported again, and somebody has to mend it or answer for it for longer."
    )
    remedy = "Mend what was waived and remove the waiver, or give it a later day and a reason that still holds."
    tags = ("waivers",)
    since = "0.1.0"
    bad = "A waiver of DCIM-CONSOLE-001 for the laboratory that expired on 2026-06-30."
    good = "A waiver that expires today: it counts until midnight."

    def __init__(self, expired: Iterable[Waiver]) -> None:
        super().__init__()
        self._expired = tuple(expired)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """One finding for each expired waiver."""
        for waiver in self._expired:
            yield Finding(
                check=self.id,
                severity=self.severity,
                model=self.model if waiver.context else "",
                pk=waiver.context,
                display=f"Waiver of {', '.join(waiver.checks)}",
                url=object_path(self.model, waiver.context) if waiver.context else "",
                location="",
                role="",
                message=f"The waiver expired on {waiver.expires}.",
                details={"owner": waiver.owner, "reason": waiver.reason, "written in": waiver.source},
                key=f"{','.join(waiver.checks)} {waiver.owner} {waiver.expires}",
            )


def load(upload: Any, repository: Path | None) -> list[Waiver]:
    """The waivers of all places.

    Args:
        upload: the file uploaded with the run, or None.
        repository: folder of the Git repository that the Jobs come from, or None.

    Raises:
        WaiverError: one of them is not what it has to be.
    """
    waivers: list[Waiver] = []
    if repository and (path := repository / FILE_NAME).is_file():
        waivers += parse(_yaml(path.read_bytes(), FILE_NAME), FILE_NAME)
    contexts = ConfigContext.objects.filter(is_active=True, data__has_key=CONTEXT_KEY).order_by("name")
    for pk, name, data in contexts.values_list("pk", "name", "data"):
        waivers += parse(data[CONTEXT_KEY], f'config context "{name}"', context=str(pk))
    if upload:
        name = name_of(upload)
        content = upload.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise WaiverError(
                f"Waivers: {name} has more than {MOST_BYTES} bytes. Write fewer waivers with wider patterns."
            )
        waivers += parse(_yaml(content, name), name)
    return waivers


def _yaml(content: bytes | str, source: str) -> Any:
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place else ""
        raise WaiverError(f"Waivers: {source}{where} is not YAML: {getattr(error, 'problem', error)}.") from None


def parse(data: Any, source: str, *, context: str = "") -> list[Waiver]:
    """The waivers of one place.

    Args:
        data: the list, as YAML or JSON gave it; None for an empty file.
        source: the place in words, for messages.
        context: primary key of the config context, or "".
    """
    if data is None:
        return []
    if not isinstance(data, list):
        raise WaiverError(f"Waivers: {source} has to be a list of waivers, not {_kind(data)}.")
    return [_waiver(item, f"Waivers: {source}, entry {number}", source, context) for number, item in enumerate(data, 1)]


def _waiver(item: Any, where: str, source: str, context: str) -> Waiver:
    if not isinstance(item, dict):
        raise WaiverError(f"{where} has to be a mapping with {', '.join(_KEYS)}, not {_kind(item)}.")
    if unknown := sorted(str(key) for key in set(item) - set(_KEYS)):
        raise WaiverError(f"{where}: unknown field {', '.join(unknown)}. There are {', '.join(_KEYS)}.")
    if missing := [key for key in _KEYS if key != "objects" and not item.get(key)]:
        raise WaiverError(f"{where}: {', '.join(missing)} is missing.")
    checks = _texts(item["check"], f"{where}: check")
    for check in checks:
        if not _ID.fullmatch(check):
            raise WaiverError(f'{where}: check: "{check}" is no id of a check, such as DCIM-CONSOLE-001.')
    objects = item.get("objects") or {}
    if not isinstance(objects, dict):
        raise WaiverError(f"{where}: objects has to be a mapping with {', '.join(_FILTERS)}, not {_kind(objects)}.")
    if unknown := sorted(str(key) for key in set(objects) - set(_FILTERS)):
        raise WaiverError(f"{where}: objects: unknown field {', '.join(unknown)}. There are {', '.join(_FILTERS)}.")
    return Waiver(
        checks=checks,
        objects={
            key: tuple(text.lower() for text in _texts(value, f"{where}: objects: {key}"))
            for key, value in objects.items()
        },
        owner=_texts(item["owner"], f"{where}: owner")[0],
        reason=_texts(item["reason"], f"{where}: reason")[0],
        expires=_day(item["expires"], f"{where}: expires"),
        source=source,
        context=context,
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, (str, int)) and str(each).strip() for each in values):
        raise WaiverError(f"{where} has to be a text, or a list of texts, not {_kind(value)}.")
    return tuple(str(each).strip() for each in values)


def _day(value: Any, where: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise WaiverError(f'{where}: "{value}" is no day. Write it as 2027-01-31.') from None


def _kind(value: Any) -> str:
    return {dict: "a mapping", list: "a list", str: "a text", type(None): "nothing"}.get(type(value), f'"{value}"')
