"""Class paths of Jobs in strings have dots."""

import pytest
from migrating import EXAMPLE, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.class_paths import ClassPaths


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('get_job("local/users/CheckUser")', 'get_job("users.CheckUser")'),
        ("PATH = 'plugins/my_app.jobs/Backup'", "PATH = 'my_app.jobs.Backup'"),
        ('PATH = "git.my_repo/users/CheckUser"  # ours', 'PATH = "my_repo.jobs.users.CheckUser"  # ours'),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", ClassPaths())


def test_slug_with_hyphens():
    outcome = migrated('PATH = "git.my-repo/users/CheckUser"\n', ClassPaths()).outcomes[EXAMPLE]
    assert 'PATH = "my_repo.jobs.users.CheckUser"\n' in outcome.after
    assert len(outcome.todos) == 1


def test_address_of_the_rest_api():
    outcome = migrated('url = "/api/extras/jobs/local/users/CheckUser/run/"\n', ClassPaths()).outcomes[EXAMPLE]
    assert len(outcome.todos) == 1
    assert "local/users/CheckUser" in outcome.after


@pytest.mark.parametrize(
    "code",
    [
        'path = "/usr/local/bin/thing"',
        'path = "local/users"',
        'path = "local/users/check-user"',
        'path = "plugins/a/b/c"',
        'url = "https://git.example.com/a/b"',
        'path = "users.CheckUser"',
        '"""See local/users/CheckUser for more."""',
        'path = f"local/users/{name}"',
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", ClassPaths())
