"""DCIM-CABLE-003: cable path missing or out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat, Replace
from nautobot.dcim.models import Cable, CablePath

from ....toolkit.checks import Check, Context
from ....toolkit.compat import CONNECTED, ends_without
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, names, with_names


def _bare(key: Any) -> Replace:
    """Without hyphens: those of paths have them everywhere, keys in MySQL have none."""
    return Replace(key, Value("-"), Value(""), output_field=CharField())


class CablePathStale(Check):
    """Cables that Nautobot does not follow, or follows as they once were."""

    id = "DCIM-CABLE-003"
    title = "Cable path missing or out of date"
    severity = Severity.MEDIUM
    model = "dcim.cable"
    description = (
        "A cable path can begin at what is at one end of the cable (an interface, a console or power port, a power "
        "feed), and none that begins there goes over this cable, or it counts as active although the cable does not "
        "have the status Connected, or it is inactive although it is this connected cable alone. Nautobot computes "
        "paths when cables are saved one by one; imports and code that go past this leave them behind, and then "
        "Nautobot shows, filters and counts connections wrongly."
    )
    remedy = "Run `nautobot-server trace_paths --force` or, for a few cables, save them again."
    tags = ("cabling",)
    since = "0.1.0"
    bad = "ams01-acc-01 Gi1/0/7 has a connected cable to ams01-srv-01 eth0, and Nautobot shows no connection."
    good = "ams01-acc-01 Gi1/0/8 has a connected cable to the front port of a panel with nothing behind."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables with an end whose path does not begin with them."""
        node = Concat(
            Value(f"{ContentType.objects.get_for_model(Cable).pk}:"),
            _bare(Cast(OuterRef("_cable"), CharField())),
            output_field=CharField(),
        )
        paths = (
            CablePath.objects.filter(origin_id=OuterRef("_origin"))
            .annotate(first=_bare(KT("path__0")), second=KT("path__1"))
            .filter(first=node)
            .order_by()
        )
        # Alone, a connected cable makes an active path wherever the path ends at something.
        of_connected = paths.filter(Q(is_active=True) | Q(destination_id=None) | Q(second__isnull=False))
        connected = Q(status__name=CONNECTED)
        wrong = objects.filter(
            (connected & ends_without(of_connected)) | (~connected & ends_without(paths.filter(is_active=False)))
        )
        for row in self.rows(with_names(wrong, context.user), *COLUMNS, "status__name"):
            yield self.finding(
                row,
                context,
                "Nautobot's cable path does not agree with the cable.",
                details={**names(row), "status": row["status__name"]},
            )
