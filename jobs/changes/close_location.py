"""Close a site: find what is still in use there, and take it all out of service."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import ChoiceVar, Job, MultiChoiceVar, MultiObjectVar, ObjectVar
from nautobot.dcim.models import Device, Location, Rack
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError, visible
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.decommissioning import DELETE, LEAVE, UNASSIGN, Policy
from ..toolkit.defaults import default_status
from ..toolkit.holdings import among
from ..toolkit.plan import Plan
from .close_plan import KINDS, Closing

name = "Changes"

# What things get if the user selects no status, by variable.
_DEFAULTS = {
    "status": (Location, "Retired"),
    "device_status": (Device, "Decommissioning"),
    "rack_status": (Rack, "Deprecated"),
}


class CloseLocation(ChangeMixin, Job):
    """Closes locations, and all locations in them.

    **The checklist.** It is refused while something there is in use, unless the user lets it be closed even so: devices;
    circuits that end there; prefixes and VLANs that are nowhere else; virtual machines on clusters that are there, or
    whose last host is; power feeds. What has a status such as Decommissioning, Decommissioned, Retired, Deprecated,
    Offline, Failed, Inventory or Planned is not in use. All that blocks is told at once.

    **The cascade.** Devices are decommissioned, as by the Job “Decommission devices”: cables, addresses, rack units and
    memberships go, and what others use stays. Circuits lose their ends there, with the cables at these; prefixes and VLANs
    no longer name the locations; power feeds that have such a status become Offline; racks and locations get the chosen
    status. Virtual machines and clusters stay as they are. Locations are not deleted: the history stays with them.

    A second run finds nothing to change.

    **Changes:** devices and what they hold, cables, ends of circuits, locations of prefixes and VLANs, power feeds, racks,
    locations.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_location`, `dcim.change_location`, `dcim.view_device`, `dcim.change_device`,
    `dcim.change_rack`, `dcim.delete_cable`, `ipam.delete_ipaddresstointerface`, `ipam.delete_ipaddress`; beyond it, to
    delete ends of circuits and locations of prefixes and VLANs, to change power feeds, and whatever the devices hold.
    """

    locations = MultiObjectVar(model=Location, description="These locations, and all locations in them.")
    override = MultiChoiceVar(
        label="Close even so",
        choices=tuple(KINDS.items()),
        required=False,
        description="What may be in use there still. If none is selected: nothing.",
    )
    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.location"},
        description="What the locations have afterwards. If none is selected: Retired.",
    )
    device_status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.device"},
        description="What the devices have afterwards. If none is selected: Decommissioning.",
    )
    rack_status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.rack"},
        description="What the racks have afterwards. If none is selected: Deprecated.",
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

    class Meta:
        name = "Close a location"
        description = "Check whether a location can be closed, and take all that is there out of service."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 3600
        time_limit = 3900

    def run(
        self,
        *,
        locations,
        override=None,
        status=None,
        device_status=None,
        rack_status=None,
        addresses=DELETE,
        dryrun=True,
        only_if="",
    ):
        """Plan the checklist and the cascade, and execute the plan."""
        chosen = {"status": status, "device_status": device_status, "rack_status": rack_status}
        needs = {
            "dcim.location": ("view", "change"),
            "dcim.device": ("view", "change"),
            "dcim.rack": ("change",),
            "dcim.cable": ("delete",),
            "ipam.ipaddresstointerface": ("delete",),
            "ipam.ipaddress": ("delete",),
        }

        def planner(plan: Plan) -> None:
            allowed = frozenset(override or ())
            if unknown := sorted(allowed - KINDS.keys()):
                raise RefusalError(f"Close even so: there is no {', '.join(unknown)}. Select among {', '.join(KINDS)}.")
            statuses = {name: value or _default(name) for name, value in chosen.items()}
            policy = Policy(
                statuses["device_status"],
                addresses=addresses or DELETE,
                hosts="machines" in allowed,
                reason="its location is closed",
            )
            Closing(plan, self._tops(locations), policy, allowed, statuses["status"], statuses["rack_status"]).make()

        return Changes(self, needs=needs).run(
            planner,
            request=", ".join(sorted(str(location) for location in locations)),
            dryrun=dryrun,
            only_if=only_if,
        )

    def _tops(self, locations: Any) -> list[Location]:
        keys = {location.pk for location in locations}
        found = among(visible(self.user, Location), "pk", keys)
        if not found or len(found) < len(keys):
            raise RefusalError("Locations: select locations that you may view.")
        return found


def _default(variable: str) -> Status:
    model, wanted = _DEFAULTS[variable]
    return default_status(model, wanted, variable.replace("_", " ").capitalize())
