"""Descriptions of interfaces that say what is at the other end."""

from __future__ import annotations

from typing import Any

from nautobot.apps.jobs import BooleanVar, ChoiceVar, Job, StringVar

from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.far_ends import with_far_end
from ..toolkit.plan import Plan
from ..toolkit.scope import DeviceScopeMixin, Scope
from ..toolkit.templates import UserTemplate

name = "Changes"

EMPTY, ALL = "empty", "all"
_DEFAULT = "{{ far.device }} {{ far.port }}"


class InterfaceDescriptions(ChangeMixin, DeviceScopeMixin, Job):
    """Writes into the description of each interface what it is connected to.

    The interfaces of the devices in scope are looked at, those of their modules included. What is at the other end is
    told by Nautobot's cable paths, patch panels and circuits in between included. The template may name

    - `far.device`, `far.port`, `far.location`, `far.role`: device, interface, location and role at the far end
    - `near.device`, `near.port`, `near.location`, `near.role`: the same of the interface itself

    Names of what you may not view stay out: such an interface is left as it is.

    **Changes:** descriptions of interfaces.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `dcim.change_interface`.
    """

    template = StringVar(default=_DEFAULT, description="The description, in Jinja.")
    overwrite = ChoiceVar(
        choices=((EMPTY, "Only empty descriptions"), (ALL, "All descriptions")),
        default=EMPTY,
        required=False,
        description="Which descriptions are written.",
    )
    clear = BooleanVar(
        label="Clear those of unconnected interfaces",
        default=False,
        description="Empty the description of an interface that has no cable. Takes effect with “All descriptions”.",
    )

    class Meta:
        name = "Interface descriptions from the far end"
        description = "Write into the description of each interface what it is connected to."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, *, template, overwrite=EMPTY, clear=False, dryrun=True, only_if="", **selection):
        """Plan the descriptions, and execute the plan."""
        needs = {"dcim.device": ("view",), "dcim.interface": ("view", "change")}
        scope = Scope(self.user, offered=self._get_vars(), **selection)
        return Changes(self, needs=needs).run(
            lambda plan: self._plan(plan, UserTemplate("Template", template), overwrite == ALL, clear, scope),
            request=scope.describe(),
            dryrun=dryrun,
            only_if=only_if,
        )

    def _plan(self, plan: Plan, template: UserTemplate, every: bool, clear: bool, scope: Scope) -> None:
        interfaces = scope.of("dcim.interface")
        if not every:
            interfaces = interfaces.filter(description="")
        for interface in with_far_end(interfaces, self.user).order_by("near_device", "_name", "pk").iterator(2000):
            if interface.far_port:
                text = template.render(f"{interface.near_device} {interface.name}", **far_end_values(interface))
                with plan.row(f"{interface.near_device} {interface.name}"):
                    plan.update(interface, description=text, reason="far end")
            elif every and clear and not interface.cabled:
                with plan.row(f"{interface.near_device} {interface.name}"):
                    plan.update(interface, description="", reason="not connected")


def far_end_values(interface: Any) -> dict[str, dict[str, str]]:
    """What the template may name, of an interface of `with_far_end`."""
    near = {name: getattr(interface, f"near_{name}") or "" for name in ("device", "location", "role")}
    far = {name: getattr(interface, f"far_{name}") or "" for name in ("device", "port", "location", "role")}
    return {"near": {**near, "port": interface.name}, "far": far}
