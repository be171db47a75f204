"""IPAM-PREFIX-005: wrong parent."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth
from ._prefixes import PARENT, containing, parent_name, with_parent


class PrefixParent(Check):
    """Prefixes that Nautobot shows in the wrong place of the tree."""

    id = "IPAM-PREFIX-005"
    title = "Wrong parent of a prefix"
    severity = Severity.MEDIUM
    model = "ipam.prefix"
    description = (
        "The parent is not in the prefix's namespace or does not contain it; or there is no parent, although another "
        "prefix of the namespace without parent contains it; or another child of the parent contains it and is nearer. "
        "Where none of this is so, all parents are right. Nautobot keeps them right, imports and code that bypass its "
        "models do not. Utilization, free space and the parents of new addresses are then wrong."
    )
    remedy = "Save the prefix that contains it again in Nautobot, after changing its length and back: it claims its children."
    tags = ("prefix", "import")
    since = "0.1.0"
    bad = "10.16.10.0/24 has the parent 10.0.0.0/8, although 10.16.0.0/16 exists in the same namespace."
    good = "10.16.104.0/24 of the namespace Guest has the parent 10.0.0.0/8 of Guest; 10.16.0.0/16 is in Global."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes outside their parent, or inside a sibling."""
        inside = Q(
            namespace=F("parent__namespace"),
            ip_version=F("parent__ip_version"),
            network__gte=F("parent__network"),
            broadcast__lte=F("parent__broadcast"),
            prefix_length__gt=F("parent__prefix_length"),
        )
        # Siblings only: to look among all prefixes would compare each with half of the others.
        sibling = containing(parent=OuterRef("parent"), namespace=OuterRef("namespace"))
        root = containing(parent=None, namespace=OuterRef("namespace"))
        prefixes = objects.annotate(outside=truth(Q(parent__isnull=False) & ~inside)).filter(
            Q(outside=True) | Q(parent__isnull=False) & Q(Exists(sibling)) | Q(parent=None) & Q(Exists(root))
        )
        for row in self.rows(with_parent(prefixes, context.user), "outside", "parent", *PARENT):
            if row["outside"]:
                message = "Its parent does not contain it."
            elif row["parent"]:
                message = "Another child of its parent contains it."
            else:
                message = "It has no parent, although another prefix contains it."
            yield self.finding(row, context, message, details={"parent": parent_name(row)})
