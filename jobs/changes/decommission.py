"""Take devices out of service."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, Job, MultiChoiceVar, ObjectVar
from nautobot.dcim.models import Device
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.decommissioning import DELETE, KEEP, LEAVE, REFUSE, REPLACE, UNASSIGN, Policy, decommission
from ..toolkit.defaults import default_status
from ..toolkit.devices import DevicesMixin, chosen, in_words, is_chosen
from ..toolkit.plan import Plan
from ..toolkit.uploads import Column, Lookup, UploadMixin, attach_template, read_table

name = "Changes"

COLUMNS = (Column("device", "Name or primary key of a device.", required=True, example="ams01-acc-03"),)
_DEFAULT_STATUS = "Decommissioning"


class DecommissionDevices(ChangeMixin, UploadMixin, DevicesMixin, Job):
    """Takes devices out of service: they get a status, and give back all that they hold.

    - **Cables** are deleted. Of a breakout cable that other devices go on using, only the ends at these devices are.
    - **Addresses** are unassigned, and deleted unless something else uses them: another interface, NAT, a service or a
      redundancy group that stays, a relationship. The log names those that stay.
    - **Rack position** and bay are freed; the location stays.
    - **Virtual chassis**: another member becomes master, that with the highest priority, then the lowest position. The
      last members take the virtual chassis along.
    - **Services** are deleted; **clusters**, **redundancy groups** of devices and of interfaces, and **controller groups**
      are left.

    It is refused while others rely on a device: children in its bays that are not selected, a controller that runs on it,
    virtual servers and VPN tunnels that end on it, interfaces of other members of its virtual chassis whose LAG, parent
    or bridge is on it, and virtual machines of a cluster that would have no host.

    Devices are chosen one by one, by a selection, or by an uploaded list, whose column `device` has their names. Devices
    that are out of service already are left as they are, so that a second run changes nothing.

    **Changes:** devices, cables, addresses and their assignments, services, bays, virtual chassis, redundancy groups'
    interfaces; with “Delete the devices” the devices and all that is part of them.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.delete_cable`,
    `ipam.delete_ipaddresstointerface`, `ipam.delete_ipaddress`; beyond it, to delete services, memberships and devices,
    and to change bays, interfaces and virtual chassis, where a device has such.
    """

    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.device"},
        description=f"What the devices have afterwards. If none is selected: {_DEFAULT_STATUS}.",
    )
    keep = MultiChoiceVar(
        choices=tuple(KEEP.items()), required=False, description="What is left as it is. If none is selected: nothing."
    )
    addresses = ChoiceVar(
        choices=(
            (DELETE, "Unassign, and delete those that nothing else uses"),
            (UNASSIGN, "Unassign"),
            (LEAVE, "Keep"),
        ),
        default=DELETE,
        required=False,
        description="What happens to the addresses of the devices.",
    )
    masters = ChoiceVar(
        label="Masters of virtual chassis",
        choices=((REPLACE, "Replace by another member"), (REFUSE, "Refuse")),
        default=REPLACE,
        required=False,
        description="What happens if a device is the master of a virtual chassis with members that stay.",
    )
    delete = BooleanVar(
        label="Delete the devices",
        default=False,
        description="Delete the devices themselves, with all that is part of them. Nothing of them can be kept then.",
    )

    class Meta:
        name = "Decommission devices"
        description = "Take devices out of service: status, cables, addresses, rack position, memberships."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(
        self,
        *,
        devices=None,
        table=None,
        template_only=False,
        status=None,
        keep=None,
        addresses=DELETE,
        masters=REPLACE,
        delete=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan what the devices give back, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)
        policy = Policy(
            status,
            frozenset(keep or ()),
            addresses or DELETE,
            masters or REPLACE,
            bool(delete),
            reason="decommissioned",
        )
        needs = {
            "dcim.device": ("view", "change"),
            "dcim.cable": ("delete",),
            "ipam.ipaddresstointerface": ("delete",),
            "ipam.ipaddress": ("delete",),
        }
        return Changes(self, needs=needs).run(
            lambda plan: self._plan(plan, devices, table, selection, policy),
            request=f"{'by a list' if table is not None else in_words(self, devices, selection)}; {_words(policy)}",
            dryrun=dryrun,
            only_if=only_if,
        )

    def _plan(self, plan: Plan, devices: Any, table: Any, selection: dict[str, Any], policy: Policy) -> None:
        if policy.delete and policy.keep:
            raise RefusalError("Keep: nothing can be kept of devices that are deleted. Clear it.")
        if policy.status is None and not policy.delete:
            policy = Policy(**{**vars(policy), "status": default_status(Device, _DEFAULT_STATUS)})
        if table is None:
            found = list(chosen(self, devices, selection).order_by("name", "pk"))
        elif is_chosen(devices, selection):
            raise RefusalError("List: there is a list, and devices are selected as well. Clear one.")
        else:
            found = self._listed(plan, table)
        decommission(plan, found, policy)

    def _listed(self, plan: Plan, table: Any) -> list[Device]:
        table.seek(0)
        rows = read_table(table, COLUMNS)
        lookup = Lookup(self.user)
        lookup.load("dcim.device", (row["device"] for row in rows))
        found = {}
        for row in rows:
            with plan.row(row.label):
                device = lookup.of(row, "device", "dcim.device")
                found[device.pk] = device
        return list(found.values())


def _words(policy: Policy) -> str:
    words = [f"status: {policy.status or _DEFAULT_STATUS}", f"addresses: {policy.addresses}"]
    if policy.keep:
        words.append("keep: " + ", ".join(KEEP[each].lower() for each in sorted(policy.keep) if each in KEEP))
    if policy.delete:
        words = ["delete the devices", f"addresses: {policy.addresses}"]
    return "; ".join(words)
