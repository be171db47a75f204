"""WIRELESS-RADIO-002: radio profile without channels."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class RadioProfileWithoutChannels(Check):
    """Radio profiles that leave the channels to chance."""

    id = "WIRELESS-RADIO-002"
    title = "Radio profile without channels"
    severity = Severity.LOW
    model = "wireless.radioprofile"
    description = (
        "The radio profile is assigned to a controller managed device group, and names no channel that is allowed. "
        "Controllers take every channel then, or their own default, also those that are forbidden where the access "
        "point hangs."
    )
    remedy = "Name the channels that are allowed in the regulatory domain."
    tags = ("wireless",)
    since = "0.1.0"
    bad = '"Office 5 GHz" is assigned to AMS01 and has no channels.'
    good = '"Office 2.4 GHz" allows channels 1, 6 and 11.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Assigned profiles without channels."""
        none = Q(allowed_channel_list__isnull=True) | Q(allowed_channel_list=[]) | Q(allowed_channel_list=None)
        used = objects.filter(none, controller_managed_device_group_assignments__isnull=False).distinct()
        for row in self.rows(used, "frequency"):
            yield self.finding(
                row, context, "The radio profile names no channel.", details={"frequency": row["frequency"]}
            )
