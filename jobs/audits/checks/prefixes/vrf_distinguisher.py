"""IPAM-VRF-002: route distinguisher of several VRFs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from nautobot.ipam.models import VRF, Namespace

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, visible_value


class VrfDistinguisher(Check):
    """Routing tables that routers cannot tell apart."""

    id = "IPAM-VRF-002"
    title = "Route distinguisher of several VRFs"
    severity = Severity.MEDIUM
    model = "ipam.vrf"
    description = (
        "A VRF with another name, in another namespace, has the same route distinguisher: Nautobot allows it once a "
        "namespace. VRFs of the same name, in upper or lower case, are taken for the same one. Where both are on routers "
        "of one backbone, their routes mix."
    )
    remedy = "Give each VRF a route distinguisher of its own."
    tags = ("vrf", "duplicate")
    since = "0.1.0"
    bad = "The VRF management of Global and the VRF guest of Guest both have 65000:900."
    good = "The VRF management of Global has 65000:900, and so has the VRF Management of Lab."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VRFs that share their route distinguisher with one of another name."""
        others = (
            VRF.objects.annotate(folded=Lower("name"))
            .filter(rd=OuterRef("rd"))
            .exclude(folded=OuterRef("folded"))
            .order_by()
        )
        visible = others.restrict(context.user, "view").filter(
            namespace__in=Namespace.objects.restrict(context.user, "view").order_by().values("pk")
        )
        vrfs = (
            objects.exclude(rd=None)
            .exclude(rd="")
            .annotate(folded=Lower("name"))
            .filter(Exists(others))
            .annotate(
                other_names=collect(visible, "name"), own_namespace=visible_value(Namespace, context.user, "namespace")
            )
        )
        for row in self.rows(vrfs, "rd", "own_namespace", "other_names"):
            yield self.finding(
                row,
                context,
                f"Another VRF has the route distinguisher {row['rd']} as well.",
                details={"namespace": row["own_namespace"] or "", "VRFs": ", ".join(sorted(row["other_names"] or ()))},
            )
