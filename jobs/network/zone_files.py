"""Zone files for the DNS, forward and reverse, from addresses and their DNS names."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone
from nautobot.apps.jobs import BooleanVar, IntegerVar, Job, MultiObjectVar, StringVar
from nautobot.extras.models import JobResult
from nautobot.ipam.models import IPAddress, Prefix

from ..toolkit.access import RefusalError, require
from ..toolkit.attachments import attach, attached
from ..toolkit.history import earlier_runs
from ..toolkit.links import object_path
from ..toolkit.scope import Scope, ScopeMixin
from ..toolkit.tables import Link, Page, Tile
from ..toolkit.within import within
from ..toolkit.zones import Head, Zone, forward_zone, is_name, next_serial, reverse_zone

name = "Network"

_FILE = "zones.zip"
_ADDRESS = "ipam.ipaddress"
_LOOK_BACK = 20
_MOST_ZONES = 10_000
_MAILBOX = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}")


class ZoneFiles(ScopeMixin, Job):
    """Writes zone files from addresses and their DNS names: A and AAAA records of your domains, PTR records of reverse zones.

    A name stands in the zone of the longest of the *Domains* that it is in. There is a reverse zone for each /24 of IPv4 and each /64 of
    IPv6 with named addresses. Names that are not valid in a zone are told, and left out.

    A serial number is the day and two digits, and grows with each run in which the zone differs from that of the last run of the same
    selection by the same user. If nothing differs, the file is the same to the letter. *Serials above* is for zones that name servers have with
    a greater one.

    **Changes:** nothing.
    **Produces:** `zones.zip`, a file for each zone; `zones.html` and `zones.md`: the zones, which have changed, and names that were left out.
    The result counts `zones`, `records`, `changed` zones, names `outside` of the domains, and `invalid` ones.
    **Needs:** the permission `ipam.view_ipaddress`.
    """

    prefixes = MultiObjectVar(
        model=Prefix,
        required=False,
        description="Only addresses in these prefixes, in addition to what is selected above.",
    )
    domains = StringVar(required=False, description="Names of forward zones, separated by commas: example.com.")
    reverse = BooleanVar(label="Reverse zones", default=True, description="Write reverse zones, too.")
    servers = StringVar(
        label="Name servers", description="Their names, separated by commas, the primary one first: ns1.example.com."
    )
    contact = StringVar(
        required=False,
        description="Mailbox of who answers for the zones. If empty: hostmaster in the domain of the primary name server.",
    )
    ttl = IntegerVar(
        label="TTL",
        default=3600,
        max_value=604800,
        required=False,
        description="Of all records, in seconds.",
    )
    at_least = IntegerVar(
        label="Serials above",
        required=False,
        min_value=1,
        max_value=2**32 - 2,
        description="A serial number that name servers have already.",
    )

    class Meta:
        name = "Zone files"
        description = "Zone files for the DNS, forward and reverse, with serial numbers that grow when a zone differs."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        servers,
        prefixes=None,
        domains="",
        reverse=True,
        contact="",
        ttl=None,
        at_least=None,
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            require(self.user, IPAddress, "view")
            wanted = _names("Domains", domains or "")
            if not wanted and not reverse:
                raise RefusalError("Domains: enter at least one, or tick Reverse zones.")
            head = _head(servers, contact or "", 3600 if ttl is None else ttl)
            scope = Scope(self.user, offered=self._get_vars(), **selection)
            build = _Build(wanted, bool(reverse))
            self._read(scope, list(prefixes or ()), build)
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"zones": 0, "refused": str(refusal)}
        runs = earlier_runs(self, scope.key)[:_LOOK_BACK]
        earlier = next((run for run in runs if _has_file(run)), None)
        page = Page(self, "Zones")
        page.facts["Scope"] = scope.describe()
        with TemporaryDirectory() as directory:
            folder = Path(directory)
            changed = self._write(folder, build, head, earlier, at_least or 0, page)
            page.write_html(folder / "zones.html")
            page.write_markdown(folder / "zones.md")
            for file in (_FILE, "zones.html", "zones.md"):
                attach(self, folder / file, file)
        counts = {
            "zones": len(build.zones),
            "records": sum(zone.size for zone in build.zones.values()),
            "changed": changed if earlier else None,
            **{what: build.counts[what] for what in ("outside", "invalid")},
        }
        log = self.logger.warning if build.counts["invalid"] or not build.zones else self.logger.success
        log("%d zones with %d records.", counts["zones"], counts["records"], extra={"grouping": "summary"})
        return {**counts, "scope": scope.key}

    def _read(self, scope: Scope, prefixes: list[Prefix], build: _Build) -> None:
        addresses = scope.of(_ADDRESS).exclude(dns_name="")
        rows = (
            within(addresses, self.user, prefixes)
            .order_by("ip_version", "host", "pk")
            .distinct()
            .values_list("pk", "host", "dns_name")
        )
        for pk, host, text in rows.iterator(5000):
            build.add(pk, str(host), text.rstrip(".").lower())

    def _write(
        self, folder: Path, build: _Build, head: Head, earlier: JobResult | None, at_least: int, page: Page
    ) -> int:
        before = _files(earlier)
        today, changed = timezone.localdate(), 0
        table = page.table("Zones", "Zone", "Records", "Serial", "Since the last run")
        with zipfile.ZipFile(folder / _FILE, "w", zipfile.ZIP_DEFLATED) as archive:
            for zone_name, zone in sorted(build.zones.items()):
                old = before.get(f"{zone_name}.zone")
                serial = next_serial(zone, head, old, today, at_least)
                text = zone.text(head, serial)
                archive.writestr(f"{zone_name}.zone", text)
                differs = text != old
                changed += differs
                state = ("changed" if old else "new") if differs else "the same"
                table.add(zone_name, zone.size, serial, state if earlier else "")
                page.notes += [
                    f"{server} has no address in {zone_name}, the zone that it is in." for server in zone.orphans(head)
                ]
        page.tiles = [
            Tile(len(build.zones), "zones"),
            Tile(changed, "changed" if earlier else "written"),
            Tile(build.counts["outside"], "names outside"),
            Tile(build.counts["invalid"], "invalid names", "medium" if build.counts["invalid"] else ""),
        ]
        left_out = page.table("Names that are not valid in a zone", "Address", "Name")
        for pk, host, text in build.invalid:
            left_out.add(Link(host, object_path(_ADDRESS, pk)), text)
        return changed


class _Build:
    """The zones, while addresses are read."""

    def __init__(self, domains: tuple[str, ...], reverse: bool) -> None:
        self._domains, self._reverse = domains, reverse
        self.zones = {domain: Zone(domain) for domain in domains}
        self.counts: Counter[str] = Counter()
        self.invalid: list[tuple[Any, str, str]] = []

    def add(self, pk: Any, host: str, text: str) -> None:
        """Take an address and its name."""
        if not is_name(text):
            self.counts["invalid"] += 1
            if len(self.invalid) < 1000:
                self.invalid.append((pk, host, text))
            return
        if domain := forward_zone(text, self._domains):
            self.zones[domain].add(text, "AAAA" if ":" in host else "A", host)
        else:
            self.counts["outside"] += bool(self._domains)
        if self._reverse and not text.startswith("*"):
            zone = reverse_zone(host)
            if zone not in self.zones:
                if len(self.zones) >= _MOST_ZONES:
                    raise RefusalError(f"These are more than {_MOST_ZONES} zones. Select fewer addresses.")
                self.zones[zone] = Zone(zone)
            self.zones[zone].add(ip_address(host).reverse_pointer, "PTR", f"{text}.")


def _names(field: str, text: str) -> tuple[str, ...]:
    words = [word.strip(".").lower() for word in re.split(r"[\s,;]+", text) if word.strip(".")]
    if bad := [word for word in words if not is_name(word) or "*" in word]:
        raise RefusalError(f"{field}: {bad[0][:100]!a} is no name such as example.com.")
    return tuple(dict.fromkeys(words))


def _head(servers: str, contact: str, ttl: int) -> Head:
    names = _names("Name servers", servers or "")
    if not names:
        raise RefusalError("Name servers: enter at least one.")
    contact = contact.strip().lower() or f"hostmaster@{names[0].partition('.')[2] or names[0]}"
    mailbox, _, domain = contact.partition("@")
    if not _MAILBOX.fullmatch(mailbox) or not is_name(domain) or "*" in domain:
        raise RefusalError(f"Contact: {contact[:100]!a} is no mailbox such as hostmaster@example.com.")
    if not 0 <= ttl <= 604800:
        raise RefusalError(f"TTL: {ttl} is not from 0 to 604800.")
    return Head(names, contact, ttl)


def _has_file(run: JobResult) -> bool:
    return any(each.startswith(_FILE) for each in run.files.values_list("name", flat=True))


def _files(run: JobResult | None) -> dict[str, str]:
    """The zones of an earlier run, by the names of their files."""
    if run is None:
        return {}
    with attached(run, _FILE) as source, zipfile.ZipFile(source) as archive:
        return {each: archive.read(each).decode() for each in archive.namelist()}
