"""EXTRAS-CONTEXT-006: config contexts of equal weight set different values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django.db.models import OuterRef, QuerySet
from nautobot.extras.models import ConfigContext

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._matching import Matching, differing


class ConflictingContexts(Check):
    """Pairs of config contexts between which only their names decide."""

    id = "EXTRAS-CONTEXT-006"
    title = "Config contexts of equal weight disagree"
    severity = Severity.MEDIUM
    model = "extras.configcontext"
    description = (
        "Two active config contexts of the same weight apply to at least one common device or virtual machine and set "
        "the same key to different values. Keys of objects inside the data are compared one by one; lists as a whole, "
        "as Nautobot does not merge them. Which one wins is then decided by their names, in alphabetical order: the "
        "result changes when somebody renames one. Reported on the context that loses."
    )
    remedy = "Give the more specific of the two the higher weight, or take the key out of one of them."
    tags = ("config-context",)
    since = "0.1.0"
    bad = 'The role context "Core switches" and the site context "AMS01", both of weight 1000, set another "mtu".'
    good = '"AMER services" and "EMEA services" have one weight and other values of "dns", but no device is in both.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Pairs that both apply somewhere and disagree."""
        # Five queries: contexts, trees, devices, virtual machines, rows. See `_matching`.
        disagreeing = self._disagreeing()
        if not disagreeing:
            return
        named = ConfigContext.objects.restrict(context.user, "view").filter(weight=OuterRef("weight"))
        for row in self.rows(
            objects.filter(pk__in=disagreeing).annotate(named=collect(named, "name")), "weight", "named"
        ):
            for winner, name, keys, number in disagreeing[row["pk"]]:
                known = name in (row["named"] or ())
                yield self.finding(
                    row,
                    context,
                    "Another config context of the same weight sets other values.",
                    key=str(winner),
                    details={
                        "other": name if known else "",
                        "keys": ", ".join(keys),
                        "weight": str(row["weight"]),
                        "objects": str(number),
                    },
                )

    @staticmethod
    def _disagreeing() -> dict[Any, list[tuple[Any, str, list[str], int]]]:
        """Key of the one that loses: key and name of each that wins, what differs, and the number of common objects."""
        matching = Matching()
        candidates = {
            (one.pk, other.pk): (other.name, keys)
            for one, other in combinations(matching.contexts, 2)
            if one.weight == other.weight and (keys := list(differing(one.data, other.data)))
        }
        if not candidates:
            return {}
        together: Counter[tuple[Any, ...]] = Counter()
        for applying, number in matching.counted():
            together[tuple(applied.pk for applied in applying)] += number
        common: Counter[tuple[Any, Any]] = Counter()
        for keys, number in together.items():
            for pair in combinations(keys, 2):
                if pair in candidates:
                    common[pair] += number
        disagreeing = defaultdict(list)
        for (loser, winner), number in common.items():
            disagreeing[loser].append((winner, *candidates[loser, winner], number))
        return disagreeing
