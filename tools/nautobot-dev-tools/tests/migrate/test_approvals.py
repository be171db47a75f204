"""Approvals are workflows since 3.0."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.approvals import Approvals

JOB = """\
from nautobot.apps.jobs import Job
from nautobot.extras.models import Job as JobModel, ScheduledJob


class Example(Job):
    class Meta:
        name = "x"
"""


def test_false_goes():
    assert_becomes(
        JOB + "        approval_required = False\n        hidden = True\n", JOB + "        hidden = True\n", Approvals()
    )


@pytest.mark.parametrize(
    "code",
    [
        "",
        "\n\nprint(ScheduledJob.objects.first().approval_required)",
        "        hidden = True  # no approval",
        "\n\nclass Other:\n    class Meta:\n        approval_required = True",
    ],
)
def test_stays(code):
    assert_untouched(JOB + code + "\n", Approvals())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("        approval_required = True", "approval_required is ignored"),
        ("\n\nJobModel.objects.filter(approval_required=True)", "Job.approval_required is gone"),
        ("\n\nScheduledJob.objects.first().approved_by_user", "ScheduledJob.approved_by_user is gone"),
        ('\n\nuser.has_perm("extras.approve_job")', "extras.change_approvalworkflowstage"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(JOB + code + "\n", Approvals())
    assert reason in text
    assert text.endswith(code.lstrip("\n") + "\n")
