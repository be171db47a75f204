"""What was planted, and what only looks as if it were."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scale_data.plan import RULES


class Truth:
    """Collects the primary keys of defects and traps."""

    def __init__(self) -> None:
        self._defects: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in RULES}
        self._by_design: dict[str, list[str]] = defaultdict(list)

    def plant(self, defect: str, *keys: Any, **details: Any) -> None:
        """Note a defect under the key of its object, or the keys of the two ends of a link."""
        self._defects[defect]["|".join(sorted(str(key) for key in keys))] = details

    def trap(self, name: str, key: Any) -> None:
        """Note an object that is right."""
        self._by_design[name].append(str(key))

    def report(self) -> dict[str, Any]:
        """The parts of the truth file about defects and traps."""
        defects = {
            name: {
                "rule": RULES[name],
                "count": len(keys),
                "keys": sorted(keys),
                "details": {key: details for key, details in sorted(keys.items()) if details},
            }
            for name, keys in self._defects.items()
        }
        return {"defects": defects, "by_design": {name: sorted(keys) for name, keys in sorted(self._by_design.items())}}
