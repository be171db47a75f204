"""LOADBALANCERS-POOL-002: unused load balancer pool."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class PoolUnused(Check):
    """Pools that no virtual server uses."""

    id = "LOADBALANCERS-POOL-002"
    title = "Unused load balancer pool"
    severity = Severity.LOW
    model = "load_balancers.loadbalancerpool"
    description = "No virtual server uses the load balancer pool, and nothing else but its own members refers to it."
    remedy = "Assign it to a virtual server, or delete it and its members."
    tags = ("load-balancer", "unused")
    since = "0.1.0"
    bad = "The pool web-2019 is left over."
    good = "The pool web is used by one virtual server, which is disabled."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Pools that nothing but their members refers to."""
        pools = objects.filter(unused(objects.model, ignoring=("load_balancers.loadbalancerpoolmember",)))
        for row in self.rows(pools):
            yield self.finding(row, context, "No virtual server uses the pool.")
