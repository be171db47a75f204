"""Where Nautobot's names were in version 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

# What went with 2.0; tests/check/test_facts.py looks for it in the Nautobot installed.
GONE = {
    "nautobot.extras.scripts": "scripts are Jobs: from nautobot.apps.jobs import Job",
    "nautobot.extras.reports": "reports are Jobs: from nautobot.apps.jobs import Job",
    "nautobot.utilities": "it is nautobot.core, and for authors nautobot.apps",
    "nautobot.extras.jobs.Script": "it is Job",
    "nautobot.extras.jobs.Report": "it is Job",
}


class V1Import(Rule):
    """Nautobot 2.0 has moved and removed modules. One import that fails ends the sync of the whole repository.

    What is meant for authors of Jobs is in `nautobot.apps`, and stays there.
    """

    id = "JOB325"
    name = "v1-import"
    severity = ERROR
    title = "A module or name of Nautobot 1 is imported, which Nautobot 2.0 has moved or removed"
    bad = '''"""An example."""

from nautobot.utilities.utils import normalize_querydict

__all__ = ["normalize_querydict"]
'''
    good = '''"""An example."""

from nautobot.core.utils.requests import normalize_querydict

__all__ = ["normalize_querydict"]
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find imports of them; who tries an import knows that it may fail."""
        for code in context.code:
            for node in code.imports:
                for name in self._names(node):
                    gone = next((each for each in GONE if f"{name}.".startswith(f"{each}.")), None)
                    if gone and not code.is_tried(node):
                        yield context.found(code.module, node, f"Nautobot 2.0 has no {gone} any more: {GONE[gone]}.")
                        break

    def _names(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        return [] if node.level else [f"{node.module}.{alias.name}" for alias in node.names]
