"""Files of an inventory, each written as the hosts come. No file has a time in it, so that two exports can be compared.

Whatever is written into a file is quoted or replaced by its rules: names come from anybody.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, Protocol

from ..toolkit.attachments import safe_cell
from ..toolkit.exports import SheetFile
from ..toolkit.templates import UserTemplate
from .inventory_hosts import TEXTS, Host

COLUMNS = (*(name for name in TEXTS if name != "dns"), "tags")
TTL = 3600
_GROUPED_BY = ("location", "role", "platform", "tenant", "status")


class Options:
    """What the user has chosen.

    Args:
        domain: "" for none.
        port: of targets of Prometheus, or None.
        group: name of the list of addresses, for firewalls.
        template: or None.
    """

    def __init__(self, domain: str, port: int | None, group: str, template: UserTemplate | None) -> None:
        self.domain, self.port, self.group, self.template = domain, port, group, template


class Writer(Protocol):
    """Writes one file, which the stack closes whatever happens."""

    def add(self, host: Host) -> None:
        """Take one."""

    def finish(self) -> None:
        """No more will come."""


class _TextFile:
    """A file of text that is written as the hosts come."""

    def __init__(self, path: Path, options: Options, stack: ExitStack) -> None:
        self.file: IO[str] = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        self.options = options
        self.start()

    def start(self) -> None:
        """Write what comes before the hosts."""

    def add(self, host: Host) -> None:
        """Write a host."""

    def finish(self) -> None:
        """Write what comes after the hosts."""
        self.file.close()


# Ansible

# What a double-quoted scalar of YAML 1.1 may not have as it is; line separators would be folded.
_ESCAPED = re.compile('[^\x20-\x7e\xa0-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|["\\\\]')


def yaml_value(value: Any) -> str:
    """A plain value in YAML, on one line.

    What looks like a template gets the tag !unsafe: Ansible would execute it on its own machine.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(str(key))}: {yaml_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(yaml_value, value)) + "]"
    text = str(value)
    return f"!unsafe {_quoted(text)}" if any(mark in text for mark in ("{{", "{%", "{#")) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    sign = match[0]
    if sign in '"\\':
        return f"\\{sign}"
    code = ord(sign)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


class AnsibleFile(_TextFile):
    """Writes `inventory.yml`: hosts with their variables, then groups by location (nested), role, platform, tenant, status."""

    def start(self) -> None:
        """Begin the hosts."""
        self._groups: dict[tuple[str, ...], list[str]] = {}
        self._begun = False

    def add(self, host: Host) -> None:
        """Write the variables of a host, and keep its name for its groups."""
        if not self._begun:
            self.file.write("---\nall:\n  hosts:\n")
            self._begun = True
        self.file.write(f"    {_quoted(host.alias)}:\n")
        for name, value in self._variables(host):
            self.file.write(f"      {name}: {yaml_value(value)}\n")
        for kind in _GROUPED_BY:
            value = getattr(host, kind)
            path = ("location", *host.locations) if kind == "location" else (kind, value)
            if value:
                for length in range(2, len(path)):
                    self._groups.setdefault(path[:length], [])
                self._groups.setdefault(path, []).append(host.alias)

    @staticmethod
    def _variables(host: Host) -> Iterable[tuple[str, Any]]:
        if host.address:
            yield "ansible_host", host.address
        if host.network_os:
            yield "ansible_network_os", host.network_os
        for name in COLUMNS:
            if name not in ("alias", "network_os") and (value := getattr(host, name)):
                yield f"nautobot_{name}", list(value) if isinstance(value, tuple) else value
        if host.custom_fields:
            yield "nautobot_custom_fields", host.custom_fields

    def finish(self) -> None:
        """Write the groups."""
        if not self._begun:
            self.file.write("---\nall: {}\n")
        if self._groups:
            self.file.write("  children:\n")
            names = _group_names(self._groups)
            below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
            for path in sorted(self._groups):
                below.setdefault(path[:-1], []).append(path)
            for path in sorted(path for path in self._groups if len(path) == 2):
                self._write(path, names, below, "    ")
        super().finish()

    def _write(
        self,
        path: tuple[str, ...],
        names: dict[tuple[str, ...], str],
        below: dict[tuple[str, ...], list[tuple[str, ...]]],
        indent: str,
    ) -> None:
        self.file.write(f"{indent}{names[path]}:\n")
        if self._groups[path]:
            self.file.write(f"{indent}  hosts:\n")
            self.file.writelines(f"{indent}    {_quoted(alias)}: {{}}\n" for alias in self._groups[path])
        if path in below:
            self.file.write(f"{indent}  children:\n")
            for each in below[path]:
                self._write(each, names, below, f"{indent}    ")


def _group_names(groups: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Names of groups: letters, digits and underscores, since Ansible takes them for variables.

    What would have the name of another gets a piece of a hash, and so does that.
    """
    by_name: dict[str, list[tuple[str, ...]]] = {}
    for path in groups:
        clean = re.sub(r"[^a-z0-9_]+", "_", path[-1].lower()).strip("_")
        by_name.setdefault(f"{path[0]}_{clean}", []).append(path)
    names = {}
    for name, paths in by_name.items():
        for path in paths:
            piece = sha256("\n".join(path).encode()).hexdigest()[:6]
            names[path] = f"{name}_{piece}" if len(paths) > 1 or name.endswith("_") else name
    return names


# Others


class PrometheusFile(_TextFile):
    """Writes `targets.json`, for file_sd and http_sd: an object a line. Hosts without an address stay out."""

    def start(self) -> None:
        """Begin the list."""
        self.file.write("[")
        self._separator = "\n"

    def add(self, host: Host) -> None:
        """Write a target."""
        if not host.address:
            return
        labels = {
            "name": host.name,
            **{
                name: getattr(host, name)
                for name in ("location", "role", "platform", "tenant", "status", "device_type")
            },
        }
        target = f"[{host.address}]" if ":" in host.address and self.options.port else host.address
        if self.options.port:
            target += f":{self.options.port}"
        record = {"targets": [target], "labels": {key: value for key, value in labels.items() if value}}
        self.file.write(f"{self._separator}{json.dumps(record, ensure_ascii=False)}")
        self._separator = ",\n"

    def finish(self) -> None:
        """End the list."""
        self.file.write("\n]\n")
        super().finish()


class HostsFile(_TextFile):
    """Writes `hosts`, as /etc/hosts has it."""

    def add(self, host: Host) -> None:
        """Write a line for each primary address."""
        names = f"{host.dns}.{self.options.domain} {host.dns}" if self.options.domain else host.dns
        self.file.writelines(f"{address}\t{names}\n" for address in (host.ipv4, host.ipv6) if address)


class ZoneFile(_TextFile):
    """Writes `zone.db`, records to be included into a zone of the DNS (RFC 1035, 5.1); the SOA record is the zone's own."""

    def start(self) -> None:
        """Write origin and lifetime."""
        self.file.write(f"$ORIGIN {self.options.domain}.\n$TTL {TTL}\n")

    def add(self, host: Host) -> None:
        """Write a record for each primary address."""
        for kind, address in (("A", host.ipv4), ("AAAA", host.ipv6)):
            if address:
                self.file.write(f"{host.dns}\tIN\t{kind}\t{address}\n")


class _Addresses(_TextFile):
    """Lists of addresses, for firewalls: sorted, each once."""

    def start(self) -> None:
        self.families: dict[int, set[Any]] = {4: set(), 6: set()}

    def add(self, host: Host) -> None:
        for address in (host.ipv4, host.ipv6):
            if address:
                found = ip_address(address)
                self.families[found.version].add(found)

    def finish(self) -> None:
        self.write({family: sorted(found) for family, found in self.families.items()})
        super().finish()

    def write(self, families: dict[int, list[Any]]) -> None:
        raise NotImplementedError


class AddressList(_Addresses):
    """Writes `addresses.txt`: a prefix a line."""

    def write(self, families: dict[int, list[Any]]) -> None:
        """Write all."""
        self.file.writelines(f"{each}/{each.max_prefixlen}\n" for family in (4, 6) for each in families[family])


class AsaFile(_Addresses):
    """Writes `addresses.asa`, an object group of Cisco's ASA."""

    def write(self, families: dict[int, list[Any]]) -> None:
        """Write the group."""
        self.file.write(f"object-group network {self.options.group}\n")
        self.file.writelines(f" network-object host {each}\n" for each in families[4])
        self.file.writelines(f" network-object {each}/128\n" for each in families[6])


class JunosFile(_Addresses):
    """Writes `addresses.junos`, prefix lists of Junos: one for each family."""

    def write(self, families: dict[int, list[Any]]) -> None:
        """Write the lists."""
        for family in (4, 6):
            name = f"{self.options.group}-v{family}"
            self.file.writelines(
                f"set policy-options prefix-list {name} {each}/{each.max_prefixlen}\n" for each in families[family]
            )


class NftablesFile(_Addresses):
    """Writes `addresses.nft`, sets to be included into a table of nftables: one for each family."""

    def write(self, families: dict[int, list[Any]]) -> None:
        """Write the sets."""
        for family in (4, 6):
            # A hyphen is none of a name's signs there.
            self.file.write(f"set {self.options.group.replace('-', '_')}_v{family} {{\n\ttype ipv{family}_addr\n")
            if families[family]:
                self.file.write("\telements = {\n")
                self.file.write(",\n".join(f"\t\t{each}" for each in families[family]))
                self.file.write("\n\t}\n")
            self.file.write("}\n")


def _cells(host: Host) -> list[str]:
    return [", ".join(value) if isinstance(value := getattr(host, name), tuple) else value for name in COLUMNS]


class CsvFile:
    """Writes `inventory.csv`."""

    def __init__(self, path: Path, options: Options, stack: ExitStack) -> None:
        # With a byte order mark, without which Excel takes UTF-8 for something else.
        self._file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, host: Host) -> None:
        """Write a line."""
        self._writer.writerow([safe_cell(cell) for cell in _cells(host)])

    def finish(self) -> None:
        """Close the file."""
        self._file.close()


class XlsxFile:
    """Writes `inventory.xlsx`; see `SheetFile`."""

    def __init__(self, path: Path, options: Options, stack: ExitStack) -> None:
        self._file = SheetFile(path, "Inventory", COLUMNS, "inventory.csv")

    def add(self, host: Host) -> None:
        """Write a row."""
        self._file.add(_cells(host))

    def finish(self) -> None:
        """Write the file."""
        self._file.finish()


class TemplateFile(_TextFile):
    """Writes `inventory.txt`: what the user's template makes of each host."""

    def start(self) -> None:
        """Take the template."""
        self._template = self.options.template or UserTemplate("Template", "")

    def add(self, host: Host) -> None:
        """Write a host."""
        values = {name: getattr(host, name) for name in (*TEXTS, "locations", "tags", "custom_fields")}
        self.file.write(self._template.render(host.alias, **values).rstrip("\n") + "\n")


FORMATS: dict[str, tuple[str, Any, str]] = {
    "ansible": ("inventory.yml", AnsibleFile, "Ansible inventory"),
    "prometheus": ("targets.json", PrometheusFile, "Prometheus targets (file_sd, http_sd)"),
    "hosts": ("hosts", HostsFile, "Hosts file"),
    "zone": ("zone.db", ZoneFile, "DNS records (needs a domain)"),
    "addresses": ("addresses.txt", AddressList, "List of addresses"),
    "asa": ("addresses.asa", AsaFile, "Object group of Cisco ASA"),
    "junos": ("addresses.junos", JunosFile, "Prefix lists of Junos"),
    "nftables": ("addresses.nft", NftablesFile, "Sets of nftables"),
    "csv": ("inventory.csv", CsvFile, "CSV"),
    "xlsx": ("inventory.xlsx", XlsxFile, "Workbook (needs openpyxl on the workers)"),
    "template": ("inventory.txt", TemplateFile, "My template"),
}
