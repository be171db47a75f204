"""Where Nautobot's names were in version 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

# Modules that are gone, or names of nautobot.extras that moved or went with 2.0.
GONE = {
    "nautobot.extras.scripts": "scripts are Jobs: from nautobot.apps.jobs import Job",
    "nautobot.extras.reports": "reports are Jobs: from nautobot.apps.jobs import Job",
    "nautobot.extras.plugins": "it is nautobot.apps",
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
        for module, node in context.nodes:
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                gone = next((each for each in GONE if f"{name}.".startswith(f"{each}.")), None)
                if gone and context.inside(node, (ast.Try,)) is None:
                    yield context.found(module, node, f"Nautobot 2.0 has no {gone} any more: {GONE[gone]}.")
                    break
