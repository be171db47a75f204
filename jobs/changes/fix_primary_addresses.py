"""Primary addresses that are missing or wrong, from the addresses that devices have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from ipaddress import ip_address
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from nautobot.apps.jobs import BooleanVar, ChoiceVar, Job, MultiChoiceVar, StringVar
from nautobot.dcim.models import Interface
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.compat import device_value
from ..toolkit.plan import Plan
from ..toolkit.primary_addresses import (
    DEPRECATED,
    FIELDS,
    VERSIONS,
    is_elsewhere,
    is_missing,
    is_nowhere,
    is_of_other_family,
    kind_of,
)
from ..toolkit.queries import chunks, truth
from ..toolkit.scope import DeviceScopeMixin, Scope
from .primary_choice import BY_NAME, ONLY, POLICIES, SHARED, Candidate, Choice, choose, order_of, patterns_of

name = "Changes"

MISSING, ELSEWHERE, NOWHERE, FAMILY, OLD = "missing", "elsewhere", "nowhere", "family", "deprecated"
DEFECTS = {
    MISSING: "There is none",
    ELSEWHERE: "It is assigned to another device",
    NOWHERE: "It is assigned to no interface",
    FAMILY: "It is of the wrong family",
    OLD: "It is deprecated",
}
# What Nautobot's validation refuses: as long as a device has one of these it cannot be saved.
_REFUSED = (ELSEWHERE, NOWHERE, FAMILY)


class FixPrimaryAddresses(RowsMixin, DeviceScopeMixin, Job):
    """Sets primary addresses of devices that have none or a wrong one, where the right one can be told.

    What is wrong is what the *Primary address audit* finds. Candidates are addresses, which you may view, on interfaces
    of the device and of its modules; not those that are deprecated, link-local or loopback addresses of hosts, or that
    devices share (roles Anycast, CARP, GLBP, HSRP, VIP, VRRP) or have besides (Secondary). One is chosen

    - **The only candidate**: if there is one on management-only and loopback interfaces, or, where there is none on
      these, one on others; this is what the audit names
    - **Management-only interfaces first**, or **loopback interfaces first**: the other kind, and then all others, only if
      there is none
    - **By names of interfaces**: patterns in order, such as `mgmt*, Loopback0, Vlan9??`; only what matches

    and in each case only if it is alone; where several are left, the device stays as it is, and a remark names them,
    unless *Take the lowest address* is ticked. The remarks also tell of devices without any candidate. A device without
    any primary address gets one of each family that it has a candidate for.

    A device keeps a wrong address for which there is no candidate, and then all of its primary addresses, since Nautobot
    would not save it; *Clear what is wrong* empties the field instead. Deprecated addresses are never cleared.

    **Changes:** primary addresses of devices.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines, with all remarks; when
    applied, `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.view_interface`, `ipam.view_ipaddress`.
    """

    defects = MultiChoiceVar(
        label="What is mended",
        choices=tuple(DEFECTS.items()),
        required=False,
        description="What is wrong with a primary address. If none is selected: all of it.",
    )
    policy = ChoiceVar(
        choices=tuple(POLICIES.items()), default=ONLY, required=False, description="Which candidate is taken."
    )
    interface_names = StringVar(
        label="Names of interfaces",
        required=False,
        default="",
        description="For the choice by names: patterns with * and ?, the best first, with commas between.",
    )
    take_lowest = BooleanVar(
        label="Take the lowest address",
        default=False,
        description="Where the policy leaves several candidates, take the lowest address instead of none.",
    )
    clear = BooleanVar(
        label="Clear what is wrong",
        default=False,
        description="Where there is no candidate, empty a field whose address is of another device, on no interface or of "
        "the wrong family.",
    )

    class Meta:
        name = "Fix primary addresses"
        description = "Set primary addresses that are missing or wrong, where the right one can be told."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        defects=(),
        policy=ONLY,
        interface_names="",
        take_lowest=False,
        clear=False,
        keep_good=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan the primary addresses, and execute the plan."""
        needs = {
            "dcim.device": ("view", "change"),
            "dcim.interface": ("view",),
            "ipam.ipaddress": ("view",),
        }
        scope = Scope(self.user, offered=self._get_vars(), **selection)

        def planner(plan: Plan) -> None:
            patterns = patterns_of("Names of interfaces", interface_names)
            if (policy == BY_NAME) != bool(patterns):
                raise RefusalError("Names of interfaces: they belong to the policy “By names of interfaces”.")
            self._plan(plan, scope, set(defects or DEFECTS), policy or ONLY, patterns, take_lowest, clear)

        return Changes(self, needs=needs).run(
            planner,
            request=f"{POLICIES.get(policy or ONLY, policy)}; {scope.describe()}",
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )

    def _plan(
        self,
        plan: Plan,
        scope: Scope,
        defects: set[str],
        policy: str,
        patterns: Sequence[str],
        lowest: bool,
        clear: bool,
    ) -> None:
        plan.may_be_invalid = True
        rank = order_of(policy, patterns)
        for devices in chunks(list(_with_defects(scope.queryset()).order_by("_name", "pk"))):
            own = _candidates(self.user, devices)
            for device in devices:
                found = _defects_of(device)
                wanted = {field: kind for field, kind in found.items() if kind in defects}
                choices = {
                    field: choose(
                        [
                            each
                            for each in own[device.pk, VERSIONS[field]]
                            if each.key != getattr(device, f"{field}_id")
                        ],
                        rank,
                        lowest=lowest,
                    )
                    for field in wanted
                }
                with plan.row(str(device)):
                    _fix(plan, device, found, wanted, choices, clear)


def _fix(
    plan: Plan,
    device: Any,
    found: dict[str, str],
    wanted: dict[str, str],
    choices: dict[str, Choice],
    clear: bool,
) -> None:
    values = {field: choice.chosen.key for field, choice in choices.items() if choice.chosen}
    for field, kind in wanted.items():
        if field not in values and clear and kind in _REFUSED and not choices[field].among:
            values[field] = None
    left = [field for field in found if field not in values]
    if any(found[field] in _REFUSED for field in left):
        values, left = {}, list(found)
    if MISSING in wanted.values():
        left = [field for field in left if choices[field].among] or ([] if values else left[:1])
    for field in left:
        if field in wanted:
            plan.remark(_why_not(field, wanted[field], choices[field]))
    if values:
        reasons = {DEFECTS[wanted[field]].lower() for field in values}
        plan.update(device, reason="; ".join(sorted(reasons)), verb="set primary", **values)


def _why_not(field: str, kind: str, choice: Choice) -> str:
    what = "no primary address" if kind == MISSING else f"{FIELDS[field]}: {DEFECTS[kind].lower()}"
    if choice.chosen:
        return f"{what}; left as it is, since the other primary address is wrong, and there is no candidate for it"
    if not choice.among:
        return f"{what}; no candidate by this policy"
    more = f" and {len(choice.among) - 5} more" if len(choice.among) > 5 else ""
    named = ", ".join(str(each) for each in choice.among[:5])
    return f"{what}; {len(choice.among)} candidates, none better than the others: {named}{more}"


def _with_defects(devices: QuerySet) -> QuerySet:
    """Devices with something wrong, and what it is."""
    annotations: dict[str, Any] = {"no_primary": truth(is_missing())}
    for field in FIELDS:
        annotations |= {
            f"{field}_{ELSEWHERE}": truth(is_elsewhere(field)),
            f"{field}_{NOWHERE}": truth(is_nowhere(field)),
            f"{field}_{FAMILY}": truth(Q(**{f"{field}__isnull": False}) & is_of_other_family(field)),
            f"{field}_{OLD}": truth(Q(**{f"{field}__isnull": False, f"{field}__status__name": DEPRECATED})),
        }
    wrong = reduce(or_, (Q(**{name: True}) for name in annotations))
    return devices.annotate(**annotations).filter(wrong)


def _defects_of(device: Any) -> dict[str, str]:
    """What is wrong with which field; of several things the one that matters most."""
    if device.no_primary:
        return dict.fromkeys(FIELDS, MISSING)
    return {
        field: kind
        for field in FIELDS
        for kind in (OLD, NOWHERE, ELSEWHERE, FAMILY)
        if getattr(device, f"{field}_{kind}")
    }


def _candidates(user: Any, devices: Sequence[Any]) -> defaultdict[tuple[Any, int], list[Candidate]]:
    """Addresses by device and IP version. One query."""
    rows = (
        IPAddressToInterface.objects.filter(
            ip_address__in=visible(user, IPAddress).order_by().values("pk"),
            interface__in=visible(user, Interface).order_by().values("pk"),
        )
        .exclude(ip_address__status__name=DEPRECATED)
        .annotate(holder=device_value("pk", "interface__"), role=F("ip_address__role__name"))
        .filter(holder__in=[device.pk for device in devices])
        .select_related("ip_address", "interface")
        .order_by("pk")
    )
    found: defaultdict[tuple[Any, int], list[Candidate]] = defaultdict(list)
    for row in rows:
        address, interface = row.ip_address, row.interface
        host = ip_address(address.host)
        if row.role in SHARED or host.is_link_local or host.is_loopback:
            continue
        kind = kind_of(interface.name, interface.type, interface.mgmt_only)
        text = f"{host}/{address.mask_length}"
        found[row.holder, host.version].append(Candidate(address.pk, host, text, interface.name, kind))
    return found
