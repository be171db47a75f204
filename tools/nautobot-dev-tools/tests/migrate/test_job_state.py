"""self.failed = True becomes self.fail(); changes of the JobResult, active_test and results are left to a person."""

import pytest
from migrating import EXAMPLE, after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.job_state import JobState
from nautobot_dev_tools.migrate.transformations.log_methods import LogMethods

JOB = "from nautobot.apps.jobs import Job\n\n\nclass Example(Job):\n    def run(self):\n        "


def test_failed_becomes_fail():
    assert_becomes(JOB + "self.failed = True  # bad\n", JOB + 'self.fail("The Job failed.")  # bad\n', JobState())


def test_failed_goes_after_a_failure():
    before = JOB + 'self.log_failure("Bad")\n        self.failed = True\n'
    assert_becomes(before, JOB + 'self.fail("Bad")\n', JobState(), LogMethods())


def test_failed_needs_an_exception_before_fail_was_there():
    text = after(JOB + "self.failed = True\n", JobState(), to="2.3")
    assert "TODO(migrate): self.failed is gone: raise an exception" in text
    assert "self.failed = True" in text


@pytest.mark.parametrize(
    "code",
    [
        "if self.failed:\n            print(1)",
        'self.active_test = "x"',
        "print(self.active_test)",
        'self.results["x"] = 1',
        'self.job_result.status = "failed"',
        "self.job_result.completed = now()",
        "self.job_result.save()",
        "self.job_result.validated_save()",
        'self.job_result.set_status("x")',
        'self.job_result.data["x"] = 1',
        'print(self.data["sites"])',
    ],
)
def test_left_to_a_person(code):
    outcome = migrated(JOB + code + "\n", JobState()).outcomes[EXAMPLE]
    assert len(outcome.todos) == 1
    assert outcome.after.count("TODO(migrate)") == 1


def test_a_flag_that_log_failure_set():
    before = (
        JOB
        + 'self.failed = False\n        self.log_failure("x")\n        if self.failed:\n            raise ValueError\n'
    )
    assert [each.line for each in migrated(before, JobState()).outcomes[EXAMPLE].todos] == [8]


@pytest.mark.parametrize(
    "code",
    [
        "self.data = {}\n        print(self.data)",
        # a flag of its own, as Nautobot's page advises
        "self.failed = False\n        self.failed = True\n        if self.failed:\n            raise ValueError",
        "self.failed = []\n        self.failed.append(1)",
        "self.results = {}\n        self.results['x'] = 1",
        "print(self.job_result.id, self.job_result.user)",
        'self.job_result.log("x")',
        "device.failed = True",
        'self.fail("x")',
        "self.job_result.refresh_from_db()",
    ],
)
def test_stays(code):
    assert_untouched(JOB + code + "\n", JobState())


def test_stays_in_what_is_no_job():
    assert_untouched(
        "class Example:\n    def run(self):\n        self.failed = True\n        self.job_result.save()\n", JobState()
    )
