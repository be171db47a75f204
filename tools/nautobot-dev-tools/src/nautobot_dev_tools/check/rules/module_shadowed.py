"""A module and a package of one name."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class ModuleShadowed(Rule):
    """Python takes the package of two things of one name. The file beside it is never imported, and the Jobs in it do not exist.

    It happens when `jobs.py` has grown into a folder `jobs`, and the old file was left.
    """

    id = "JOB104"
    name = "module-shadowed"
    severity = ERROR
    title = "A module is hidden by a package of the same name"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs.py": '"""What was here first."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
    }
    good = {"__init__.py": '"""Jobs."""\n', "jobs/__init__.py": '"""Jobs."""\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find files beside packages of their name."""
        for path in sorted(context.files):
            package = f"{path.removesuffix('.py')}/__init__.py"
            if path.startswith(("jobs.py", "jobs/")) and package in context.files:
                yield Found(path, 1, 1, f"{package} hides this file: nothing imports it. Move what is in it there.")
