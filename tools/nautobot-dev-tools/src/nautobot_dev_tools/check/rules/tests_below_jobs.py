"""Tests have no place below jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..context import Context
from ..rule import WARNING, Found, Rule


class TestsBelowJobs(Rule):
    """Nautobot imports every module below `jobs`, tests and scripts too, in every worker and web server.

    pytest is not installed there, so that one `import pytest` ends the sync of the whole repository; and what a script does when it is
    imported, it does there. Tests belong beside `jobs`.
    """

    id = "JOB109"
    name = "tests-below-jobs"
    severity = WARNING
    title = "A test or script lies below `jobs`, and Nautobot imports it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/test_vlans.py": '"""Tests."""\n',
    }
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "tests/test_vlans.py": '"""Tests."""\n',
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find files with the names of tests and scripts, and folders of tests."""
        for path in context.files:
            pure = PurePosixPath(path)
            if pure.parts[0] != "jobs" or len(pure.parts) == 1:
                continue
            in_tests = any(part in ("test", "tests") for part in pure.parts[1:-1])
            named = pure.name.startswith("test_") or pure.name.endswith("_test.py")
            if in_tests or named or pure.name in ("tests.py", "conftest.py", "setup.py"):
                yield Found(path, 1, 1, "Nautobot imports this wherever it loads Jobs: move it out of `jobs`.")
