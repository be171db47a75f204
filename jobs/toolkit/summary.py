"""What an audit counts while it runs. It grows with the number of checks and locations, not with that of findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from .checks import Check
from .findings import Finding, Severity, Standing
from .score import Score


@dataclass
class CheckResult:
    """How one check went.

    Args:
        check: the check.
        findings: how many it has found, without waived ones.
        waived: how many waived ones.
        seconds: how long it took.
        error: why it could not finish, or None.
        not_asked: why it was not asked, or None.
    """

    check: Check
    findings: int = 0
    waived: int = 0
    seconds: float = 0.0
    error: str | None = None
    not_asked: str | None = None


class Point(NamedTuple):
    """One run in the course of time."""

    when: datetime
    severities: Counter[Severity]
    score: float | None


@dataclass
class Summary:
    """One run of an audit.

    Args:
        job: class path of the Job.
        title: its name.
        user: who runs it.
        scope: what it looks at, in words.
        base_url: address of Nautobot, "" if unknown.
        run_url: page of this run.
        started: when it began.
        objects: how many objects are looked at.
        noun: what they are called, in the plural: "devices".
        results: how each check went, in the order in which they ran.
        severities: how many findings there are of each severity, without waived ones.
        locations: full name of a location ("" for none) to its findings by severity.
        score: see `score`.
        compared: when the run ended that this one is compared with, or None.
        compared_url: page of that run.
        new: how many findings that run did not have.
        fixed: how many it had and this one has not.
        waived: how many findings are waived.
        course: earlier runs of this Job with this scope, the oldest first.
    """

    job: str
    title: str
    user: str
    scope: str
    base_url: str
    run_url: str
    started: datetime
    score: Score
    objects: int = 0
    noun: str = "objects"
    results: list[CheckResult] = field(default_factory=list)
    severities: Counter[Severity] = field(default_factory=Counter)
    locations: defaultdict[str, Counter[Severity]] = field(default_factory=lambda: defaultdict(Counter))
    compared: datetime | None = None
    compared_url: str = ""
    new: int = 0
    fixed: int = 0
    waived: int = 0
    course: list[Point] = field(default_factory=list)

    def add(self, finding: Finding, result: CheckResult, standing: Standing) -> None:
        """Count a finding of the check that is running."""
        if standing.waived:
            result.waived += 1
            self.waived += 1
            return
        self.new += standing.new is True
        result.findings += 1
        self.severities[finding.severity] += 1
        self.locations[finding.location][finding.severity] += 1

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return self.severities.total()

    def reaching(self, severity: Severity) -> int:
        """How many findings are of this severity or above."""
        return sum(count for found, count in self.severities.items() if found >= severity)

    def in_words(self) -> str:
        """The counts as text: "23 findings (3 high, 20 medium)"."""
        parts = [
            f"{self.severities[severity]} {severity.label}"
            for severity in reversed(Severity)
            if self.severities[severity]
        ]
        number = f"{self.findings} finding{'' if self.findings == 1 else 's'}"
        text = f"{number} ({', '.join(parts)})" if parts else "no findings"
        return f"{text}, {self.waived} waived" if self.waived else text

    @property
    def asked(self) -> list[CheckResult]:
        """The checks that have been asked, whether or not they could finish."""
        return [result for result in self.results if result.not_asked is None]
