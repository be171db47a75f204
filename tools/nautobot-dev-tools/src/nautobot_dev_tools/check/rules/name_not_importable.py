"""Names that no import statement can have."""

from __future__ import annotations

import keyword
from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class NameNotImportable(Rule):
    """Nautobot's loader takes a file such as `check-vlans.py`, but no `import` can name it: no central registration, and no test.

    Its name is part of the class path by which Nautobot knows the Job, so the later it is changed, the more schedules are lost.
    """

    id = "JOB107"
    name = "name-not-importable"
    severity = WARNING
    title = "The name of a file or folder below `jobs` is no name in Python"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/check-vlans.py": '"""No module can import this."""\n',
    }
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/check_vlans.py": '"""Every module can."""\n',
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find names that are no identifiers, and keywords."""
        for path in context.files:
            parts = path.removesuffix(".py").split("/")
            wrong = [part for part in parts if not part.isidentifier() or keyword.iskeyword(part)]
            if parts[0] == "jobs" and wrong and not any("." in part for part in parts):
                yield Found(
                    path, 1, 1, f"No import statement can name {wrong[0]!r}: use letters, digits and underscores."
                )
