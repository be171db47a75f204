"""Nautobot loads the module jobs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class JobsModuleMissing(Rule):
    """From a Git repository Nautobot loads `<slug>.jobs`: the folder `jobs` or the file `jobs.py` at the repository's root.

    Where neither is there, the sync ends with *No `jobs` submodule found*, wherever else the Jobs may be.
    """

    id = "JOB103"
    name = "jobs-module-missing"
    severity = ERROR
    title = "The repository's root has neither a folder `jobs` nor a file `jobs.py`"
    bad = {"__init__.py": '"""Jobs."""\n', "src/jobs/__init__.py": '"""Jobs."""\n'}
    good = {"__init__.py": '"""Jobs."""\n', "jobs/__init__.py": '"""Jobs."""\n'}

    def check(self, context: Context) -> Iterator[Found]:
        """Find both missing."""
        if any(path == "jobs.py" or path.startswith("jobs/") for path in context.files):
            return
        elsewhere = [path for path in sorted(context.files) if f"/{path}".endswith(("/jobs.py", "/jobs/__init__.py"))]
        hint = f" There is {elsewhere[0]}: move it to the root." if elsewhere else ""
        yield Found("jobs/__init__.py", 1, 1, f"Nautobot loads Jobs from `jobs` at the repository's root only.{hint}")
