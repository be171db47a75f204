"""LOADBALANCERS-SERVER-001: virtual server without pool."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity


class VirtualServerWithoutPool(Check):
    """Virtual servers with nothing behind them."""

    id = "LOADBALANCERS-SERVER-001"
    title = "Virtual server without pool"
    severity = Severity.MEDIUM
    model = "load_balancers.virtualserver"
    description = "The virtual server is enabled and has no load balancer pool. Nobody can tell which servers answer."
    remedy = "Set the pool, or disable the virtual server."
    tags = ("load-balancer",)
    since = "0.1.0"
    bad = "The virtual server www is enabled and has no pool."
    good = "The virtual server old-www has none, but is disabled."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled virtual servers without a pool."""
        for row in self.rows(objects.filter(enabled=True, load_balancer_pool__isnull=True)):
            yield self.finding(row, context, "The virtual server has no pool.")
