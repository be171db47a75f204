"""Source with marks: a line that a rule has to find ends with ``# <-``; all others have to stay silent."""

from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check
from nautobot_dev_tools.check.examples import read, repository
from nautobot_dev_tools.check.rules import RULES

MARK = "# <-"


def assert_marked(rule_id, text, settings=None):
    """Assert that a rule finds the marked lines of ``jobs/example.py``, and no other."""
    rules = [rule for rule in RULES if rule.id == rule_id]
    files = read(
        repository(
            {
                "__init__.py": "",
                "jobs/__init__.py": "",
                **(text if isinstance(text, dict) else {"jobs/example.py": text}),
            }
        )
    )
    found = {
        (each.found.path, each.found.line) for each in check(files, Config(settings=settings or {}), rules).findings
    }
    marked = {
        (path, number)
        for path, file in files.items()
        for number, line in enumerate(file.lines, 1)
        if line.rstrip().endswith(MARK)
    }
    assert found == marked, f"found besides: {sorted(found - marked)}; missed: {sorted(marked - found)}"
