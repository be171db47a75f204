"""Move devices to other racks, positions and locations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nautobot.apps.jobs import ChoiceVar, Job, ObjectVar
from nautobot.dcim.models import Location, Rack

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.devices import DevicesMixin, chosen, in_words, is_chosen
from ..toolkit.holdings import among
from ..toolkit.plan import Plan
from ..toolkit.uploads import Column, Lookup, Row, UploadMixin, attach_template, read_table
from .move_plan import DELETE, KEEP, REFUSE, Moves, Target
from .move_slots import FACES, lowest_free

name = "Changes"

COLUMNS = (
    Column("device", "Name or primary key of the device.", required=True, example="ams01-acc-03"),
    Column("location", "Name or primary key of its location; by default that of the rack.", example="AMS01-B"),
    Column("rack", "Name or primary key of the rack; empty: in no rack.", example="AMS01-B01"),
    Column("position", "The lowest unit; empty: in the rack, but at no unit.", example="12"),
    Column("face", "front or rear; by default front where there is a position.", choices=FACES, example="front"),
)
NOWHERE, SAME, LOWEST = "none", "same", "lowest"


class MoveDevices(RowsMixin, UploadMixin, DevicesMixin, Job):
    """Moves devices to other locations, racks, positions and faces.

    Either an uploaded list has a row for each device, with the columns `device`, `location`, `rack`, `position` and
    `face`; or all chosen devices go to one location or rack. A row is all there is to say about where the device will
    be: without a rack it is in none. Devices may take each other's place, in one rack or across several: those that
    stand in each other's way are lifted out for a moment.

    Devices in bays move with the device that they are in, and only so. Rack units that are taken, or not there, are
    refused, and so is a location that a device's cluster does not reach. Of VLANs that do not reach the new location the
    log tells.

    **Cables** stay as long as both ends are in one location, or in a location and one inside it. For those that would
    lead elsewhere there is a choice: refuse to move the device, delete the cable, or keep it.

    **Changes:** location, rack, position and face of devices; cables, if they are to be deleted.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`, `dcim.view_location`, `dcim.view_rack`; beyond
    it, to delete cables where these are to be deleted.
    """

    to_location = ObjectVar(
        label="To location",
        model=Location,
        required=False,
        query_params={"content_type": "dcim.device"},
        description="Where the selected devices go. If none is selected: the location of the rack.",
    )
    to_rack = ObjectVar(
        label="To rack", model=Rack, required=False, description="The rack that the selected devices go into."
    )
    positions = ChoiceVar(
        choices=((NOWHERE, "No position"), (SAME, "The same units"), (LOWEST, "The lowest free units")),
        default=NOWHERE,
        required=False,
        description="At which units of the rack the selected devices are.",
    )
    cables = ChoiceVar(
        label="Cables to other locations",
        choices=((REFUSE, "Refuse to move the device"), (DELETE, "Delete"), (KEEP, "Keep")),
        default=REFUSE,
        required=False,
        description="What happens to a cable that would lead to another location.",
    )

    class Meta:
        name = "Move devices"
        description = "Move devices to other locations, racks and positions, by a list or all to one place."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        devices=None,
        table=None,
        template_only=False,
        to_location=None,
        to_rack=None,
        positions=NOWHERE,
        cables=REFUSE,
        keep_good=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan the moves, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)

        def planner(plan: Plan) -> None:
            moves = Moves(plan, cables or REFUSE)
            if table is not None:
                if is_chosen(devices, selection) or to_location or to_rack:
                    raise RefusalError(
                        "List: there is a list, and devices or a target are selected as well. Clear one."
                    )
                self._listed(plan, table, moves)
            else:
                self._selected(devices, selection, to_location, to_rack, positions or NOWHERE, moves)
            moves.make()

        place = ", ".join(str(each) for each in (to_location, to_rack) if each)
        return Changes(
            self,
            needs={"dcim.device": ("view", "change"), "dcim.location": ("view",), "dcim.rack": ("view",)},
        ).run(
            planner,
            request="by a list"
            if table is not None
            else f"{in_words(self, devices, selection)} to {place}; positions: {positions}",
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )

    # One target for all

    def _selected(
        self, devices: Any, selection: dict[str, Any], location: Any, rack: Any, positions: str, moves: Moves
    ) -> None:
        if location is None and rack is None:
            raise RefusalError("To location, to rack: select at least one of them, or give a list.")
        for model, target in ((Location, location), (Rack, rack)):
            if target is not None and not visible(self.user, model).filter(pk=target.pk).exists():
                raise RefusalError(f"To {model._meta.verbose_name}: you may not view {target}.")
        if rack is None and positions != NOWHERE:
            raise RefusalError("Positions: there are none without a rack. Select one.")
        chosen_devices = chosen(self, devices, selection).select_related("device_type")
        found = list(chosen_devices.order_by("name", "pk"))
        taken = set(moves.cells_in(rack, without={device.pk for device in found})) if positions == LOWEST else set()
        for device in found:
            position, face = None, ""
            if positions == SAME and device.position:
                position, face = device.position, device.face
            elif positions == LOWEST and device.device_type.u_height:
                face = device.face or "front"
                kind = device.device_type
                if device.rack_id == rack.pk and device.position:
                    position = device.position  # it is there already
                else:
                    position = lowest_free(taken, rack.pk, rack.u_height, kind.u_height, face, kind.is_full_depth)
            target = Target(str(device), location, rack, position, face)
            moves.add(device, target)
            taken |= moves.cells_of(device, target)

    # A row for each

    def _listed(self, plan: Plan, table: Any, moves: Moves) -> None:
        table.seek(0)
        rows = read_table(table, COLUMNS)
        lookup = Lookup(self.user)
        lookup.load("dcim.device", (row["device"] for row in rows), related=("device_type",))
        lookup.load("dcim.location", (row["location"] for row in rows))
        racks = self._racks(rows)
        for row in rows:
            with plan.row(row.label):
                device = lookup.of(row, "device", "dcim.device")
                location = lookup.of(row, "location", "dcim.location")
                if not row["location"] and not row["rack"]:
                    raise RefusalError("columns location and rack: enter at least one of them.")
                rack = _rack(row, racks, location)
                position = row.number_in("position", least=1, most=1000)
                if rack is None and (position or row["face"]):
                    raise row.bad("position" if position else "face", "there is none without a rack.")
                face = row["face"].lower() or ("front" if position else "")
                moves.add(device, Target(row.label, location, rack, position, face))

    def _racks(self, rows: list[Row]) -> dict[str, list[Rack]]:
        """Racks by what the list calls them: they have the same names in many locations."""
        found: dict[str, list[Rack]] = {}
        names = {row["rack"] for row in rows if row["rack"]}
        objects = visible(self.user, Rack).select_related("location")
        for rack in among(objects, "name", names):
            found.setdefault(rack.name, []).append(rack)
        for rack in among(objects, "pk", filter(_is_key, names - set(found))):
            found[str(rack.pk)] = [rack]
        return found


def _rack(row: Row, racks: dict[str, list[Rack]], location: Location | None) -> Rack | None:
    if not row["rack"]:
        return None
    found = racks.get(row["rack"], [])
    if location is not None and len(found) > 1:
        found = [rack for rack in found if rack.location_id == location.pk] or found
    if not found:
        raise row.bad("rack", "there is no such rack that you may view.")
    if len(found) > 1:
        raise row.bad("rack", f"there are {len(found)} of this name. Enter its location as well, or its primary key.")
    return found[0]


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
