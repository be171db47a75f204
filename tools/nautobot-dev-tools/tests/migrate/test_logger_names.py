"""Loggers of Nautobot by their new names."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.tables import table
from nautobot_dev_tools.migrate.transformations.logger_names import LoggerNames


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('logging.getLogger("nautobot.jobs")', 'logging.getLogger("nautobot.extras.jobs")'),
        ("getLogger('nautobot.jobs.mine.Example')", "getLogger('nautobot.extras.jobs.mine.Example')"),
        ('logging.getLogger("nautobot.dcim.cable")', 'logging.getLogger("nautobot.dcim.signals.cable")'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", LoggerNames())


@pytest.mark.parametrize(
    "code",
    [
        "logging.getLogger(__name__)",
        'logging.getLogger("nautobot.extras.jobs")',
        'logging.getLogger("nautobot.jobsmine")',
        'print("nautobot.jobs", logging.getLogger())',
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", LoggerNames())


def test_one_that_is_two_is_left_to_a_person():
    assert "is two now" in after('logging.getLogger("nautobot.releases")\n', LoggerNames())


def test_every_row_is_known():
    for old, _ in table("v2-logging-renamed-loggers").rows:
        code = f'logging.getLogger("{old.replace("*", "x")}")\n'
        assert after(code, LoggerNames()) != code
