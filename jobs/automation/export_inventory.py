"""Devices and virtual machines as inventories of other systems."""

from __future__ import annotations

import re
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, IntegerVar, Job, MultiChoiceVar, StringVar, TextVar
from nautobot.ipam.models import IPAddress

from ..toolkit.access import RefusalError, require
from ..toolkit.attachments import attach
from ..toolkit.queries import whole_results
from ..toolkit.scope import DeviceScopeMixin, Scope
from ..toolkit.templates import UserTemplate
from .inventory_formats import FORMATS, Options, Writer
from .inventory_hosts import hosts

name = "Automation"

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,200}}\Z){_LABEL}(\.{_LABEL})*\Z")
_GROUP = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,47}\Z")
_GROUPING = {"grouping": "inventory"}


class ExportInventory(DeviceScopeMixin, Job):
    """Writes devices, and virtual machines if you like, as inventories of other systems: Ansible, Prometheus, DNS, firewalls.

    Hosts come in the order of their names, and no file but the workbook has a time in it, so that Git shows what has
    changed between two exports. A name that is not valid everywhere, that another host has too, or that is missing, is
    made valid, and gets a piece of the primary key; `name` is what Nautobot has. Two addresses are known of a host, the
    primary ones; those that you may not view are left out, and hosts without one are told by a warning.

    *My template* is written in Jinja, and rendered for each host. It may name `alias`, `dns`, `name`, `kind`,
    `address`, `ipv4`, `ipv6`, `status`, `role`, `platform`, `network_driver`, `network_os`, `tenant`, `location`,
    `locations`, `rack`, `cluster`, `manufacturer`, `device_type`, `serial`, `asset_tag`, `tags`, `custom_fields`, `pk`.

    **Changes:** nothing.
    **Produces:** a file for each format: `inventory.yml`, `targets.json`, `hosts`, `zone.db`, `addresses.txt`,
    `addresses.asa`, `addresses.junos`, `addresses.nft`, `inventory.csv`, `inventory.xlsx`, `inventory.txt`. The result
    counts `hosts`, and those `without_address`.
    **Needs:** the permissions `dcim.view_device` and `ipam.view_ipaddress`; for virtual machines, that of viewing them.
    """

    machines = BooleanVar(
        label="Virtual machines",
        default=False,
        description="Virtual machines of the same locations, roles, tenants, tags, statuses and platforms as well.",
    )
    formats = MultiChoiceVar(
        choices=[(key, caption) for key, (_, _, caption) in FORMATS.items()],
        default=["ansible"],
        required=False,
        description="Files to write. If none is selected: the Ansible inventory.",
    )
    prefer = ChoiceVar(
        label="Preferred address",
        choices=(("4", "IPv4"), ("6", "IPv6")),
        default="4",
        required=False,
        description="Which primary address is the one of a host that has both.",
    )
    domain = StringVar(required=False, description="Of the hosts, for hosts file and DNS: net.example.com.")
    port = IntegerVar(
        required=False, min_value=1, max_value=65535, description="Port of the targets of Prometheus, if they have one."
    )
    group = StringVar(
        label="Name of the list",
        default="NAUTOBOT",
        required=False,
        description="What the list of addresses is called in configurations of firewalls.",
    )
    template = TextVar(label="Template", required=False, description="The text for a host, for “My template”.")

    class Meta:
        name = "Export inventory"
        description = "Devices as inventories of other systems: Ansible, Prometheus, DNS, firewalls, CSV, templates."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        machines=False,
        formats=None,
        prefer="4",
        domain="",
        port=None,
        group="",
        template="",
        **selection,
    ):
        """Return how many hosts were written, and how many of them have no address."""
        count = missing = 0
        try:
            wanted = list(dict.fromkeys(formats or ["ansible"]))
            options = _options(wanted, (domain or "").strip(), port, (group or "").strip(), template or "")
            require(self.user, IPAddress, "view")
            scope = Scope(self.user, offered=self._get_vars(), **selection)
            found = hosts(self.user, scope, machines=bool(machines), prefer=int(prefer or 4), domain=options.domain)
            with TemporaryDirectory() as folder, ExitStack() as stack:
                stack.enter_context(whole_results())
                stack.enter_context(closing(found))
                writers: dict[Path, Writer] = {}
                for key in wanted:
                    path = Path(folder, FORMATS[key][0])
                    writers[path] = FORMATS[key][1](path, options, stack)
                for host in found:
                    count += 1
                    missing += not host.address
                    for writer in writers.values():
                        writer.add(host)
                for path, writer in writers.items():
                    writer.finish()
                    attach(self, path, path.name)
        except RefusalError as refusal:
            self.fail("%s", refusal, extra=_GROUPING)
            return {"hosts": 0, "refused": str(refusal)}
        if not count:
            self.logger.warning("There are no such hosts that you may view: %s.", scope.describe(), extra=_GROUPING)
        elif missing:
            self.logger.warning(
                "%d of %d hosts have no primary address that you may view.", missing, count, extra=_GROUPING
            )
        else:
            self.logger.success("%d hosts.", count, extra=_GROUPING)
        return {"hosts": count, "without_address": missing}


def _options(wanted: list[str], domain: str, port: Any, group: str, template: str) -> Options:
    domain = domain.lower().strip(".")
    if domain and not _DOMAIN.match(domain):
        raise RefusalError(f'Domain: "{domain}" is none. Enter one such as net.example.com.')
    if "zone" in wanted and not domain:
        raise RefusalError("Domain: DNS records need one. Enter it, or leave that format out.")
    group = group or "NAUTOBOT"
    if not _GROUP.match(group):
        raise RefusalError(
            f'Name of the list: "{group}": enter at most 48 letters, digits, hyphens and underscores, a letter first.'
        )
    if port is not None and not 1 <= port <= 65535:
        raise RefusalError(f"Port: {port} is not from 1 to 65535.")
    if ("template" in wanted) != bool(template.strip()):
        raise RefusalError("Template: enter one and select the format “My template”, or neither.")
    return Options(
        domain, port, group, UserTemplate("Template", template, keep_lines=True) if template.strip() else None
    )
