"""VIRTUALIZATION-CLUSTER-001: cluster without hosts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import DEVICE_TO_CLUSTER
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count


class ClusterWithoutHosts(Check):
    """Clusters whose virtual machines run nowhere."""

    id = "VIRTUALIZATION-CLUSTER-001"
    title = "Cluster without hosts"
    severity = Severity.LOW
    model = "virtualization.cluster"
    description = (
        "Virtual machines with one of the statuses are in the cluster, and no device is a host of it, while another "
        "cluster of the same type has hosts. Types without any host, such as those of public clouds, are left alone. "
        "Nobody can tell what fails together with a host."
    )
    remedy = "Assign the hosts to the cluster, or correct its type."
    tags = ("virtualization",)
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of virtual machines that count.")}
    since = "0.1.0"
    bad = "The KVM cluster lon01-cl-01 has virtual machines and no hosts; the KVM cluster ams01-cl-01 has three."
    good = "No cluster of the type Amazon Web Services has hosts."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Clusters with virtual machines and without hosts, of types with hosts."""
        hosts = Device.objects.filter(**{DEVICE_TO_CLUSTER: OuterRef("pk")}).order_by()
        of_type = Device.objects.filter(**{f"{DEVICE_TO_CLUSTER}__cluster_type": OuterRef("cluster_type")}).order_by()
        machines = VirtualMachine.objects.filter(
            cluster=OuterRef("pk"), status__name__in=self.values["statuses"]
        ).order_by()
        clusters = objects.filter(Exists(machines), ~Exists(hosts), Exists(of_type)).annotate(machines=count(machines))
        for row in self.rows(clusters, "machines", "cluster_type__name"):
            yield self.finding(
                row,
                context,
                f"The cluster has virtual machines ({row['machines']}) and no hosts.",
                details={"type": row["cluster_type__name"]},
            )
