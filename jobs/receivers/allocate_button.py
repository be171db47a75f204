"""A button that allocates out of a prefix."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from nautobot.apps.jobs import JobButtonReceiver
from nautobot.ipam.choices import PrefixTypeChoices
from nautobot.ipam.models import Prefix

from ..changes.allocate_addresses import AllocateAddresses
from ..changes.allocate_prefixes import AllocatePrefixes
from ..toolkit.receiving import permitted, refusals, run_in_place, settings
from ..toolkit.templates import UserTemplate

name = "Receivers"

DEFAULTS: dict[str, Any] = {
    "description": "Allocated by {{ user }}, {{ time }}",
    "length": 24,
    "length_ipv6": 64,
}


class AllocateFromThis(JobButtonReceiver):
    """Takes the next free address out of a prefix, or out of a container the next free child prefix.

    Each press takes one. Their description says who took it and when, so that what was taken by mistake is found again;
    *Undo a change* gives it back.

    Settings, by the config context key `job_receivers` and there `AllocateFromThis`: `description`, a Jinja template
    over `user` and `time`; `length` and `length_ipv6`, of child prefixes, 24 and 64 by default.

    To use it, enable this Job, then add a *Job Button* for prefixes.

    **Changes:** adds one address or one prefix.
    **Produces:** `plan.html`, `plan.csv`, `plan.json` and `undo.json`; the log links to what was taken.
    **Needs:** the permissions `ipam.view_prefix`, `ipam.view_ipaddress`, `ipam.add_ipaddress`; for child prefixes, instead
    of the last two, also to view namespaces and locations and to add prefixes.
    """

    class Meta:
        name = "Allocate from this (button)"
        description = "Take the next free address out of a prefix, or the next free child prefix out of a container."
        hidden = True
        has_sensitive_variables = False
        read_only = False
        soft_time_limit = 300
        time_limit = 360

    def receive_job_button(self, obj):
        """Allocate out of the prefix `obj`."""
        with refusals(self):
            permitted(self, obj, "ipam.prefix")
            chosen = settings("AllocateFromThis", DEFAULTS)
            template = UserTemplate("Description", chosen["description"])
            # To the microsecond: the Jobs know what they have made by its description.
            text = template.render(str(obj), user=str(self.user), time=timezone.now().isoformat(sep=" "))
            prefixes = Prefix.objects.restrict(self.user, "view").filter(pk=obj.pk)
            if obj.type == PrefixTypeChoices.TYPE_CONTAINER:
                length = {"length": chosen["length"]} if obj.ip_version == 4 else {"length_ipv6": chosen["length_ipv6"]}
                inputs: dict[str, Any] = {"containers": prefixes, "prefix_description": text, **length}
                run_in_place(self, AllocatePrefixes, dryrun=False, **inputs)
            else:
                run_in_place(self, AllocateAddresses, prefixes=prefixes, purpose=text, dryrun=False)
