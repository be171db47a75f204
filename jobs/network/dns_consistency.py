"""Names and addresses in Nautobot against the DNS, forward and reverse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job, MultiObjectVar, StringVar
from nautobot.ipam.models import IPAddress, Prefix

from ..toolkit import fleet
from ..toolkit.access import RefusalError, require, visible
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.checks import Check, Context
from ..toolkit.dns_lookups import Lookups, read_resolvers
from ..toolkit.extras import require_extra
from ..toolkit.findings import Finding, Severity
from ..toolkit.fleet import Guard, Limits
from ..toolkit.links import object_path
from ..toolkit.observed_report import FAIL_AT, judge, report, rule
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks
from ..toolkit.scope import Scope, ScopeMixin
from ..toolkit.subjects import subject_of
from ..toolkit.within import within

name = "Network"

_ADDRESS = "ipam.ipaddress"
_EMPTY, _ALL = "empty", "all"
_MOST_LOGGED = 50
NO_FORWARD = rule(
    "DNS-FORWARD-001",
    "Name without an address",
    Severity.MEDIUM,
    "The DNS has no address of this family for the DNS name that Nautobot has.",
    "Add the record, or correct the DNS name in Nautobot.",
    _ADDRESS,
)
OTHER_FORWARD = rule(
    "DNS-FORWARD-002",
    "Name of other addresses",
    Severity.HIGH,
    "The DNS name that Nautobot has leads to other addresses than this one: whoever goes by the name ends up elsewhere.",
    "Find out which is right: correct the record, or the DNS name in Nautobot.",
    _ADDRESS,
)
NO_REVERSE = rule(
    "DNS-REVERSE-001",
    "Address without a name",
    Severity.LOW,
    "Nautobot has a DNS name for the address, and the reverse zone has none.",
    "Add the PTR record; the Job *Zone files* writes it.",
    _ADDRESS,
)
OTHER_REVERSE = rule(
    "DNS-REVERSE-002",
    "Address with another name",
    Severity.MEDIUM,
    "The reverse zone has another name for the address than the DNS name that Nautobot has.",
    "Find out which is right: correct the PTR record, or the DNS name in Nautobot, by this Job or by hand.",
    _ADDRESS,
)
UNKNOWN = rule(
    "DNS-NAME-001",
    "Name that Nautobot does not have",
    Severity.LOW,
    "The reverse zone has a name for the address, and Nautobot has no DNS name.",
    "Let this Job write it, if the name leads back to the address.",
    _ADDRESS,
)
RULES: tuple[type[Check], ...] = (NO_FORWARD, OTHER_FORWARD, NO_REVERSE, OTHER_REVERSE, UNKNOWN)


class DnsConsistency(ChangeMixin, ScopeMixin, Job):
    """Asks the DNS about addresses and their DNS names in Nautobot, in both directions, and tells what does not agree.

    Of each address with a DNS name the name is asked for (A or AAAA), and of each address its name (PTR). Resolvers are asked in the order
    in which they are given; one that does not answer is passed over, and all are tried again. Many addresses are asked at once. Findings are
    compared with those of the last run of the same selection by the same user; what is known of an address that got no answer stays as it is.

    *Write DNS names* takes names of the reverse zone over into Nautobot, as a plan: only one that leads back to the address, and is the only
    one that does.

    **Changes:** nothing unless *Write DNS names* is selected; then DNS names of addresses.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; to write names, `plan.html`,
    `plan.csv` and `plan.json`, and `undo.json` when applied. The result counts `findings` by severity and check, `addresses`, `asked`,
    `failed`, `causes`; `changes` and `problems` of the plan. The Job fails if an address gets no answer, and as *Fail at* says.
    **Needs:** the permission `ipam.view_ipaddress`; to write names, that of changing addresses; the Python package dnspython on the worker.
    """

    prefixes = MultiObjectVar(
        model=Prefix,
        required=False,
        description="Only addresses in these prefixes, in addition to what is selected above.",
    )
    resolvers = StringVar(
        required=False,
        description="Addresses of resolvers, separated by commas, with a port if it is not 53. If empty: those of the worker's system.",
    )
    seconds = IntegerVar(
        default=2, min_value=1, max_value=30, required=False, description="How long an answer is waited for."
    )
    tries = IntegerVar(
        default=2, min_value=1, max_value=5, required=False, description="How often each resolver is tried."
    )
    at_once = IntegerVar(
        label="At once",
        default=50,
        min_value=1,
        max_value=fleet.MOST_AT_ONCE,
        required=False,
        description=f"How many addresses are asked about at the same time, at most {fleet.MOST_AT_ONCE}.",
    )
    write = ChoiceVar(
        label="Write DNS names",
        choices=(("", "No"), (_EMPTY, "Where Nautobot has none"), (_ALL, "Where the DNS has another one, too")),
        default="",
        required=False,
        description="Which DNS names are taken over into Nautobot.",
    )
    fail_at = FAIL_AT

    class Meta:
        name = "DNS consistency"
        description = "Addresses and DNS names against the DNS, forward and reverse, and names taken over if you like."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2400

    def run(
        self,
        *,
        prefixes=None,
        resolvers="",
        seconds=None,
        tries=None,
        at_once=None,
        write="",
        fail_at="",
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            require_extra("dns")
            require(self.user, IPAddress, *(("view", "change") if write else ("view",)))
            lookups = Lookups(read_resolvers(resolvers or ""), float(seconds or 2), int(tries or 2))
            limits = Limits(
                at_once=50 if at_once is None else at_once,
                starts=1000.0,
                target_seconds=3 * lookups.longest + 5,
                run_seconds=self.Meta.soft_time_limit - 60.0,
            )
            scope = Scope(self.user, offered=self._get_vars(), **selection)
            targets = list(_addresses(self.user, scope, list(prefixes or ())))
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"findings": 0, "refused": str(refusal)}
        asked, causes = self._ask(targets, lookups, limits)
        with TemporaryDirectory() as directory:
            found = [finding for target, answer in asked for finding in _findings(target, answer)]
            done = {target.pk for target, _ in asked}
            counts = report(self, scope, RULES, found, done, Path(directory), noun="addresses that were asked about")
        planned: dict[str, Any] = {"changes": 0}
        if write:
            names = {
                target.pk: answer.confirmed[0]
                for target, answer in asked
                if len(answer.confirmed) == 1 and (write == _ALL or not target.name)
            }
            planned = Changes(self, needs={_ADDRESS: ("view", "change")}).run(
                lambda plan: self._plan(plan, names), request=scope.describe(), dryrun=dryrun, only_if=only_if
            )
        self._tell(targets, asked, causes)
        judge(self, counts, fail_at)
        told = {"addresses": len(targets), "asked": len(asked), "failed": causes.total(), "causes": dict(causes)}
        return {**told, "scope": scope.key, **counts, **planned}

    def _ask(
        self, targets: list[_Address], lookups: Lookups, limits: Limits
    ) -> tuple[list[tuple[_Address, _Answer]], Counter[str]]:
        asked: dict[str, tuple[_Address, _Answer]] = {}
        causes: Counter[str] = Counter()
        try:
            for outcome in fleet.run(lambda target, guard: _ask(target, lookups, guard), targets, limits):
                if not outcome.cause:
                    asked[outcome.target.pk] = (outcome.target, outcome.value)
                    continue
                causes[outcome.cause] += 1
                if causes.total() <= _MOST_LOGGED:
                    extra = {"object": outcome.target, "grouping": outcome.cause}
                    self.logger.warning("%s", outcome.message, extra=extra)
        except SoftTimeLimitExceeded:
            causes[fleet.STOPPED] += len(targets) - len(asked) - causes.total()
        # In their order, not in that of the answers.
        return [asked[target.pk] for target in targets if target.pk in asked], causes

    def _tell(self, targets: list[_Address], asked: list[Any], causes: Counter[str]) -> None:
        self.logger.info("%d addresses, %d asked about.", len(targets), len(asked), extra={"grouping": "summary"})
        if not targets:
            self.logger.warning("There are no such addresses that you may view.", extra={"grouping": "scope"})
        if causes:
            words = ", ".join(f"{cause}: {number}" for cause, number in sorted(causes.items()))
            self.fail("%d addresses got no answer (%s).", causes.total(), words)

    def _plan(self, plan: Plan, names: dict[str, str]) -> None:
        field: Any = IPAddress._meta.get_field("dns_name")
        for keys in chunks(sorted(names)):
            addresses = visible(self.user, IPAddress, "change").filter(pk__in=keys).order_by("pk")
            there = {str(address.pk): address for address in addresses}
            for pk in keys:
                if pk not in there:
                    plan.problem(f"You may not change the address {pk}.")
                    continue
                with plan.row(str(there[pk])):
                    try:
                        field.clean(names[pk], there[pk])
                    except ValidationError:
                        plan.remark(f"{names[pk]!a} is no DNS name that Nautobot accepts.")
                        continue
                    plan.update(there[pk], dns_name=names[pk], reason="the reverse zone has it, and it leads back")


@dataclass(frozen=True)
class _Address:
    """An address, which stands for itself in a log line."""

    pk: str
    host: str
    version: int
    display: str
    name: str
    location: str
    role: str

    def __str__(self) -> str:
        return self.display

    def get_absolute_url(self) -> str:
        return object_path(_ADDRESS, self.pk)


@dataclass(frozen=True)
class _Answer:
    """What the DNS says.

    Args:
        forward: addresses of the DNS name.
        reverse: names of the address.
        confirmed: those of them that lead back to the address.
    """

    forward: tuple[str, ...]
    reverse: tuple[str, ...]
    confirmed: tuple[str, ...]


def _addresses(user: Any, scope: Scope, prefixes: list[Prefix]) -> Iterator[_Address]:
    addresses = within(scope.of(_ADDRESS), user, prefixes)
    context, annotations = Context(user), subject_of(_ADDRESS).annotations()
    columns = {name: annotations[name] for name in ("subject_location", "subject_role")}
    rows = addresses.annotate(**columns).order_by("ip_version", "host", "pk").distinct()
    for row in rows.values("pk", "host", "mask_length", "ip_version", "dns_name", *columns).iterator(2000):
        yield _Address(
            pk=str(row["pk"]),
            host=str(row["host"]),
            version=row["ip_version"],
            display=f"{row['host']}/{row['mask_length']}",
            name=(row["dns_name"] or "").rstrip(".").lower(),
            location=context.location_names.get(row["subject_location"], ""),
            role=row["subject_role"] or "",
        )


def _ask(target: _Address, lookups: Lookups, guard: Guard) -> _Answer:
    """In a thread: both directions."""
    forward = lookups.addresses(target.name, target.version, guard) if target.name else ()
    reverse = lookups.names(target.host, guard)
    confirmed = [
        each
        for each in reverse[:10]
        if target.host in (forward if each == target.name else lookups.addresses(each, target.version, guard))
    ]
    return _Answer(forward, reverse, tuple(confirmed))


def _findings(target: _Address, answer: _Answer) -> Iterator[Finding]:
    names, addresses = ", ".join(answer.reverse), ", ".join(answer.forward)
    if target.name and not answer.forward:
        yield _finding(NO_FORWARD, target, f"{target.name} has no IPv{target.version} address in the DNS.")
    elif target.name and target.host not in answer.forward:
        yield _finding(OTHER_FORWARD, target, f"{target.name} is {addresses} in the DNS.")
    if target.name and not answer.reverse:
        yield _finding(NO_REVERSE, target, f"The DNS has no name for it; Nautobot has {target.name}.")
    elif target.name and target.name not in answer.reverse:
        yield _finding(OTHER_REVERSE, target, f"The DNS calls it {names}; Nautobot {target.name}.")
    elif answer.reverse and not target.name:
        back = "It leads back to the address." if answer.confirmed else "It does not lead back to the address."
        yield _finding(UNKNOWN, target, f"The DNS calls it {names}. {back}")


def _finding(check: type[Check], target: _Address, message: str) -> Finding:
    return Finding(
        check=check.id,
        severity=check.severity,
        model=_ADDRESS,
        pk=target.pk,
        display=target.display,
        url=target.get_absolute_url(),
        location=target.location,
        role=target.role,
        message=message,
    )
