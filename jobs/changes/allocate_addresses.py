"""Allocate addresses out of prefixes."""

from __future__ import annotations

from collections import defaultdict
from ipaddress import ip_address
from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, IntegerVar, Job, MultiObjectVar, ObjectVar, StringVar
from nautobot.extras.models import Role, Status
from nautobot.ipam.choices import IPAddressTypeChoices
from nautobot.ipam.models import IPAddress, Prefix
from nautobot.tenancy.models import Tenant

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.defaults import default_status
from ..toolkit.plan import Plan
from ..toolkit.templates import UserTemplate
from .allocate_places import FreeAddresses, locked

name = "Changes"

_MOST = 20_000
_CHUNK = 1000


class AllocateAddresses(ChangeMixin, Job):
    """Takes the next free addresses out of prefixes, so many out of each.

    Each is the lowest free one. Child prefixes and ranges keep their place, and of an IPv4 prefix that is no pool the
    network and broadcast addresses; of an IPv6 prefix that is no pool the first address, which belongs to its routers.
    While it runs, no other allocation takes from the same prefixes.

    The description tells what the addresses are for, and is how they are known again: an address of the prefix that has
    it counts, and a second run makes none. Templates may name `prefix` and `number` (1, 2 and so on in each prefix).

    **Changes:** addresses.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `ipam.view_prefix`, `ipam.view_ipaddress`, `ipam.add_ipaddress`; to view the tenant that is
    chosen.
    """

    prefixes = MultiObjectVar(model=Prefix, description="Prefixes to take from.")
    number = IntegerVar(
        default=1, required=False, min_value=1, max_value=_MOST, description="How many addresses out of each prefix."
    )
    purpose = StringVar(
        label="Description", description="Description of the addresses, in Jinja: camera {{ number }} of {{ prefix }}."
    )
    dns_name = StringVar(
        label="DNS name",
        required=False,
        description="DNS name of the addresses, in Jinja: cam-{{ number }}.example.com.",
    )
    host_mask = BooleanVar(
        label="As /32 or /128",
        default=False,
        description="Give the addresses the mask of a single host, as for loopbacks, instead of that of their prefix.",
    )
    kind = ChoiceVar(
        label="Type",
        choices=IPAddressTypeChoices.CHOICES,
        default=IPAddressTypeChoices.TYPE_HOST,
        required=False,
        description="Type of the addresses.",
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
    tenant = ObjectVar(model=Tenant, required=False, description="Tenant of the addresses.")

    class Meta:
        name = "Allocate addresses"
        description = "Take the next free addresses out of prefixes."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        prefixes,
        purpose,
        number=1,
        dns_name="",
        host_mask=False,
        kind=IPAddressTypeChoices.TYPE_HOST,
        status=None,
        role=None,
        tenant=None,
        dryrun=True,
        only_if="",
    ):
        """Plan the addresses, and execute the plan."""
        needs = {"ipam.prefix": ("view",), "ipam.ipaddress": ("view", "add")}
        values = {
            "role": role,
            "tenant": tenant,
            "type": kind or IPAddressTypeChoices.TYPE_HOST,
        }
        number = number or 1
        return Changes(self, needs=needs).run(
            lambda plan: self._plan(
                plan,
                prefixes,
                number,
                (purpose, dns_name or ""),
                bool(host_mask),
                {"status": status or default_status(IPAddress, "Active"), **values},
            ),
            request=f"{number} out of {', '.join(str(prefix) for prefix in prefixes)}: {purpose}",
            dryrun=dryrun,
            only_if=only_if,
        )

    def _plan(
        self,
        plan: Plan,
        chosen: Any,
        number: int,
        texts: tuple[str, str],
        host_mask: bool,
        values: dict[str, Any],
    ) -> None:
        purpose, dns_name = UserTemplate("Description", texts[0]), UserTemplate("DNS name", texts[1])
        prefixes = sorted(
            locked(plan, Prefix, chosen, "Prefixes"),
            key=lambda each: (each.ip_version, int(ip_address(each.network)), each.prefix_length, str(each.pk)),
        )
        if number * len(prefixes) > _MOST:
            raise RefusalError(
                f"Number: {number * len(prefixes)} addresses are too many for one run, which makes {_MOST}."
            )
        space = FreeAddresses()
        for prefix in prefixes:
            named = [{"prefix": str(prefix), "number": each} for each in range(1, number + 1)]
            wanted = [purpose.render(str(prefix), **each) for each in named]
            if "" in wanted:
                raise RefusalError("Description: the template gives no text. Say what the addresses are for.")
            present = _present(self.user, prefix, wanted)
            for text, names in zip(wanted, named, strict=True):
                if present[text]:
                    present[text] -= 1
                    plan.keep()
                    continue
                try:
                    address = space.take(prefix, host_mask=host_mask)
                except RefusalError as refusal:
                    plan.problem(f"Prefixes: {refusal}")
                    break
                new = IPAddress(
                    address=address,
                    namespace=prefix.namespace,
                    description=text,
                    dns_name=dns_name.render(str(prefix), **names).lower(),
                    **values,
                )
                plan.create(new, reason=f"next free in {prefix}", verb="allocate")


def _present(user: Any, prefix: Prefix, descriptions: list[str]) -> defaultdict[str, int]:
    """How many addresses of the prefix have these descriptions."""
    found: defaultdict[str, int] = defaultdict(int)
    inside = visible(user, IPAddress).filter(
        parent__namespace_id=prefix.namespace_id,
        ip_version=prefix.ip_version,
        host__gte=prefix.network,
        host__lte=prefix.broadcast,
    )
    texts = sorted(set(descriptions))
    for start in range(0, len(texts), _CHUNK):
        chunk = inside.filter(description__in=texts[start : start + _CHUNK]).order_by()
        for text in chunk.values_list("description", flat=True):
            found[text] += 1
    return found
