"""IPAM-PREFIX-004: overlap of namespaces."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.ipam.models import Namespace, Prefix

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, visible_value


class PrefixInNamespaces(Check):
    """Networks that two namespaces claim, although routes lead from one to the other."""

    id = "IPAM-PREFIX-004"
    title = "Overlap of namespaces"
    severity = Severity.MEDIUM
    model = "ipam.prefix"
    description = (
        "The prefix is, or is part of, a prefix of another namespace, and both namespaces are in one of the groups that "
        "must not overlap. Containers may overlap; prefixes with one of the statuses are left alone, on both sides. Not "
        "asked unless namespaces are named: that they may overlap is what namespaces are for. Between networks that are "
        "routed to each other, one of the two cannot be reached."
    )
    remedy = "Renumber one of the networks, or delete the prefix that does not exist."
    tags = ("prefix", "namespace", "duplicate")
    parameters = {
        "distinct": Parameter(
            (), 'Groups of names of namespaces that must not overlap: (("Global", "Data centre"),); () for no policy.'
        ),
        "statuses": Parameter(("Deprecated",), "Names of the statuses of prefixes that do not count."),
    }
    since = "0.1.0"
    bad = "Global and Data centre must not overlap; both have 10.16.20.0/24."
    good = "10.16.104.0/24 of the namespace Guest is part of 10.16.0.0/16 of Global, a container."
    policy = {"distinct": [["Global", "Data centre"]]}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["distinct"] else "No policy says which namespaces must not overlap."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes that are in a prefix of another namespace of their group."""
        left_alone = Q(type="container") | Q(status__name__in=self.values["statuses"])
        around = (
            Prefix.objects.filter(
                ~left_alone,
                ip_version=OuterRef("ip_version"),
                network__lte=OuterRef("network"),
                broadcast__gte=OuterRef("broadcast"),
            )
            .exclude(namespace=OuterRef("namespace"))
            .order_by()
        )
        condition = Q(pk__in=[])
        named: set[str] = set()
        for group in self.values["distinct"]:
            names = tuple(group)
            named.update(names)
            condition |= Q(namespace__name__in=names) & Q(Exists(around.filter(namespace__name__in=names)))
        visible = around.restrict(context.user, "view").filter(
            namespace__name__in=named,
            namespace__in=Namespace.objects.restrict(context.user, "view").order_by().values("pk"),
        )
        prefixes = objects.filter(condition, ~left_alone).annotate(
            others=collect(visible, "namespace__name"), own=visible_value(Namespace, context.user, "namespace")
        )
        for row in self.rows(prefixes, "own", "others"):
            yield self.finding(
                row,
                context,
                "A prefix of another namespace contains this one.",
                details={"namespace": row["own"] or "", "overlaps": ", ".join(sorted(set(row["others"] or ())))},
            )
