"""Components of devices and modules as their types have them."""

from __future__ import annotations

from collections import Counter

from nautobot.apps.jobs import BooleanVar, ChoiceVar, Job, MultiChoiceVar

from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.components import BY_KEY, KINDS
from ..toolkit.plan import Plan
from ..toolkit.scope import DeviceScopeMixin, Scope
from .synchronize_components_match import AUTO, COUNT, REPLACE, TYPE
from .synchronize_components_plan import Batch
from .synchronize_components_policy import DEFAULT_PROPERTIES, PROPERTIES, Policy

name = "Changes"

_CHUNK = 1000
_CHOICES = tuple((kind.key, kind.label) for kind in KINDS)
_ALL = tuple(kind.key for kind in KINDS)


class SynchronizeComponents(RowsMixin, DeviceScopeMixin, Job):
    """Gives devices, and the modules in them, the components that their device types and module types have.

    Nautobot copies the templates of a type once, when a device or module is created; what is changed about the type
    later reaches none of them. This Job compares each with its type and adds what is missing, updates what differs,
    reports what the type does not have, and deletes of that what nothing uses, for each kind of component as chosen.

    - A template that leaves a property empty says nothing about it, unless “Empty what the type leaves empty” is ticked.
    - Names of components of modules have the positions of the bays for `{module}`. The position of a bay with a module
      in it is left alone: names of the module's components have it.
    - Members of a virtual chassis may have the number of the member in the names of their interfaces
      (GigabitEthernet2/0/1 for GigabitEthernet1/0/1); management interfaces keep theirs. By default each device shows by
      the names that it has which convention it follows; if one is chosen, interfaces are renamed to follow it.
    - Where a port is broken out, its lanes (Ethernet1/1 for Ethernet1) stand for it.
    - Only kinds of which the type has at least one template can have components too many; virtual and wireless
      interfaces, and those below another one, are never too many.
    - A component is in use, and never deleted, if it has a cable, an address, a VLAN, a VRF, a contact, a note or a
      custom relationship, is member of a LAG, bridge or group, has something installed in it, or if anything else names
      it, such as a child interface, the front port of a rear port, or the outlet of a power port.

    Each device is a row of its own: with “Apply the good rows” those that cannot be done stop no other.

    **Changes:** console, console server, power, rear and front ports, power outlets, interfaces, device bays and module
    bays.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. Components too many are remarks. The result counts `changes`, `unchanged` and `problems`, and has the
    `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_devicetype`, `dcim.view_module`, `dcim.view_moduletype`,
    `dcim.view_consoleport`, `dcim.add_consoleport`, `dcim.change_consoleport`, `dcim.view_consoleserverport`,
    `dcim.add_consoleserverport`, `dcim.change_consoleserverport`, `dcim.view_powerport`, `dcim.add_powerport`,
    `dcim.change_powerport`, `dcim.view_poweroutlet`, `dcim.add_poweroutlet`, `dcim.change_poweroutlet`,
    `dcim.view_interface`, `dcim.add_interface`, `dcim.change_interface`, `dcim.view_rearport`, `dcim.add_rearport`,
    `dcim.change_rearport`, `dcim.view_frontport`, `dcim.add_frontport`, `dcim.change_frontport`,
    `dcim.view_devicebay`, `dcim.add_devicebay`, `dcim.change_devicebay`, `dcim.view_modulebay`, `dcim.add_modulebay`,
    `dcim.change_modulebay`. Fewer where fewer kinds are chosen; to delete components, the permission to delete those.
    """

    add = MultiChoiceVar(
        label="Add missing",
        choices=_CHOICES,
        default=_ALL,
        required=False,
        description="Kinds of which missing ones are added.",
    )
    update = MultiChoiceVar(
        label="Update differing",
        choices=_CHOICES,
        default=_ALL,
        required=False,
        description="Kinds of which those that differ from their template are updated.",
    )
    report = MultiChoiceVar(
        label="Report extras",
        choices=_CHOICES,
        default=_ALL,
        required=False,
        description="Kinds of which those that the type does not have are reported.",
    )
    delete = MultiChoiceVar(
        label="Delete unused extras",
        choices=_CHOICES,
        required=False,
        description="Kinds of which those that the type does not have are deleted, unless they are in use.",
    )
    properties = MultiChoiceVar(
        choices=tuple(PROPERTIES.items()),
        default=DEFAULT_PROPERTIES,
        required=False,
        description="What is updated. Left out by default is what people set on the device on purpose.",
    )
    clear = BooleanVar(
        label="Empty what the type leaves empty",
        default=False,
        description="Also empty properties, of those chosen above, for which the template has no value.",
    )
    numbering = ChoiceVar(
        label="Interfaces of virtual chassis",
        choices=(
            (AUTO, "As most interfaces of the device are named"),
            (TYPE, "Named as the device type has them"),
            (REPLACE, "The position replaces the first number before a slash"),
            (COUNT, "The first number before a slash, counted on from position 1"),
        ),
        default=AUTO,
        required=False,
        description="How interfaces of a member are named. GigabitEthernet1/0/1 is GigabitEthernet2/0/1 on the member at "
        "position 2; if numbers are counted on, ge-0/0/0 is ge-1/0/0 there.",
    )
    modules = BooleanVar(
        label="Modules as well",
        default=True,
        description="Also the components of modules that are installed in the devices.",
    )

    class Meta:
        name = "Synchronize components"
        description = "Give devices and modules the components that their types have."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 7200
        time_limit = 7500

    def run(
        self,
        *,
        add=_ALL,
        update=_ALL,
        report=_ALL,
        delete=(),
        properties=DEFAULT_PROPERTIES,
        clear=False,
        numbering=AUTO,
        modules=True,
        keep_good=False,
        dryrun=True,
        only_if="",
        **selection,
    ):
        """Plan components, and execute the plan."""
        policy = Policy(
            add=frozenset(add or ()),
            update=frozenset(update or ()),
            report=frozenset(report or ()),
            delete=frozenset(delete or ()),
            properties=frozenset(properties or ()),
            clear=bool(clear),
            numbering=numbering or AUTO,
            modules=bool(modules),
        )
        scope = Scope(self.user, offered=self._get_vars(), **selection)
        return Changes(self, needs=_needs(policy)).run(
            lambda plan: _plan(plan, scope, policy),
            request=f"{scope.describe()}; {policy.describe()}",
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


def _needs(policy: Policy) -> dict[str, list[str]]:
    needs = {"dcim.device": ["view"], "dcim.devicetype": ["view"]}
    if policy.modules:
        needs |= {"dcim.module": ["view"], "dcim.moduletype": ["view"]}
    for key in policy.read:
        needs[BY_KEY[key].model] = [
            "view",
            *(
                action
                for action, kinds in (("add", policy.add), ("change", policy.update), ("delete", policy.delete))
                if key in kinds
            ),
        ]
    return needs


def _plan(plan: Plan, scope: Scope, policy: Policy) -> None:
    policy.refuse_unclear()
    devices = list(scope.queryset().order_by("name", "pk").values_list("pk", "name"))
    names = Counter(name for _, name in devices)
    labels = {pk: name if name and names[name] == 1 else f"{name or 'device'} {pk}" for pk, name in devices}
    keys = list(labels)
    for start in range(0, len(keys), _CHUNK):
        Batch(plan, policy, {pk: labels[pk] for pk in keys[start : start + _CHUNK]}).plan_all()
