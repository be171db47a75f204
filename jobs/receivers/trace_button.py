"""A button that draws where a cable leads."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from django.utils import timezone
from nautobot.apps.jobs import JobButtonReceiver

from ..toolkit.attachments import attach
from ..toolkit.links import base_url, object_path
from ..toolkit.page import write_page
from ..toolkit.receiving import model_label, permitted, refusals
from ..toolkit.ways import ways_of

name = "Receivers"

LABELS = (
    "dcim.interface",
    "dcim.frontport",
    "dcim.rearport",
    "dcim.consoleport",
    "dcim.consoleserverport",
    "dcim.powerport",
    "dcim.poweroutlet",
    "dcim.powerfeed",
    "circuits.circuittermination",
    "dcim.cable",
)
_MOST = 100


class TraceThis(JobButtonReceiver):
    """Draws the whole way of a cable: from end to end, patch panels and circuits in between included.

    Pressed on an interface or another port where a way begins, it draws that way; on a port of a patch panel or on a
    cable, all ways through it, at most 100. What you may not view is on the way all the same, without its name.

    To use it, enable this Job, then add a *Job Button* for interfaces, ports, power feeds, circuit terminations or cables.

    **Changes:** nothing.
    **Produces:** `path.html`, with a drawing of each way; a log with each way in words.
    **Needs:** the permission `view` on the object.
    """

    class Meta:
        name = "Trace this (button)"
        description = "Draw the way of a cable from end to end."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 120
        time_limit = 180

    def receive_job_button(self, obj):
        """Draw the ways that lead through `obj`."""
        with refusals(self):
            permitted(self, obj, *LABELS)
            ways = ways_of(obj, self.user, _MOST)
            about = SimpleNamespace(
                title=f"Ways through {obj}",
                user=str(self.user),
                started=timezone.now(),
                base_url=base_url(),
                run_url=self.job_result.get_absolute_url(),
                job=self.class_path,
            )
            with TemporaryDirectory() as folder:
                page = Path(folder) / "path.html"
                write_page(
                    page, "ways", about, ways=ways, origin=str(obj), origin_path=object_path(model_label(obj), obj.pk)
                )
                attach(self, page, page.name)
            for way in ways[:20]:
                log = self.logger.success if way.complete else self.logger.warning
                log("%s", way.in_words(), extra={"object": obj, "grouping": "ways"})
            if not ways:
                self.logger.info("Nothing is connected.", extra={"object": obj, "grouping": "ways"})
