"""Replace a device that has failed, or is outdated, by other hardware."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import BooleanVar, Job, ObjectVar, StringVar
from nautobot.dcim.models import Device
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.defaults import default_status
from ..toolkit.plan import Plan
from ..toolkit.uploads import Column, UploadMixin, attach_template, read_table
from .replace_plan import Replacement, read_names

name = "Changes"

COLUMNS = (
    Column("old", "A component of the device that goes.", required=True, example="GigabitEthernet1/0/1"),
    Column("new", "The component of the replacement that takes its place.", required=True, example="ge-0/0/0"),
)
_DEFAULT_STATUS = "Failed"


class ReplaceDevice(ChangeMixin, UploadMixin, Job):
    """Replaces the hardware behind a device (RMA).

    **The same kind of hardware:** the device keeps all it has, and gets a new serial number, a new asset tag, or both.

    **Another device**, a spare of the same or of another type, takes the place of the old one. It gets its role, tenant,
    location, rack position, bay, primary addresses, virtual chassis (also as master), redundancy group, controller group,
    clusters, secrets group, local config context, custom fields, platform (if its manufacturer allows it) and status.
    Cables, addresses, services, VRFs, relationships, static groups, tags, contacts, notes and the devices in its bays move
    to it, and so do modules for which it has a free bay of the same name; each interface gets description, VLANs, VRF,
    MTU, LAG, parent, bridge and custom fields of its counterpart. Serial number, asset tag, software and inventory stay
    with the hardware.

    Components and bays are matched by name, or by an uploaded list with the columns `old` and `new` where they are called
    otherwise. LAGs and other interfaces that are made by configuration move as they are. A component that is in use and
    has no counterpart is refused. Afterwards the old device has the chosen status, and holds nothing but its custom
    fields and modules without a place. Cables before Nautobot 3.2 cannot be moved, so that others take their place.

    **Changes:** the two devices, their interfaces, modules, cables, and what points at them.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`; beyond it, for another device, to change
    interfaces, modules, cables (before Nautobot 3.2 to add and delete them), assignments of addresses, services,
    memberships, associations and notes, and to view what the replacement gets, such as its rack and addresses.
    """

    device = ObjectVar(model=Device, description="The device whose hardware is replaced.")
    serial = StringVar(
        label="Serial number", required=False, description="That of the new hardware. Not with another device."
    )
    asset_tag = StringVar(
        label="Asset tag", required=False, description="That of the new hardware. Not with another device."
    )
    replacement = ObjectVar(
        model=Device, required=False, description="Another device, not in use, that takes the place of the old one."
    )
    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.device"},
        description=f"What the old device has after another has taken its place. If none is selected: {_DEFAULT_STATUS}.",
    )
    swap_names = BooleanVar(
        label="Exchange the names",
        default=True,
        description="The replacement gets the name of the old device, and the old device that of the replacement.",
    )

    class Meta:
        name = "Replace a device (RMA)"
        description = "Give a device new hardware, or let another device take its place."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        device,
        serial="",
        asset_tag="",
        replacement=None,
        status=None,
        swap_names=True,
        table=None,
        template_only=False,
        dryrun=True,
        only_if="",
    ):
        """Plan the replacement, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)

        def planner(plan: Plan) -> None:
            old = self._fetch(device, "Device")
            given = {"serial": (serial or "").strip(), "asset_tag": (asset_tag or "").strip()}
            values: dict[str, Any] = {field: value for field, value in given.items() if value}
            if replacement is None:
                if not values:
                    raise RefusalError("Serial number, asset tag, replacement: enter what the new hardware is.")
                if table is not None:
                    raise RefusalError("List: it is of use with another device only. Choose one, or clear the list.")
                with plan.row(str(old)):
                    plan.update(old, reason="new hardware", verb="replace", **values)
                return
            if values:
                raise RefusalError("Serial number, asset tag: another device has its own. Clear them.")
            new = self._fetch(replacement, "Replacement")
            if old.pk == new.pk:
                raise RefusalError("Replacement: choose another device than the one that is replaced.")
            names = {}
            if table is not None:
                table.seek(0)
                names = read_names(read_table(table, COLUMNS))
            Replacement(
                plan, old, new, names, status or default_status(Device, _DEFAULT_STATUS), rename=bool(swap_names)
            ).make()

        return Changes(self, needs={"dcim.device": ("view", "change")}).run(
            planner,
            request=f"{device} by {replacement or ', '.join(filter(None, (serial, asset_tag)))}",
            dryrun=dryrun,
            only_if=only_if,
        )

    def _fetch(self, device: Any, what: str) -> Device:
        found = visible(self.user, Device).select_related("device_type", "platform").filter(pk=device.pk).first()
        if found is None:
            raise RefusalError(f"{what}: there is no such device that you may view.")
        return found
