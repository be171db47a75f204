"""Jobs and their variables are imported from nautobot.apps.jobs; Script and Report become Job."""

import pytest
from migrating import EXAMPLE, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.job_imports import JobImports


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "from nautobot.extras.jobs import Job, StringVar  # jobs",
            "from nautobot.apps.jobs import Job, StringVar  # jobs",
        ),
        ("from nautobot.extras.jobs import *", "from nautobot.apps.jobs import *"),
        ("from nautobot.jobs import Job", "from nautobot.apps.jobs import Job"),
        (
            "from nautobot.extras.jobs import (\n    Job,\n    StringVar,\n)",
            "from nautobot.apps.jobs import (\n    Job,\n    StringVar,\n)",
        ),
        (
            "import nautobot.extras.jobs as jobs\n\n\nclass A(jobs.Job):\n    pass",
            "import nautobot.apps.jobs as jobs\n\n\nclass A(jobs.Job):\n    pass",
        ),
        ("from nautobot.extras import jobs", "from nautobot.apps import jobs"),
        ("def f():\n    from nautobot.extras.jobs import Job\n", "def f():\n    from nautobot.apps.jobs import Job\n"),
        (
            "from extras.scripts import Script, StringVar\n\n\nclass A(Script):\n    pass",
            "from nautobot.apps.jobs import Job, StringVar\n\n\nclass A(Job):\n    pass",
        ),
        (
            "from nautobot.extras.reports import Report\n\n\nclass A(Report):\n    Report = 1",
            "from nautobot.apps.jobs import Job\n\n\nclass A(Job):\n    Job = 1",
        ),
        (
            "from extras.scripts import *\n\n\nclass A(Script):\n    pass",
            "from nautobot.apps.jobs import *\n\n\nclass A(Job):\n    pass",
        ),
        (
            "from extras.scripts import Script as S\n\n\nclass A(S):\n    pass",
            "from nautobot.apps.jobs import Job as S\n\n\nclass A(S):\n    pass",
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", JobImports())


@pytest.mark.parametrize(
    "code",
    [
        "import nautobot.extras.jobs",
        "from nautobot.extras.jobs import run_job",
        "from nautobot.extras import jobs, models",
    ],
)
def test_left_to_a_person(code):
    assert migrated(code + "\n", JobImports()).outcomes[EXAMPLE].todos


@pytest.mark.parametrize(
    "code",
    [
        "from nautobot.apps.jobs import Job",
        "from nautobot.extras.jobs import get_task_logger_of_mine",
        "from nautobot.extras.models import Job",
        "from .jobs import Job",
        "try:\n    from nautobot.apps.jobs import Job\nexcept ImportError:\n    from nautobot.extras.jobs import Job",
        'text = "nautobot.extras.jobs"',
        "from mine.scripts import Script\n\n\nclass A(Script):\n    pass",
        "from nautobot.extras.jobs_ui import x",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", JobImports())
