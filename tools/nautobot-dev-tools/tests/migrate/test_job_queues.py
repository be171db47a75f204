"""Queues of Jobs are objects."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.job_queues import JobQueues

HEAD = "from nautobot.extras.models import Job, JobResult, ScheduledJob\n\n"


def test_becomes():
    assert_becomes(
        HEAD + 'JobResult.enqueue_job(job, user, task_queue="bulk", x=1)\n',
        "from nautobot.extras.models import Job, JobQueue, JobResult, ScheduledJob\n\n"
        'JobResult.enqueue_job(job, user, job_queue=JobQueue.objects.get(name="bulk"), x=1)\n',
        JobQueues(),
    )


@pytest.mark.parametrize(
    "code",
    [
        "JobResult.enqueue_job(job, user, job_queue=x)",
        'class Meta:\n    task_queues = ["bulk"]',
        'app.send_task("x", task_queue="y")',
        "Job.objects.filter(job_queues__name=x)",
        "def f(queue):\n    return queue.task_queues",
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", JobQueues())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("JobResult.enqueue_job(job, user, task_queue=x)", "job_queue= takes an object of JobQueue"),
        ("Job.objects.filter(task_queues__contains=[x])", "job_queues are objects of JobQueue"),
        ("print(Job.objects.first().task_queues)", "job_queues are objects of JobQueue"),
        ("ScheduledJob.objects.filter(queue=x)", "job_queue is an object of JobQueue"),
    ],
)
def test_is_left_to_a_person(code, reason):
    text = after(HEAD + code + "\n", JobQueues())
    assert reason in text
    assert text.splitlines()[-1] == code
