"""Which addresses of devices answer, and what is different since the last time."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from nautobot.apps.jobs import BooleanVar, ChoiceVar, IntegerVar, Job, StringVar
from nautobot.extras.models import JobResult
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ..toolkit import compat, fleet, probes
from ..toolkit.access import RefusalError, visible
from ..toolkit.attachments import attach, attached, safe_cell
from ..toolkit.fleet import Guard, Limits
from ..toolkit.history import earlier_runs
from ..toolkit.links import object_path
from ..toolkit.network_devices import require_devices
from ..toolkit.scope import DeviceScopeMixin, Scope
from ..toolkit.tables import Link, Page, Tile

name = "Network"

_FILE = "reachability.json"
_COLUMNS = ("device", "location", "address", "primary", "probe", "state", "milliseconds", "before")
_NO_ICMP = "This worker may send no ICMP echo requests: see net.ipv4.ping_group_range of its system."
_MOST_PORTS = 16
_MOST_TRIES = 3
_LOOK_BACK = 20
_NEVER, _LOST, _SILENT = "never", "lost", "silent"


class ReachabilitySweep(DeviceScopeMixin, Job):
    """Asks which addresses of devices answer: by TCP, and by ICMP echo where the workers' system permits it.

    Probes are many at once, so many new ones a second at most, over IPv4 and IPv6. A port that refuses a connection counts as an answer:
    somebody is there. What answered in the last run of the same selection, by the same user, and does not any more is told first. Addresses
    that you may not view are left out, and so are link-local ones.

    **Changes:** nothing. Devices see connections that are closed at once.
    **Produces:** `reachability.html` and `reachability.md`: what does not answer, and what has changed; `reachability.csv`, all probes;
    `reachability.json`, for machines and for the next run. The result counts `addresses`, those that `answer`, are `silent`, and, compared
    with the last run, `lost` and `regained`. The Job fails as *Fail at* says.
    **Needs:** the permissions `dcim.view_device` and `ipam.view_ipaddress`.
    """

    all_addresses = BooleanVar(
        label="All addresses",
        default=False,
        description="All addresses of the devices' interfaces. If not ticked: their primary addresses.",
    )
    family = ChoiceVar(
        choices=(("", "Both"), ("4", "IPv4"), ("6", "IPv6")),
        default="",
        required=False,
        description="Which addresses.",
    )
    ports = StringVar(
        default="22",
        required=False,
        description=f"TCP ports that are connected to, at most {_MOST_PORTS}, separated by commas. May be empty if ICMP is ticked.",
    )
    icmp = BooleanVar(
        label="ICMP",
        default=False,
        description="Send echo requests, if net.ipv4.ping_group_range permits that to the workers; the report says if not.",
    )
    seconds = IntegerVar(
        default=2, min_value=1, max_value=30, required=False, description="How long an answer is waited for."
    )
    tries = IntegerVar(
        default=2,
        min_value=1,
        max_value=_MOST_TRIES,
        required=False,
        description="How often something is tried that gives no answer.",
    )
    at_once = IntegerVar(
        label="At once",
        default=100,
        min_value=1,
        max_value=fleet.MOST_AT_ONCE,
        required=False,
        description=f"How many addresses are probed at the same time, at most {fleet.MOST_AT_ONCE}.",
    )
    rate = IntegerVar(
        default=200,
        min_value=1,
        max_value=1000,
        required=False,
        description="How many addresses are begun in a second.",
    )
    fail_at = ChoiceVar(
        label="Fail at",
        choices=(
            (_NEVER, "Never"),
            (_LOST, "An address that answered before"),
            (_SILENT, "Any address that does not answer"),
        ),
        default=_NEVER,
        required=False,
        description="The Job fails if there is such an address.",
    )

    class Meta:
        name = "Reachability sweep"
        description = "Which addresses of devices answer by TCP and ICMP, and what has changed since the last run."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        all_addresses=False,
        family="",
        ports="22",
        icmp=False,
        seconds=None,
        tries=None,
        at_once=None,
        rate=None,
        fail_at=_NEVER,
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            require_devices(self.user)
            questions = _Questions(
                _ports(ports or ""), bool(icmp) and probes.may_ping(), float(seconds or 2), int(tries or 2)
            )
            questions.refuse_nothing(bool(icmp))
            limits = Limits(
                at_once=100 if at_once is None else at_once,
                starts=200.0 if rate is None else float(rate),
                target_seconds=questions.longest,
                run_seconds=self.Meta.soft_time_limit - 60.0,
            )
            scope = Scope(self.user, offered=self._get_vars(), **selection)
            targets = list(_addresses(self.user, scope, bool(all_addresses), family or ""))
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"addresses": 0, "refused": str(refusal)}
        with TemporaryDirectory() as directory:
            earlier = next((run for run in earlier_runs(self, scope.key)[:_LOOK_BACK] if _has_file(run)), None)
            sweep = _Sweep(self, Path(directory), scope, earlier)
            try:
                for outcome in fleet.run(questions.ask, targets, limits):
                    sweep.take(outcome)
            except SoftTimeLimitExceeded:
                sweep.stopped = True
            sweep.finish(targets, questions, bool(icmp))
        return sweep.judge(fail_at)


@dataclass(frozen=True)
class _Address:
    device: str
    device_pk: str
    location: str
    address: str
    primary: bool


def _addresses(user: Any, scope: Scope, everything: bool, family: str) -> Iterator[_Address]:
    """The addresses of the devices, by device, each once a device."""
    devices = scope.queryset()
    seen = visible(user, IPAddress).order_by()
    columns = ("pk", "name", "location__name", "primary_ip4_id", "primary_ip6_id")
    rows = {row[0]: row for row in devices.order_by("name", "pk").values_list(*columns)}
    primary = {key for row in rows.values() for key in row[3:] if key}
    hosts = dict(seen.filter(pk__in=list(primary)).values_list("pk", "host"))
    found = {pk: {str(hosts[key]): True for key in row[3:] if key in hosts} for pk, row in rows.items()}
    if everything:
        assigned = IPAddressToInterface.objects.filter(
            compat.on_devices(devices.order_by().values("pk"), "interface__"), ip_address__in=seen
        ).annotate(of_device=compat.device_value("id", "interface__"))
        for pk, host in assigned.order_by("ip_address__host").values_list("of_device", "ip_address__host"):
            found[pk].setdefault(str(host), False)
    for pk, addresses in found.items():
        for address, is_primary in addresses.items():
            parsed = ip_address(address)
            if not parsed.is_link_local and (not family or parsed.version == int(family)):
                yield _Address(rows[pk][1] or "", str(pk), rows[pk][2], address, is_primary)


@dataclass(frozen=True)
class _Questions:
    """What an address is asked."""

    ports: tuple[int, ...]
    icmp: bool
    seconds: float
    tries: int

    def refuse_nothing(self, icmp: bool) -> None:
        if self.ports or self.icmp:
            return
        raise RefusalError(
            f"Ports: {_NO_ICMP} Enter at least one." if icmp else "Ports: enter at least one, or tick ICMP."
        )

    @property
    def longest(self) -> float:
        """Seconds that an address takes at most."""
        return (len(self.ports) + self.icmp) * self.seconds * self.tries + 5

    def ask(self, target: _Address, guard: Guard) -> dict[str, probes.Answer]:
        """In a thread: the answers of one address, by probe."""
        found = {}
        if self.icmp:
            found[probes.PING] = self._tried(lambda: probes.ping(target.address, self.seconds, guard))
        for port in self.ports:
            found[f"tcp/{port}"] = self._tried(lambda port=port: probes.tcp(target.address, port, self.seconds, guard))
        return found

    def _tried(self, probe: Any) -> probes.Answer:
        for _ in range(self.tries):
            answer = probe()
            if answer.state != probes.SILENT:
                break
        return answer


def _ports(text: str) -> tuple[int, ...]:
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    bad = [word for word in words if not (word.isascii() and word.isdigit() and 1 <= int(word[:6]) <= 65535)]
    if bad:
        raise RefusalError(f"Ports: {', '.join(bad)[:100]}: enter numbers from 1 to 65535, separated by commas.")
    found = tuple(dict.fromkeys(map(int, words)))
    if len(found) > _MOST_PORTS:
        raise RefusalError(f"Ports: {len(found)} are more than {_MOST_PORTS}.")
    return found


def _has_file(run: JobResult) -> bool:
    return any(name.startswith(_FILE) for name in run.files.values_list("name", flat=True))


class _Sweep:
    """What comes of the addresses, on its way to the files."""

    def __init__(self, job: Job, folder: Path, scope: Scope, earlier: JobResult | None) -> None:
        self._job, self._folder, self._scope, self._earlier = job, folder, scope, earlier
        self._before: dict[tuple[str, str], dict[str, str]] = {}
        if earlier is not None:
            with attached(earlier, _FILE) as source:
                self._before = {(row["pk"], row["address"]): row["states"] for row in json.load(source)["addresses"]}
        self._rows: list[dict[str, Any]] = []
        self._silent: list[tuple[_Address, str]] = []
        self._changed: dict[str, list[_Address]] = {_LOST: [], "regained": []}
        self._counts: Counter[str] = Counter()
        self.stopped = False
        self._file = (folder / "reachability.csv").open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow(_COLUMNS)

    def take(self, outcome: fleet.Outcome) -> None:
        """Take the answers of one address."""
        target: _Address = outcome.target
        if outcome.cause == fleet.STOPPED:
            self.stopped = True
            return
        answers: dict[str, probes.Answer] = outcome.value or {}
        states = {probe: answer.state for probe, answer in answers.items()}
        before = self._before.get((target.device_pk, target.address))
        if before is not None and set(before) != set(states):
            before = None  # it was asked something else
        alive = _alive(states)
        self._counts["answer" if alive else "silent"] += 1
        if not alive:
            self._silent.append((target, ", ".join(f"{probe}: {state}" for probe, state in states.items())))
        if before is not None and _alive(before) != alive:
            self._changed["regained" if alive else _LOST].append(target)
        for probe, answer in answers.items():
            cells = (target.device, target.location, target.address, "yes" if target.primary else "", probe)
            earlier = (before or {}).get(probe, "")
            self._csv.writerow([safe_cell(each) for each in (*cells, answer.state, answer.milliseconds, earlier)])
        self._rows.append(
            {"pk": target.device_pk, "device": target.device, "address": target.address, "states": states}
        )

    def finish(self, targets: list[_Address], questions: _Questions, icmp: bool) -> None:
        """Attach the files."""
        self._file.close()
        self._targets = targets
        done = {"scope": self._scope.describe(), "addresses": self._rows}
        (self._folder / _FILE).write_text(json.dumps(done, indent=0, ensure_ascii=False), encoding="utf-8")
        page = Page(self._job, "Reachability")
        page.facts["Scope"] = self._scope.describe()
        if self._earlier is not None:
            page.facts["Compared with"] = f"{self._earlier.date_done:%Y-%m-%d %H:%M %Z}"
        page.tiles = [
            Tile(len(targets), "addresses"),
            Tile(self._counts["answer"], "answer"),
            Tile(self._counts["silent"], "do not answer", "high" if self._counts["silent"] else ""),
            Tile(len(self._changed[_LOST]), "lost", "critical" if self._changed[_LOST] else ""),
            Tile(len(self._changed["regained"]), "answer again"),
        ]
        if self.stopped:
            page.notes.append("The Job's time was over before all addresses had been probed.")
        if icmp and not questions.icmp:
            page.notes.append(_NO_ICMP)
        for title, changed in (("Lost since the last run", _LOST), ("Answer again", "regained")):
            table = page.table(title, "Device", "Location", "Address")
            for target in self._changed[changed]:
                table.add(_link(target), target.location, target.address)
        table = page.table("Do not answer", "Device", "Location", "Address", "Probes", file="reachability.csv")
        for target, told in sorted(self._silent, key=lambda each: (each[0].device, each[0].address)):
            table.add(_link(target), target.location, target.address, told)
        page.write_html(self._folder / "reachability.html")
        page.write_markdown(self._folder / "reachability.md")
        for file in ("reachability.html", "reachability.md", "reachability.csv", _FILE):
            attach(self._job, self._folder / file, file)

    def judge(self, fail_at: str | None) -> dict[str, Any]:
        """Log the outcome, let the Job fail if that is asked for; returns its result."""
        compared = self._earlier is not None
        lost, regained = len(self._changed[_LOST]), len(self._changed["regained"])
        words = f", {lost} lost and {regained} answering again since the last run" if compared else ""
        self._job.logger.info(
            "%d addresses: %d answer, %d do not%s.",
            len(self._targets),
            self._counts["answer"],
            self._counts["silent"],
            words,
            extra={"grouping": "summary"},
        )
        if not self._targets:
            self._job.logger.warning("There are no such addresses that you may view.", extra={"grouping": "scope"})
        if self.stopped:
            self._job.fail("The time was over before all addresses had been probed.")
        elif (fail_at == _SILENT and self._counts["silent"]) or (fail_at in (_LOST, _SILENT) and lost):
            self._job.fail("Addresses that do not answer: %d, of which %d did before.", self._counts["silent"], lost)
        return {
            "addresses": len(self._targets),
            "answer": self._counts["answer"],
            "silent": self._counts["silent"],
            "lost": lost if compared else None,
            "regained": regained if compared else None,
            "stopped": self.stopped,
            "scope": self._scope.key,
        }


def _alive(states: dict[str, str]) -> bool:
    return any(state in probes.ALIVE for state in states.values())


def _link(target: _Address) -> Link:
    return Link(target.device or target.device_pk, object_path("dcim.device", target.device_pk))
