"""EXTRAS-SCHEDULE-005: which schedules' inputs no longer fit."""

from uuid import uuid4

import pytest
from nautobot.extras.models import FileProxy, Job, ScheduledJob

from jobs.audits.checks.automation import ScheduleInputs
from jobs.toolkit.checks import Context


@pytest.fixture
def stored(make_schedule):
    """A function that makes a schedule of a Job with these inputs."""

    def run(module, name, **inputs):
        job = Job.objects.get(module_name=module, job_class_name=name)
        return make_schedule(job, name=str(uuid4()), kwargs=inputs)

    return run


@pytest.fixture
def problems(ask):
    return lambda: [(finding.key, finding.message) for finding in ask(ScheduleInputs(), most_queries=3)]


AUDIT = ("jobs.audits.connections", "ConnectionAudit")
FILES = ("jobs.examples.files", "FilesInAndOut")


def test_fits(lab, problems, stored):
    stored(*AUDIT, locations=[str(lab.site.pk)], fail_at="high", log_limit=5, everything=False, parameters={"a": {}})
    stored(*AUDIT, everything=True, compare_with=None, locations=[])
    assert problems() == []


def test_unknown_variable(problems, stored):
    stored(*AUDIT, sites=["a"], _task_queue="default")
    ((key, message),) = problems()
    assert (key, "no such variable" in message) == ("sites", True)


def test_objects_are_gone(lab, problems, stored):
    stored(*AUDIT, locations=[str(lab.site.pk), str(uuid4())], compare_with=str(uuid4()))
    assert sorted(key for key, _ in problems()) == ["compare_with", "locations"]


@pytest.mark.parametrize(
    ("name", "value"), [("fail_at", "sometimes"), ("log_limit", "many"), ("locations", "one"), ("compare_with", "x")]
)
def test_values_that_are_not_accepted(problems, stored, name, value):
    stored(*AUDIT, everything=True, **{name: value})
    ((key, message),) = problems()
    assert key == name
    assert str(value) not in message.partition(":")[2].split()


def test_required_and_files(problems, stored):
    stored(*FILES)
    assert [key for key, _ in problems()] == ["address_list"]
    ScheduledJob.objects.all().delete()
    stored(*FILES, address_list=str(uuid4()))
    assert "file is gone" in problems()[0][1]
    ScheduledJob.objects.all().delete()
    stored(*FILES, address_list=str(FileProxy.objects.create(name="list.csv", file="list.csv").pk))
    assert problems() == []


def test_job_without_code_and_disabled(lab, problems, stored, make_job, make_schedule):
    make_schedule(make_job("Gone", installed=False), kwargs={"a": 1})
    lab.force(stored(*AUDIT, sites=1), enabled=False)
    assert problems() == []


def test_objects_are_asked_for_once_a_model(lab, stored, superuser, django_assert_num_queries):
    for number in (2, 20):
        for _ in range(number):
            stored(*AUDIT, locations=[str(lab.site.pk), str(uuid4())])
        context = Context(superuser)
        assert context.location_names is not None
        with django_assert_num_queries(2):
            assert list(ScheduleInputs().find(ScheduledJob.objects.all(), context))
