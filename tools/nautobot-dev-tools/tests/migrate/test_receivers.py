"""Methods of receivers have the parameters that Nautobot names."""

import pytest
from migrating import EXAMPLE, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.receivers import Receivers

HEAD = "from nautobot.apps.jobs import Job, JobButtonReceiver, JobHookReceiver\n\n\n"


@pytest.mark.parametrize(
    "code",
    [
        "class Example(JobHookReceiver):\n    def receive_job_hook(self, data, commit):\n        pass\n",
        "class Example(JobButtonReceiver):\n    def receive_job_button(self, request, obj):\n        pass\n",
    ],
)
def test_left_to_a_person(code):
    assert len(migrated(HEAD + code, Receivers()).outcomes[EXAMPLE].todos) == 1


@pytest.mark.parametrize(
    "code",
    [
        "class Example(JobHookReceiver):\n    def receive_job_hook(self, change, action, changed_object):\n        pass\n",
        "class Example(JobHookReceiver):\n    def receive_job_hook(self, change, action, changed_object, extra=None):\n        pass\n",
        "class Example(JobHookReceiver):\n    def receive_job_hook(self, *args, **kwargs):\n        pass\n",
        "class Example(JobButtonReceiver):\n    def receive_job_button(self, obj):\n        pass\n",
        "class Example(Job):\n    def receive_job_button(self, data):\n        pass\n",
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code, Receivers())
