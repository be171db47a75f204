"""Imports of what 2.0 removed are marked."""

import pytest
from migrating import after, assert_untouched
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.code_removals import CodeRemovals


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from nautobot.extras.jobs import Job, get_jobs", "get_jobs is gone, see"),
        ("from nautobot.extras.jobs import run_job", "run_job is gone: a Job is started with JobResult.enqueue_job()"),
        ("from nautobot.dcim.api.nested_serializers import X", "nautobot.dcim.api.nested_serializers is gone"),
        ("import nautobot.dcim.api.nested_serializers", "nautobot.dcim.api.nested_serializers is gone"),
        ("def f():\n    from nautobot.extras.utils import get_job_content_type", "get_job_content_type is gone"),
    ],
)
def test_is_marked(code, reason):
    text = after(code + "\n", CodeRemovals())
    assert reason in text
    assert [line for line in text.splitlines() if "# TODO(migrate)" not in line] == code.splitlines()


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.extras.jobs import Job",
        "from nautobot.apps.jobs import get_jobs",
        "from .jobs import get_jobs",
        "from mine.extras.jobs import get_jobs",
        "def get_jobs():\n    return []",
        "from nautobot.dcim.api import serializers",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", CodeRemovals())


def test_every_row_is_marked():
    for module, name in table("v2-code-removals").rows:
        code = f"from {module} import {'x' if name == '(all)' else name}\n"
        assert "is gone" in after(code, CodeRemovals())
