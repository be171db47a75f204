"""What every changing Job does, by its exercises on the example network."""

import pytest
from django.http import QueryDict
from nautobot.extras.models import ObjectChange
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises
from nautobot_dev_tools.loading import runnable
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute

from jobs.toolkit.changes import ChangeMixin

CHANGING = {
    path: job for path, job in registry["jobs"].items() if path.startswith("jobs.") and issubclass(job, ChangeMixin)
}
# What those of jobs/network change hangs on what devices and servers answer: tests/network applies it, and undoes it.
ALONE = {path: job for path, job in CHANGING.items() if not path.startswith("jobs.network.")}
EXERCISES = [
    pytest.param(exercise, id=f"{exercise.job.rsplit('.', 1)[-1]}: {exercise.title}")
    for exercise in runnable(exercises.load(Project.find()))
    if exercise.job in ALONE
]
GOOD = [case for case in EXERCISES if case.values[0].status == "success"]

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def run(superuser):
    """Run an exercise, applied or not."""

    def once(exercise, **others):
        job = ALONE[exercise.job]
        return execute(job, exercises.arguments(exercise, job, superuser) | others, superuser)

    return once


def test_each_has_an_exercise_that_changes_something():
    shown = {case.values[0].job for case in GOOD if case.values[0].expect.get("changes")}
    assert set(ALONE) - shown == set()


@pytest.fixture
def review(run, rows):
    """Run an exercise dry: it ends as declared, and leaves nothing in the database."""

    def reviewed(exercise):
        before, logged = rows(), ObjectChange.objects.count()
        outcome = run(exercise, dryrun=True)
        assert (outcome.exception, outcome.status.lower()) == (None, exercise.status)
        assert rows() == before
        assert ObjectChange.objects.count() == logged
        assert "undo.json" not in outcome.files
        return outcome

    return reviewed


@pytest.mark.parametrize("exercise", [case for case in EXERCISES if case not in GOOD])
def test_refuses_and_writes_nothing(exercise, review):
    review(exercise)


@pytest.mark.parametrize("exercise", GOOD)
def test_applies_what_was_reviewed_once_and_comes_back(exercise, run, review, comes_back):
    """The plan that is applied has the fingerprint of the reviewed one, or the Job would refuse."""
    reviewed = review(exercise)
    if not reviewed.result["changes"]:  # those that go through a large network, and find it as it is asked to be
        assert (exercise.rehearse, run(exercise, dryrun=False).result["applied"]) == (True, False)
        return
    with comes_back() as applied:
        applied.run = run(exercise, dryrun=False, only_if=reviewed.result["fingerprint"])
        assert (applied.run.exception, applied.run.status) == (None, "SUCCESS")
        assert {"plan.html", "plan.csv", "plan.json", "undo.json"} <= set(applied.run.files)
        counts = ("changes", "created", "updated", "deleted", "fingerprint")
        assert {name: applied.run.result[name] for name in counts} == {name: reviewed.result[name] for name in counts}
        again = run(exercise, dryrun=False)
        assert (again.status, again.result["changes"], "undo.json" in again.files) == ("SUCCESS", 0, False)


@pytest.mark.parametrize("job", CHANGING.values(), ids=lambda job: job.__name__)
def test_is_a_dry_run_if_a_caller_of_the_rest_api_does_not_say(job):
    """Nautobot takes what is left out for no tick; of a browser, which sends no more, it is one that was taken away."""
    form = job.as_form_class()
    sent = [{}, {"dryrun": False}, QueryDict(""), QueryDict("dryrun=on")]
    assert [form(data)["dryrun"].data for data in sent] == [True, False, False, True]


@pytest.mark.parametrize("job", CHANGING.values(), ids=lambda job: job.__name__)
def test_is_a_dry_run_unless_told_otherwise(job):
    assert job.Meta.dryrun_default is True
    assert job.Meta.read_only is False
