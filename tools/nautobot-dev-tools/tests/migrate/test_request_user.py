"""self.request.user becomes self.user."""

import pytest
from migrating import EXAMPLE, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.request_user import RequestUser

JOB = "from nautobot.apps.jobs import Job\n\n\nclass Example(Job):\n    def run(self):\n        "


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("print(self.request.user)", "print(self.user)"),
        ("user = self.request.user  # who", "user = self.user  # who"),
        ("print(self.request.user.username)", "print(self.user.username)"),
        ('print(f"{self.request.user}")', 'print(f"{self.user}")'),
        ("objects.restrict(self.request.user, 'view')", "objects.restrict(self.user, 'view')"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(JOB + before + "\n", JOB + expected + "\n", RequestUser())


@pytest.mark.parametrize(
    "code", ["print(self.request.META)", "helper(self.request)", "self.request.build_absolute_uri()"]
)
def test_left_to_a_person(code):
    assert len(migrated(JOB + code + "\n", RequestUser()).outcomes[EXAMPLE].todos) == 1


@pytest.mark.parametrize(
    "code",
    [
        "print(self.user)",
        "print(self.request.id)",
        "print(request.user)",
        "print(self.client.request.user)",
        "self.requests = 1",
    ],
)
def test_stays(code):
    assert_untouched(JOB + code + "\n", RequestUser())


def test_stays_in_a_view():
    assert_untouched("class Example(View):\n    def get(self):\n        return self.request.user\n", RequestUser())
