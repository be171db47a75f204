"""The repository's root is a package."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, NewFile, Rule


class RootInitMissing(Rule):
    """Nautobot imports a Git repository as a package that has the repository's slug as its name, and its Jobs as `<slug>.jobs`.

    Without an `__init__.py` at the root that package is none: nothing is found, and the sync ends without a Job.
    """

    id = "JOB101"
    name = "root-init-missing"
    severity = ERROR
    title = "The repository's root has no `__init__.py`"
    bad = {"jobs/__init__.py": '"""Jobs."""\n'}
    good = {"__init__.py": '"""Jobs."""\n', "jobs/__init__.py": '"""Jobs."""\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find it missing."""
        if "__init__.py" not in context.files:
            message = "Nautobot imports the repository's root as a package: add an `__init__.py` to it, with nothing but a docstring."
            fix = NewFile(
                "__init__.py", '"""Nautobot imports the repository as a package, and so needs this file."""\n'
            )
            yield Found("__init__.py", 1, 1, message, fix)
