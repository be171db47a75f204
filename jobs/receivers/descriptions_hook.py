"""A hook that keeps descriptions of interfaces true when what is at the other end changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from nautobot.apps.jobs import JobHookReceiver
from nautobot.dcim.models import Interface
from nautobot.extras.models import ObjectChange

from ..changes.interface_descriptions import InterfaceDescriptions, far_end_values
from ..toolkit.access import RefusalError, visible
from ..toolkit.bursts import burst, changed_objects
from ..toolkit.changes import Changes
from ..toolkit.far_ends import with_far_end
from ..toolkit.neighbours import interfaces_touched
from ..toolkit.plan import Plan
from ..toolkit.queries import chunks
from ..toolkit.receiving import choice, refusals, settings
from ..toolkit.templates import UserTemplate

name = "Receivers"

OURS, ALL = "ours", "all"
DEFAULTS: dict[str, Any] = {"template": "{{ far.device }} {{ far.port }}", "overwrite": OURS}
LABELS = {"dcim.device", "dcim.interface", "dcim.cable"}


class KeepDescriptions(JobHookReceiver):
    """Writes into descriptions of interfaces what they are connected to, whenever that changes.

    A cable that comes or goes, a device or an interface that gets another name: the interfaces at both ends say so
    afterwards. Of a cable between patch panels, these are the ends of the whole way. Written are descriptions that are
    empty, and those that this hook, or *Interface descriptions from the far end*, has written and nobody has altered
    since.

    Settings, by the config context key `job_receivers` and there `KeepDescriptions`:

    - `template`: Jinja, over the values of *Interface descriptions from the far end*
    - `overwrite`: `ours` (the default), or `all`: descriptions that people have written as well

    To use it, enable this Job, then add a *Job Hook* for cables (create, update, delete), devices and interfaces
    (update). It runs on behalf of the user who made the change.

    **Changes:** descriptions of interfaces.
    **Produces:** `plan.html`, `plan.csv`, `plan.json` and `undo.json`, if there is something to change.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `dcim.change_interface`.
    """

    class Meta:
        name = "Keep far-end descriptions true (hook)"
        description = "Write into descriptions of interfaces what they are connected to, whenever that changes."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 600
        time_limit = 660

    def receive_job_hook(self, change, action, changed_object):
        """Describe the interfaces that the changes which are to be handled are about."""
        with refusals(self), burst(self, change) as changes:
            if not changes:
                return
            chosen = settings("KeepDescriptions", DEFAULTS)
            every = choice("KeepDescriptions", "overwrite", chosen["overwrite"], OURS, ALL) == ALL
            template = UserTemplate("Template", chosen["template"])
            changed = changed_objects(changes)
            if others := sorted(set(changed) - LABELS):
                raise RefusalError(f"This hook is for cables, devices, interfaces; not for {', '.join(others)}.")
            needs = {"dcim.device": ("view",), "dcim.interface": ("view", "change")}
            Changes(self, needs=needs).run(
                lambda plan: self._plan(plan, template, every, interfaces_touched(changed, changes)),
                request=f"{len(changes)} changes",
                dryrun=False,
            )

    def _plan(self, plan: Plan, template: UserTemplate, every: bool, keys: Iterable[Any]) -> None:
        for chunk in chunks(sorted(keys)):
            interfaces = visible(self.user, Interface).filter(pk__in=chunk)
            written = set() if every else _written(chunk)
            for interface in with_far_end(interfaces, self.user).order_by("near_device", "_name", "pk"):
                ours = every or not interface.description or (interface.pk, interface.description) in written
                title = f"{interface.near_device} {interface.name}"
                with plan.row(title):
                    if ours and interface.far_port:
                        text = template.render(title, **far_end_values(interface))
                        plan.update(interface, description=text, reason="far end")
                    elif ours and not interface.cabled:
                        plan.update(interface, description="", reason="not connected")
                    else:
                        plan.keep()


def _written(keys: Iterable[Any]) -> set[tuple[Any, str]]:
    """Interfaces with the descriptions that this hook or the Job has given them."""
    log = ObjectChange.objects.filter(
        changed_object_type=ContentType.objects.get_for_model(apps.get_model("dcim.interface")),
        changed_object_id__in=keys,
        change_context_detail__in=(KeepDescriptions.class_path, InterfaceDescriptions.class_path),
    )
    return set(log.order_by().values_list("changed_object_id", "object_data__description"))
