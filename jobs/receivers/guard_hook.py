"""A hook that looks after devices whose status says that they leave service."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from nautobot.apps.jobs import JobHookReceiver
from nautobot.dcim.models import Device
from nautobot.extras.models import ObjectChange, Status

from ..toolkit.access import require, visible
from ..toolkit.bursts import burst, changed_devices
from ..toolkit.changes import Changes
from ..toolkit.decommissioning import Policy, decommission
from ..toolkit.plan import Plan
from ..toolkit.receiving import choice, refusals, settings

name = "Receivers"

WARN, REVERT = "warn", "revert"
DEFAULTS: dict[str, Any] = {"policy": WARN, "statuses": ["Decommissioning"], "empty": False}
_GROUPING = "checklist"


class GuardDecommissioning(JobHookReceiver):
    """Goes through a checklist when a device gets a status that takes it out of service, and warns or sets it back.

    The checklist is that of *Decommission devices*: nothing relies on the device (children in its bays, a controller that
    runs on it, virtual servers, VPN tunnels, LAGs of other members). What the device still holds (cables, addresses, rack
    position and so on) is told, and may be made part of the checklist.

    Settings, by the config context key `job_receivers` and there `GuardDecommissioning`:

    - `policy`: `warn` (the default), or `revert`, which gives the device the status that it had
    - `statuses`: names of the statuses; by default Decommissioning
    - `empty`: true if a device must hold nothing any more

    Devices that get the status together count together: a chassis with its children is fine.

    To use it, enable this Job, then add a *Job Hook* for devices, on update. It runs on behalf of the user who made the
    change.

    **Changes:** with the policy `revert`, the status of devices that fail.
    **Produces:** a log with what is wrong with which device; when reverted, `plan.html`, `plan.csv`, `plan.json` and
    `undo.json`.
    **Needs:** the permissions `dcim.view_device`, `dcim.change_device`.
    """

    class Meta:
        name = "Guard decommissioning (hook)"
        description = "Go through a checklist when a device leaves service; warn, or set its status back."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 600
        time_limit = 660

    def receive_job_hook(self, change, action, changed_object):
        """Go through the checklist for the devices of all changes that are to be handled."""
        with refusals(self), burst(self, change) as changes:
            if not changes:
                return
            rules = settings("GuardDecommissioning", DEFAULTS)
            policy = choice("GuardDecommissioning", "policy", rules["policy"], WARN, REVERT)
            require(self.user, Device, "view", "change")
            changed = changed_devices(changes)
            found = visible(self.user, Device).filter(pk__in=changed, status__name__in=rules["statuses"])
            devices = list(found.select_related("status", "device_type", "virtual_chassis").order_by("name", "pk"))
            before = _statuses_before(devices, changes)
            failing = self._checklist([device for device in devices if device.pk in before], empty=rules["empty"])
            if failing and policy == REVERT:
                self._set_back(failing, before)

    def _checklist(self, devices: list[Device], *, empty: bool) -> list[Device]:
        """Log what is wrong; returns the devices that fail."""
        plan = Plan(self.user)
        decommission(plan, devices, Policy(status=None))
        wrong: defaultdict[str, list[str]] = defaultdict(list)
        holds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for problem in plan.problems:
            wrong[problem.row].append(problem.message)
        for each in plan.changes:
            holds[each.row][str(each.obj._meta.verbose_name_plural)] += 1
        failing = []
        for device in devices:
            held = holds[str(device)]
            extra = {"object": device, "grouping": _GROUPING}
            words = ", ".join(f"{count} {noun}" for noun, count in sorted(held.items()))
            if wrong[str(device)]:
                self.logger.warning("%s", " ".join(wrong[str(device)]), extra=extra)
            if held:
                log = self.logger.warning if empty else self.logger.info
                log("It still holds something, to be given back or deleted: %s.", words, extra=extra)
            if wrong[str(device)] or (empty and held):
                failing.append(device)
            else:
                self.logger.success("Nothing relies on it.", extra=extra)
        return failing

    def _set_back(self, failing: list[Device], before: dict[Any, Status | None]) -> None:
        def planner(plan: Plan) -> None:
            for device in failing:
                with plan.row(str(device)):
                    if earlier := before[device.pk]:
                        plan.update(device, status=earlier, reason="fails the checklist", verb="set back")
                    else:
                        plan.remark("the change log does not tell which status it had; it stays.")

        Changes(self, needs={"dcim.device": ("view", "change")}).run(
            planner, request="status back to what it was", dryrun=False
        )


def _statuses_before(devices: Iterable[Device], changes: Iterable[ObjectChange]) -> dict[Any, Status | None]:
    """The devices whose status these changes have set, to the status that they had; None where nothing tells of it."""
    ours = {change.pk for change in changes}
    log = ObjectChange.objects.filter(
        changed_object_type__app_label="dcim",
        changed_object_type__model="device",
        changed_object_id__in=[device.pk for device in devices],
    ).order_by("time", "pk")
    course: defaultdict[Any, list[tuple[Any, str]]] = defaultdict(list)
    for pk, change, status in log.values_list("changed_object_id", "pk", "object_data__status"):
        course[pk].append((change, str(status)))
    names = {str(status.pk): status for status in Status.objects.get_for_model(Device)}
    before: dict[Any, Status | None] = {}
    for device in devices:
        earlier: str | None = None
        for change, status in course[device.pk]:
            if change in ours and status == str(device.status_id) and status != earlier:
                before[device.pk] = names.get(earlier or "")
            earlier = status
    return before
