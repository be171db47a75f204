"""LOADBALANCERS-POOL-001: load balancer pool without active members."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count


class PoolWithoutMembers(Check):
    """Pools in which nothing answers."""

    id = "LOADBALANCERS-POOL-001"
    title = "Load balancer pool without active members"
    severity = Severity.HIGH
    model = "load_balancers.loadbalancerpool"
    description = (
        "An enabled virtual server uses the load balancer pool, and the pool has no member with the status Active."
    )
    remedy = "Add the members, or set those that serve to Active."
    tags = ("load-balancer",)
    since = "0.1.0"
    bad = "The virtual server www uses the pool web, whose two members are being decommissioned."
    good = "The pool test has no members, but no virtual server uses it."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Pools in use without an active member."""
        servers = apps.get_model("load_balancers.virtualserver").objects.filter(load_balancer_pool=OuterRef("pk"))
        members = apps.get_model("load_balancers.loadbalancerpoolmember").objects.filter(
            load_balancer_pool=OuterRef("pk")
        )
        pools = objects.filter(
            Exists(servers.filter(enabled=True).order_by()),
            ~Exists(members.filter(status__name="Active").order_by()),
        )
        for row in self.rows(pools.annotate(members=count(members)), "members"):
            details = {"members": str(row["members"])}
            yield self.finding(row, context, "The pool is in use and has no active member.", details=details)
