"""An audit as large as reports have to bear, without a database: 40 checks of 60 locations, with the runs before it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import UUID

from jobs.toolkit.checks import Check, Parameter
from jobs.toolkit.findings import Finding, Severity, Standing
from jobs.toolkit.score import Score
from jobs.toolkit.summary import CheckResult, Point, Summary

NOW = datetime.now(timezone.utc) - timedelta(seconds=12)
OBJECTS = 12_000
REGIONS = {
    "EMEA": {
        "DE": ("FRA", "BER", "MUC", "HAM"),
        "NL": ("AMS", "RTM", "EIN"),
        "GB": ("LON", "MAN", "EDI"),
        "ES": ("MAD", "BCN"),
    },
    "AMER": {"US": ("NYC", "SFO", "CHI", "DAL", "SEA", "ATL"), "CA": ("YYZ", "YVR"), "BR": ("GRU", "GIG")},
    "APAC": {"SG": ("SIN",), "JP": ("TYO", "OSA"), "AU": ("SYD", "MEL"), "IN": ("BOM", "DEL", "BLR")},
}
LOCATIONS = [
    f"{region} / {country} / {site}0{number}"
    for region, countries in REGIONS.items()
    for country, sites in countries.items()
    for site in sites
    for number in (1, 2)
]
ROLES = {
    "Access switch": 50,
    "Distribution switch": 12,
    "Core switch": 4,
    "Router": 8,
    "Firewall": 5,
    "Server": 16,
    "Console server": 3,
}
PARTS = {
    "Access switch": "acc",
    "Distribution switch": "dis",
    "Core switch": "cor",
    "Router": "rtr",
    "Firewall": "fw",
    "Server": "srv",
    "Console server": "con",
}
# Of each check: id, severity and title; message; remedy.
_RULES = """\
DCIM-CONSOLE-001 high No console connection
  No console port is connected.
  Cable a console port to a console server, or set the cable's status to Connected.
DCIM-CONSOLE-002 low Console port without a name of its own
  Console port {port} has the name of its template only.
  Name the port as it is labelled on the device.
DCIM-POWER-001 critical No power connection
  None of the {number} power ports is connected.
  Cable the power ports to outlets of two PDUs on different feeds.
DCIM-POWER-002 high All supplies on one PDU or feed
  All power ports are fed by {other}.
  Move one supply to a PDU on the other feed.
DCIM-POWER-003 medium Fewer supplies connected than installed
  {number} of the power ports are not connected.
  Connect the remaining supplies, or remove the ports that have none.
DCIM-POWER-004 low Power draw unknown
  Power port {port} has neither an allocated nor a maximum draw.
  Enter the draw from the data sheet at the device type's template.
DCIM-OOB-001 medium No out-of-band connection
  No management interface is connected.
  Cable the management interface to the out-of-band switch of the site.
DCIM-OOB-002 low Management interface enabled but without an address
  Interface {port} has no IP address.
  Assign an address of the site's management prefix, or disable the interface.
DCIM-CABLE-001 high Interfaces of different speeds connected
  Interface {port} is connected to {other}, which has another speed.
  Correct the interface types, or replace the optics.
DCIM-CABLE-002 medium Planned cable older than its limit
  The cable of {port} to {other} has been planned for {number} days.
  Install the cable and set it to Connected, or remove it.
DCIM-CABLE-003 low Cable without a label
  The cable of interface {port} has no label.
  Label the cable as the site's standard says.
DCIM-CABLE-004 info Patched through more than four panels
  The path from {port} to {other} passes {number} panels.
  Nothing has to be done; consider a direct path.
DCIM-RACK-001 medium Device without a position
  The device is in rack {other} but has no position.
  Enter the unit in which it is mounted.
DCIM-RACK-002 info Rack nearly full
  Rack {other} has {number} units left.
  Plan another rack before the next installation.
DCIM-LIFE-001 critical Software with a known exploited vulnerability
  Runs a version that CISA lists as exploited.
  Upgrade to the version that the vendor's advisory names.
DCIM-LIFE-002 high Hardware past its end of support
  Support of the device type ended {number} days ago.
  Replace the device, or record who answers for keeping it.
DCIM-LIFE-003 medium No software version
  No software version is recorded.
  Set the software version, or let the discovery Job do it.
IPAM-ADDRESS-001 high Address assigned to two devices
  Address {address} is also assigned to {other}.
  Find out which of them answers, and remove the other assignment.
IPAM-ADDRESS-002 medium No primary address
  The device has no primary IPv4 address.
  Set the address of the management interface as primary.
IPAM-ADDRESS-003 low Address without a DNS name
  Address {address} of {port} has no DNS name.
  Enter the name under which the address is in DNS.
IPAM-PREFIX-001 medium Prefix nearly full
  Prefix {address}/24 is used to {number} %.
  Extend the prefix or move part of its addresses.
IPAM-PREFIX-002 low Prefix without a role
  Prefix {address}/24 has no role.
  Set the role, which decides who maintains the prefix.
IPAM-VLAN-001 medium Tagged VLAN that is not at the location
  Interface {port} has the VLAN {number}, which is not at this location.
  Add the location to the VLAN, or take the VLAN off the interface.
IPAM-VLAN-002 low Unused VLAN
  VLAN {number} is on no interface and in no prefix.
  Remove the VLAN or note what it is reserved for.
CIRCUIT-END-001 high Circuit with one end
  Circuit {other} has no Z side.
  Add the termination at the provider's network or at the other location.
CIRCUIT-END-002 low Commit rate unknown
  Circuit {other} has no commit rate.
  Enter the rate from the contract.
"""


class Rule(NamedTuple):
    """What a check of the sample says."""

    check: str
    severity: Severity
    title: str
    message: str
    remedy: str


def _rules() -> Iterator[Rule]:
    lines = _RULES.splitlines()
    for head, message, remedy in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        check, severity, title = head.split(" ", 2)
        yield Rule(check, Severity.from_label(severity), title, message.strip(), remedy.strip())


RULES = list(_rules())


def checks() -> list[type[Check]]:
    """Those of RULES, and others that pass."""
    classes = [_check(rule.check, rule.title, rule.severity, rule.remedy) for rule in RULES]
    for number in range(1, 41 - len(classes)):
        title, severity = f"Name breaks rule {number} of the scheme", list(Severity)[number % 5]
        classes.append(_check(f"DCIM-NAME-{number:03}", title, severity, "Rename the object as the scheme says."))
    return classes


def _check(check_id: str, title: str, severity: Severity, remedy: str) -> type[Check]:
    return type(
        "Sample",
        (Check,),
        {
            "id": check_id,
            "title": title,
            "severity": severity,
            "model": "dcim.device",
            "description": f"{title}: whoever relies on the record will be misled when it matters most, at night and in a hurry.",
            "remedy": remedy,
            "parameters": {
                "days": Parameter(90, "After so many days it is reported."),
                "exempt_roles": Parameter((), "Roles of which it is not expected."),
            },
        },
    )


def run(number: int, *sinks: Any, summary: Summary, seed: int = 1) -> None:
    """Find so many things, and hand them to the sinks as `Audit` does; the sinks are not finished."""
    chance = random.Random(seed)
    messages = {rule.check: rule.message for rule in RULES}
    instances = [check(**({"days": 30} if at % 7 == 0 else {})) for at, check in enumerate(checks())]
    instances.sort(key=lambda check: (-check.severity, check.id))
    weights = {Severity.CRITICAL: 0.12, Severity.HIGH: 0.5, Severity.MEDIUM: 1.2, Severity.LOW: 2, Severity.INFO: 0.8}
    shares = {
        check.id: weights[check.severity] * chance.uniform(0.3, 1.6) for check in instances if check.id in messages
    }
    census = Counter(
        {
            (place, role): round(OBJECTS / len(LOCATIONS) * share / 98)
            for place in LOCATIONS
            for role, share in ROLES.items()
        }
    )
    heat = {place: chance.paretovariate(1.3) for place in LOCATIONS}
    left = number
    for at, check in enumerate(instances):
        result = CheckResult(check, seconds=chance.uniform(0.02, 1.4))
        summary.results.append(result)
        if check.id == "DCIM-NAME-001":
            result.not_asked = "No scheme is given: the parameter pattern is empty."
            continue
        if check.id == "DCIM-NAME-002":
            result.error = "OperationalError: canceling statement due to statement timeout"
            continue
        wanted = 0
        if check.id in shares:
            last = not any(later.id in shares for later in instances[at + 1 :])
            wanted = left if last else round(number * shares[check.id] / sum(shares.values()))
            left -= wanted
        seen: set[str] = set()
        bad: Counter[tuple[str, str]] = Counter()
        for finding, standing in _findings(
            check, messages.get(check.id, ""), wanted, heat, chance, summary.compared is not None
        ):
            summary.add(finding, result, standing)
            if not standing.waived and finding.pk not in seen:
                seen.add(finding.pk)
                bad[finding.location, finding.role] += 1
            for sink in sinks:
                sink.add(finding, check, standing)
        summary.score.ask(check, census, bad)


def _findings(
    check: Check, message: str, number: int, heat: dict[str, float], chance: random.Random, compared: bool
) -> Iterator[tuple[Finding, Standing]]:
    places = chance.choices(list(heat), list(heat.values()), k=number)
    for at, place in enumerate(places):
        role = chance.choices(list(ROLES), list(ROLES.values()))[0]
        site = place.rpartition(" / ")[2].lower()
        device = chance.randrange(round(OBJECTS / len(LOCATIONS)))
        port = f"Ethernet{chance.randrange(1, 5)}/{chance.randrange(1, 49)}"
        texts = {
            "port": port,
            "other": f"{site}-dis-{chance.randrange(1, 9):02}",
            "number": chance.randrange(2, 60),
            "address": f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}",
        }
        pk = str(UUID(int=chance.getrandbits(128), version=4))
        finding = Finding(
            check=check.id,
            severity=check.severity,
            model="dcim.device",
            pk=pk,
            display=f"{site}-{PARTS[role]}-{device:03}",
            url=f"/dcim/devices/{pk}/",
            location=place,
            role=role,
            message=message.format(**texts),
            details={
                "port": port,
                "rack": f"{site.upper()}-R{chance.randrange(1, 30):02}",
                "serial": f"FDO{chance.randrange(10**8):08}",
            },
            key=str(at),
        )
        new = chance.random() < 0.06 if compared else None
        first = NOW if new is not False else NOW - timedelta(days=7 * chance.randrange(1, 9))
        if chance.random() < 0.02:
            yield (
                finding,
                Standing(
                    first.isoformat(),
                    new,
                    "noc@example.com",
                    "The site closes in March; nothing is cabled anew.",
                    "2027-03-31",
                ),
            )
        else:
            yield finding, Standing(first.isoformat(), new)


def new_summary(*, compared: bool = True) -> Summary:
    """A run that has not begun yet, with eight runs before it."""
    summary = Summary(
        job="nautobot_job_collection.jobs.audits.everything.EverythingAudit",
        title="Data quality audit",
        user="admin",
        scope="Everything: all locations with the statuses Active and Staged",
        base_url="https://nautobot.example.com",
        run_url=f"/extras/job-results/{UUID(int=9)}/",
        started=NOW,
        score=Score({place: place for place in LOCATIONS}),
        objects=OBJECTS,
        noun="devices",
    )
    if compared:
        chance = random.Random(2)
        for week in range(8, 0, -1):
            base = 20_000 + 900 * week
            counts = {
                Severity.CRITICAL: 0.02,
                Severity.HIGH: 0.1,
                Severity.MEDIUM: 0.28,
                Severity.LOW: 0.42,
                Severity.INFO: 0.15,
            }
            found = Counter(
                {severity: round(base * share * chance.uniform(0.9, 1.1)) for severity, share in counts.items()}
            )
            summary.course.append(
                Point(NOW - timedelta(days=7 * week), found, round(97.6 - 0.4 * week + chance.uniform(-0.4, 0.4), 1))
            )
        summary.compared = summary.course[-1].when
        summary.compared_url = f"/extras/job-results/{UUID(int=8)}/"
    return summary


def fixed(summary: Summary, sink: Any, number: int = 620) -> None:
    """Tell a sink what the run before had and this one has not."""
    chance = random.Random(3)
    for at in range(number):
        place = chance.choice(LOCATIONS)
        site = place.rpartition(" / ")[2].lower()
        summary.fixed += 1
        sink.fix(
            {
                "check": "DCIM-CONSOLE-001",
                "severity": "high",
                "display": f"{site}-acc-{at:03}",
                "url": f"https://nautobot.example.com/dcim/devices/{UUID(int=at)}/",
                "location": place,
                "role": "Access switch",
                "message": "No console port is connected.",
                "first_seen": (NOW - timedelta(days=40)).isoformat(),
            }
        )
