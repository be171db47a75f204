"""VIRTUALIZATION-VM-006: name in several clusters."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, Count, F, OuterRef, QuerySet, Value, Window
from django.db.models.functions import Cast, Coalesce, Lower, Trim
from nautobot.virtualization.models import Cluster, VirtualMachine

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._machines import with_cluster


class MachineDuplicate(Check):
    """Virtual machines that are recorded twice."""

    id = "VIRTUALIZATION-VM-006"
    title = "Name in several clusters"
    severity = Severity.LOW
    model = "virtualization.virtualmachine"
    description = (
        "Another virtual machine of the same tenant, or of none either, has the same name in upper or lower case and "
        "without blanks around it, and both have one of the statuses. Nautobot allows a name once a cluster and tenant. "
        "Often one was moved, and the import created it again."
    )
    remedy = "Delete the one that does not exist; set a standby copy to Offline."
    tags = ("virtualization", "duplicate")
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of virtual machines that count.")}
    since = "0.1.0"
    bad = "ams01-vm-dns-01 of ams01-cl-01 and AMS01-VM-DNS-01 of ams01-cl-02 are both Active."
    good = "web-01 of the tenant Retail and web-01 of the tenant Research are two machines."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines with a namesake."""
        # Two machines without tenant are alike in that, but NULL equals nothing in SQL.
        same = {
            "folded": Lower(Trim("name")),
            "owner": Coalesce(Cast("tenant_id", CharField(max_length=36)), Value("")),
        }
        counted = VirtualMachine.objects.filter(status__name__in=self.values["statuses"]).annotate(**same).order_by()
        # Counted in one pass: to look for the namesakes of each would compare each with all.
        namesakes = counted.annotate(number=Window(Count("pk"), partition_by=[F(name) for name in same]))
        visible = (
            counted.restrict(context.user, "view")
            .filter(
                folded=OuterRef("folded"),
                owner=OuterRef("owner"),
                cluster__in=Cluster.objects.restrict(context.user, "view").order_by().values("pk"),
            )
            .exclude(pk=OuterRef("pk"))
        )
        machines = (
            objects.filter(pk__in=namesakes.filter(number__gt=1).values("pk"))
            .annotate(**same)
            .annotate(elsewhere=collect(visible, "cluster__name"))
        )
        for row in self.rows(with_cluster(machines, context.user), "cluster_name", "elsewhere"):
            yield self.finding(
                row,
                context,
                "Another virtual machine has the same name.",
                details={"cluster": row["cluster_name"] or "", "also in": ", ".join(sorted(row["elsewhere"] or ()))},
            )
