"""Notify, started by Celery beat: what failed is told once, although the schedule comes again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from nautobot.extras.models import ExternalIntegration, Job, JobResult, ScheduledJob
from nautobot_dev_tools.processes import wait_until

from jobs.toolkit.compat_automation import celery_options

pytestmark = pytest.mark.usefixtures("sample_data")


def test_a_schedule_tells_once(in_jobs_root, web):
    instance = in_jobs_root("Notify")
    user, job = instance.ensure_admin(), Job.objects.get(job_class_name="Notify")
    JobResult.objects.all().delete()
    failed = JobResult.objects.create(name="Device audit", status="FAILURE", user=user)
    JobResult.objects.filter(pk=failed.pk).update(date_done=timezone.now() - timedelta(minutes=5))
    config = {"notify": "generic", "for": "others"}
    hook = ExternalIntegration(name="Chat", remote_url=f"{web.url}/hook", timeout=5, extra_config=config)
    hook.validated_save()
    instance.start_worker(concurrency=1)
    instance.wait_for_worker()
    instance.start_beat()
    instance.wait_for_beat()

    runs = JobResult.objects.filter(job_model=job)
    for number in (1, 2):
        ScheduledJob(
            name=f"Tell {number}",
            task=job.class_path,
            job_model=job,
            user=user,
            interval="future",
            start_time=timezone.now() + timedelta(seconds=1),
            one_off=True,
            job_queue=job.default_job_queue,
            kwargs={"webhooks": [str(hook.pk)], "dryrun": False},
            celery_kwargs=celery_options(
                job.default_job_queue,
                profile=False,
                console_log=False,
                ignore_singleton_lock=False,
                soft_time_limit=0,
                time_limit=0,
            ),
        ).validated_save()
        wait_until(
            lambda wanted=number: runs.filter(status__in=("SUCCESS", "FAILURE")).count() == wanted,
            timeout=120,
            what="The scheduled run",
            alive=instance.beat.ensure_alive,
        )

    assert [(run.status, run.result["sent"]) for run in runs.order_by("date_created")] == [
        ("SUCCESS", 1),
        ("SUCCESS", 0),
    ]
    [(method, path, _, body)] = web.requests
    assert (method, path, [item["id"] for item in body["items"]]) == ("POST", "/hook", [str(failed.pk)])
