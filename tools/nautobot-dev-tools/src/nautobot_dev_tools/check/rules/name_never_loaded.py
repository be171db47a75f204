"""Names with dots."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class NameNeverLoaded(Rule):
    """Python reads a dot in a module's name as a step into a package, so a file such as `vlans.v2.py` has no name by which it could be imported.

    The loader passes over it without a word.
    """

    id = "JOB106"
    name = "name-never-loaded"
    severity = ERROR
    title = "The name of a file or folder below `jobs` has a dot, so that Nautobot passes over it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/vlans.v2.py": '"""Nothing loads this."""\n',
    }
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/vlans_v2.py": '"""Nautobot loads this."""\n',
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find dots in names."""
        for path in context.files:
            if path.startswith("jobs/") and "." in path.removesuffix(".py"):
                yield Found(path, 1, 1, "Nautobot never loads this file, since its name has a dot: give it another.")
