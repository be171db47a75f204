"""VIRTUALIZATION-CLUSTER-002: over-committed cluster."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity

_FIELDS = {"vcpus": "virtual CPUs", "memory": "MB of memory", "disk": "GB of disk"}


class ClusterOverCommit(Check):
    """Clusters that have promised more than they have."""

    id = "VIRTUALIZATION-CLUSTER-002"
    title = "Over-committed cluster"
    severity = Severity.MEDIUM
    model = "virtualization.cluster"
    description = (
        "The virtual machines in the cluster that have one of the statuses have more virtual CPUs, memory or disk "
        "together than the capacity stated for the cluster. Nautobot has no fields for the capacity: not asked unless it "
        "is stated. Multiply what may be over-committed. When all machines need what they were promised, all slow down "
        "or stop."
    )
    remedy = "Move virtual machines, make them smaller, or add hosts and state the new capacity."
    tags = ("virtualization", "capacity", "policy")
    parameters = {
        "capacity": Parameter(
            None,
            'Capacity by name of the cluster: {"ams01-cl-01": {"vcpus": 96, "memory": 262144, "disk": 4000}}, with memory '
            "in MB and disk in GB, or some of these; None for no policy.",
        ),
        "statuses": Parameter(("Active",), "Names of the statuses of virtual machines that count."),
    }
    since = "0.1.0"
    bad = "ams01-cl-01 has a capacity of 16 virtual CPUs, and its virtual machines have 19."
    good = "ams01-cl-01 has a capacity of 24 virtual CPUs, and its virtual machines have 19."
    policy = {"capacity": {"ams01-cl-01": {"vcpus": 96, "memory": 262144, "disk": 4000}}}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["capacity"] else "No capacity of clusters is stated."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Clusters whose virtual machines add up to more than the capacity."""
        machines = VirtualMachine.objects.filter(cluster=OuterRef("pk"), status__name__in=self.values["statuses"])
        sums = {
            f"sum_{field}": Subquery(machines.order_by().values("cluster").annotate(sum=Sum(field)).values("sum"))
            for field in _FIELDS
        }
        condition = Q(pk__in=[])
        for name, capacity in self.values["capacity"].items():
            if unknown := sorted(set(capacity) - set(_FIELDS)):
                raise ValueError(f"Capacity of {name}: {', '.join(unknown)} is not one of {', '.join(_FIELDS)}.")
            for field, most in capacity.items():
                condition |= Q(**{"name": name, f"sum_{field}__gt": most})
        clusters = objects.filter(name__in=tuple(self.values["capacity"])).annotate(**sums).filter(condition)
        for row in self.rows(clusters, *sums):
            capacity = self.values["capacity"][row["subject_name_0"]]
            for field, label in _FIELDS.items():
                total = row[f"sum_{field}"]
                if field in capacity and total is not None and total > capacity[field]:
                    yield self.finding(
                        row,
                        context,
                        f"The virtual machines have {total} {label}, the cluster has {capacity[field]}.",
                        key=field,
                    )
