"""Imports of what 2.0 removed are marked."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from migrating import after, assert_untouched
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.code_removals import AGAIN, CodeRemovals, _removed


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from nautobot.extras.jobs import Job, get_job_classpaths", "get_job_classpaths is gone, see"),
        ("from nautobot.extras.choices import JobSourceChoices", "JobSourceChoices is gone: a Job's source is implied"),
        ("from nautobot.dcim.api.nested_serializers import X", "nautobot.dcim.api.nested_serializers is gone"),
        ("from nautobot.dcim.choices import SiteStatusChoices", "SiteStatusChoices is gone with its model"),
        ("from nautobot.dcim.filters import DeviceRoleFilterSet", "DeviceRoleFilterSet is gone with its model"),
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
        "from nautobot.extras.jobs import Job, get_jobs, run_job",
        "from mine.extras.jobs import get_jobs",
        "def get_jobs():\n    return []",
        "from nautobot.dcim.api import serializers",
        "from nautobot.dcim.models import SiteX\nfrom mine.choices import SiteStatusChoices",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", CodeRemovals())


OLD = "from nautobot.utilities.utils import deepmerge\n"


def test_what_means_something_else_today_is_marked_in_code_of_1x():
    assert "run_job() is Celery's now" in after(OLD + "from nautobot.extras.jobs import run_job\n", CodeRemovals())


def test_every_row_is_marked():
    for module, name in table("v2-code-removals").rows:
        code = f"from {module} import {'x' if name == '(all)' else name}\n"
        assert "# TODO(migrate)" in after(OLD + code, CodeRemovals())


def test_nothing_that_is_marked_is_there_today():
    for full in _removed():
        home, _, name = full.rpartition(".")
        if full not in AGAIN and find(home):
            assert name != "*", full
            assert not hasattr(import_module(home), name), full


def find(module):
    """Whether there is a module."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
