"""The permissions that a Job's docstring says it needs are enough, and none of them is too many: proven by its exercises."""

import pytest
from nautobot.extras.models import ObjectChange
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises, manual
from nautobot_dev_tools.loading import runnable
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute

EXERCISES = runnable(exercises.load(Project.find()))
NEEDED = [
    pytest.param(
        exercise,
        tuple(manual.permissions_for(exercise, registry["jobs"][exercise.job])),
        id=f"{exercise.job.rsplit('.', 1)[-1]}: {exercise.title}",
    )
    for exercise in EXERCISES
]
MISSING = [
    pytest.param(case.values[0], case.values[1], missing, id=f"{case.id}, without {missing}")
    for case in NEEDED
    # A run that fails for another reason anyhow would prove nothing.
    if case.values[0].status == "success" or case.values[0].expect.get("findings")
    for missing in case.values[1]
]

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def run_as(superuser, make_user):
    """Run an exercise as a user with these permissions alone; what precedes it, as the change that starts a hook, is an administrator's."""

    def run(exercise, permissions):
        job = registry["jobs"][exercise.job]
        arguments = exercises.arguments(exercise, job, superuser)
        before = ObjectChange.objects.count()
        outcome = execute(job, arguments, make_user(permissions=dict.fromkeys(permissions)))
        return outcome, ObjectChange.objects.count() - before

    return run


def count(result, what):
    return result.get(what) if isinstance(result, dict) else None


@pytest.mark.parametrize(("exercise", "permissions"), NEEDED)
def test_what_is_named_is_enough(exercise, permissions, run_as):
    run, _ = run_as(exercise, permissions)
    assert run.exception is None
    assert run.status.lower() == exercise.status
    for what in {"findings", "changes"} & set(exercise.expect):
        assert count(run.result, what) == exercise.expect[what]
    assert set(exercise.expect.get("files", [])) <= set(run.files)


@pytest.mark.parametrize(("exercise", "permissions", "missing"), MISSING)
def test_nothing_named_is_too_many(exercise, permissions, missing, run_as):
    """Without it the Job fails, names it, hands out no file and changes nothing."""
    run, changes = run_as(exercise, [permission for permission in permissions if permission != missing])
    assert run.exception is None
    assert run.status == "FAILURE"
    assert missing in " ".join(run.messages("failure"))
    assert run.files == {}
    assert changes == 0


def test_every_job_says_what_it_needs():
    jobs = [job for path, job in registry["jobs"].items() if path.startswith("jobs.")]
    assert jobs
    assert [job.__name__ for job in jobs if "Needs" not in manual.paragraphs(job)] == []


def test_every_permission_is_proven():
    proven = {(case.values[0].job, case.values[2]) for case in MISSING}
    named = {
        (path, permission)
        for path, job in registry["jobs"].items()
        if path.startswith("jobs.")
        for permission in manual.needs(job).permissions
    }
    assert named
    assert named - proven == set()
    # Those on the objects of a run are known by run alone: each Job that has such shows it by one run at least.
    with_objects = {
        path for path, job in registry["jobs"].items() if path.startswith("jobs.") and manual.needs(job).on_objects
    }
    assert with_objects - {path for path, _ in proven} == set()
