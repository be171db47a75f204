"""Allocate an address for each interface of a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from nautobot.apps.jobs import BooleanVar, Job, ObjectVar, StringVar
from nautobot.dcim.models import Interface
from nautobot.extras.models import Role, Status
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Namespace, Prefix

from ..toolkit.access import visible
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.compat import device_value
from ..toolkit.defaults import default_namespace, default_status
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks
from ..toolkit.templates import UserTemplate
from ..toolkit.uploads import Column, Lookup, Row, UploadMixin, attach_template, name_of, read_table
from .allocate_places import FreeAddresses, locked

name = "Changes"

COLUMNS = (
    Column("device", "name of the device, or its primary key", True, example="sw-01"),
    Column("interface", "name of its interface", True, example="Vlan900"),
    Column("prefix", "where the address is from; by default the one chosen in the form", example="10.0.10.0/24"),
    Column("dns_name", "DNS name of the address; by default by the template of the form", example="sw-01.example.com"),
    Column("primary", "whether it becomes the primary address of the device", choices=("yes", "no"), example="yes"),
)


class AddressInterfaces(RowsMixin, UploadMixin, Job):
    """Gives each interface of a list the next free address of a prefix.

    Each is the lowest free one; child prefixes, ranges, network and broadcast addresses keep their place, as with “Allocate
    addresses”. An interface that has an address of the prefix already keeps it, so that a second run makes none. The
    template for DNS names may name `device`, `interface`, `address` and `prefix`.

    **Changes:** addresses, and their assignment to interfaces; as you choose, primary addresses of devices.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `ipam.view_prefix`, `ipam.view_ipaddress`,
    `ipam.add_ipaddress`, `ipam.add_ipaddresstointerface`; for primary addresses also to change devices.
    """

    prefix = ObjectVar(model=Prefix, required=False, description="Prefix to take from where the list names none.")
    namespace = ObjectVar(
        model=Namespace, required=False, description="Where prefixes of the list are. Global if none is chosen."
    )
    dns_template = StringVar(
        label="DNS names", required=False, description="In Jinja: {{ device }}.example.com. Empty for no DNS names."
    )
    host_mask = BooleanVar(
        label="As /32 or /128",
        default=False,
        description="Give the addresses the mask of a single host, as for loopbacks, instead of that of their prefix.",
    )
    set_primary = BooleanVar(
        label="Primary addresses",
        default=False,
        description="Make them the primary addresses of their devices, where the list does not say otherwise.",
    )
    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "ipam.ipaddress"},
        description="Status of the addresses. Active if none is chosen.",
    )
    role = ObjectVar(
        model=Role,
        required=False,
        query_params={"content_types": "ipam.ipaddress"},
        description="Role of the addresses.",
    )

    class Meta:
        name = "Allocate addresses for interfaces"
        description = "Give each interface of a list the next free address of a prefix."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        table=None,
        prefix=None,
        namespace=None,
        dns_template="",
        host_mask=False,
        set_primary=False,
        status=None,
        role=None,
        template_only=False,
        keep_good=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the addresses, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)
        needs = {
            "dcim.device": ("view",),
            "dcim.interface": ("view",),
            "ipam.prefix": ("view",),
            "ipam.ipaddress": ("view", "add"),
            "ipam.ipaddresstointerface": ("add",),
        }
        rows: list[Row] = []  # the file can be read once only

        def planner(plan: Plan) -> None:
            if not rows:
                rows.extend(read_table(table, COLUMNS))
            request = _Request(plan, rows, prefix, namespace or default_namespace())
            values = {"status": status or default_status(IPAddress, "Active"), "role": role}
            dns_name = UserTemplate("DNS names", dns_template) if dns_template else None
            for row in rows:
                with plan.row(row.label):
                    request.serve(
                        row,
                        dns_name,
                        host_mask=bool(host_mask),
                        primary=row["primary"].lower() == "yes" if row["primary"] else bool(set_primary),
                        values=values,
                    )

        return Changes(self, needs=needs).run(
            planner,
            request=f"List {name_of(table)}" + (f", out of {prefix}" if prefix else ""),
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


class _Request:
    """What the rows name, and what there is already: one question a model and a thousand rows."""

    def __init__(self, plan: Plan, rows: Sequence[Row], prefix: Prefix | None, namespace: Namespace) -> None:
        self.plan, self.prefix, self.space = plan, prefix, FreeAddresses()
        self.lookup = Lookup(plan.user)
        self.lookup.load("dcim.device", [row["device"] for row in rows])
        devices = {}
        for row in rows:
            with plan.row(row.label):
                devices[row.number] = self.lookup.of(row, "device", "dcim.device")
        self.devices = devices
        self.interfaces = self._interfaces({device.pk for device in devices.values()})
        self.prefixes = self._prefixes(rows, namespace)
        self.addresses = self._addresses([port.pk for ports in self.interfaces.values() for port in ports])
        self.served: set[tuple[Any, Any]] = set()

    def serve(
        self, row: Row, dns_name: UserTemplate | None, *, host_mask: bool, primary: bool, values: dict[str, Any]
    ) -> None:
        """Plan the address of a row's interface."""
        device = self.devices.get(row.number)
        if device is None:  # which is a problem already
            return
        ports = self.interfaces[device.pk, row["interface"]]
        if len(ports) != 1:
            raise row.bad("interface", f"{device} has {len(ports)} interfaces of that name that you may view.")
        prefix = self.prefixes.get(row["prefix"])
        if prefix is None:
            raise row.bad("prefix", "there is no such prefix that you may view. Write 10.0.10.0/24, or choose one.")
        port = ports[0]
        if (port.pk, prefix.pk) in self.served:
            raise row.bad("interface", "it stands in an earlier row with the same prefix.")
        self.served.add((port.pk, prefix.pk))
        network = ip_network(prefix.cidr_str)
        address = next(
            (
                each
                for each in self.addresses[port.pk]
                if each.parent.namespace_id == prefix.namespace_id and ip_address(each.host) in network
            ),
            None,
        )
        if address is not None:
            self.plan.keep()
        else:
            text = self.space.take(prefix, host_mask=host_mask)
            named = row["dns_name"] or (
                dns_name.render(
                    f"{device} {port.name}",
                    device=device.name or "",
                    interface=port.name,
                    address=text.partition("/")[0],
                    prefix=str(prefix),
                )
                if dns_name
                else ""
            )
            address = IPAddress(address=text, namespace=prefix.namespace, dns_name=named.lower(), **values)
            self.plan.create(address, reason=f"next free in {prefix}", verb="allocate")
            self.plan.create(
                IPAddressToInterface(ip_address=address, interface=port),
                reason=f"{device} {port.name}",
                verb="assign",
            )
        if primary:
            self.plan.update(device, reason="primary address", **{f"primary_ip{prefix.ip_version}": address})

    def _interfaces(self, devices: set[Any]) -> defaultdict[tuple[Any, str], list[Interface]]:
        """Interfaces of devices, those of their modules included."""
        found: defaultdict[tuple[Any, str], list[Interface]] = defaultdict(list)
        ports = visible(self.plan.user, Interface).annotate(owner_key=device_value("pk"))
        for chunk in chunks(sorted(devices, key=str)):
            for port in ports.filter(owner_key__in=chunk).order_by("pk"):
                found[port.owner_key, port.name].append(port)
        return found

    def _prefixes(self, rows: Sequence[Row], namespace: Namespace) -> dict[str, Prefix]:
        """Prefixes by how the rows call them, locked; "" stands for the one of the form."""
        wanted: dict[str, tuple[str, int]] = {}
        for row in rows:
            text = row["prefix"]
            if text:
                try:
                    network = ip_network(text)
                except ValueError:
                    continue
                wanted[text] = (str(network.network_address), network.prefixlen)
        objects = visible(self.plan.user, Prefix).filter(namespace=namespace)
        by_number = {
            (each.network, each.prefix_length): each
            for chunk in chunks(sorted({network for network, _ in wanted.values()}))
            for each in objects.filter(network__in=chunk)
        }
        chosen = {text: by_number[number] for text, number in wanted.items() if number in by_number}
        if self.prefix is not None:
            chosen[""] = self.prefix
        fresh = {each.pk: each for each in locked(self.plan, Prefix, list(chosen.values()), "Prefix")}
        return {text: fresh[each.pk] for text, each in chosen.items()}

    def _addresses(self, ports: Sequence[Any]) -> defaultdict[Any, list[IPAddress]]:
        """Addresses that the interfaces have."""
        found: defaultdict[Any, list[IPAddress]] = defaultdict(list)
        for chunk in chunks(ports):
            rows = IPAddressToInterface.objects.filter(interface__in=chunk).order_by("pk")
            for row in rows.select_related("ip_address__parent"):
                found[row.interface_id].append(row.ip_address)
        return found
