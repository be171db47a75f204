"""What an audit counts while it runs. It grows with the number of checks and locations, not with that of findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from .checks import Check
from .findings import Finding, Severity


@dataclass
class CheckResult:
    """How one check went.

    Args:
        check: the check.
        findings: how many it has found.
        seconds: how long it took.
        error: why it could not finish, or None.
    """

    check: Check
    findings: int = 0
    seconds: float = 0.0
    error: str | None = None


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
        severities: how many findings there are of each severity.
        locations: full name of a location ("" for none) to its findings by severity.
    """

    job: str
    title: str
    user: str
    scope: str
    base_url: str
    run_url: str
    started: datetime
    objects: int
    noun: str
    results: list[CheckResult] = field(default_factory=list)
    severities: Counter[Severity] = field(default_factory=Counter)
    locations: defaultdict[str, Counter[Severity]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, finding: Finding, result: CheckResult) -> None:
        """Count a finding of the check that is running."""
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
        return f"{number} ({', '.join(parts)})" if parts else "no findings"
