"""Findings: what audits report, one plain value each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256


class Severity(IntEnum):
    """How much a finding matters. Ordered, so `severity >= Severity.HIGH` works."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The name in files, forms and style sheets: "high"."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Severity:
        """The severity of that label. Raises KeyError for anything else."""
        return cls[label.upper()]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one object.

    It stands for its object in a log line (`extra={"object": finding}`): Nautobot's log handler asks an object for
    `str()` and `get_absolute_url()` alone, and both are known here without another query.

    Args:
        check: id of the check that found it, such as "DCIM-CONSOLE-001".
        severity: how much it matters.
        model: label of the object's model in lower case, such as "dcim.device".
        pk: primary key of the object.
        display: what Nautobot calls the object.
        url: path of the object's page, such as "/dcim/devices/<pk>/"; "" if it has none.
        location: full name of the location, from the top: "EMEA / AMS01"; "" if it has none.
        role: name of the object's role; "" if it has none.
        message: what is wrong, in a sentence.
        details: what else helps to mend it: label to text.
        key: tells several findings of one check on one object apart, such as the name of a port.
    """

    check: str
    severity: Severity
    model: str
    pk: str
    display: str
    url: str
    location: str
    role: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    @property
    def fingerprint(self) -> str:
        """Twenty hexadecimal digits that stay the same from run to run, whatever becomes of names, texts and severity.

        Made from check, model, primary key and key alone.
        """
        return sha256("\n".join((self.check, self.model, self.pk, self.key)).encode()).hexdigest()[:20]

    def __str__(self) -> str:
        return self.display

    def get_absolute_url(self) -> str:
        """Path of the object's page in Nautobot."""
        return self.url


@dataclass(frozen=True, slots=True)
class Standing:
    """What else is known of a finding.

    Args:
        first_seen: time, in ISO 8601, of the run that found it first.
        new: whether the run compared with did not have it; None if there is none to tell.
        owner, reason, expires: of its waiver; "" if it is not waived.
    """

    first_seen: str
    new: bool | None = None
    owner: str = ""
    reason: str = ""
    expires: str = ""

    @property
    def waived(self) -> bool:
        """Does somebody answer for it?"""
        return bool(self.owner)
