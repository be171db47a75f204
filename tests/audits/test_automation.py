"""Automation health: what is asked, and of what a restricted user is told."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from nautobot.extras.models import GitRepository, Job, JobResult

from jobs.audits.automation import AutomationHealth

ALL = {"everything": True, "fail_at": "never", "log_limit": 0}


@pytest.fixture
def failing(db):
    """Two Jobs that have failed three times each."""
    jobs = list(Job.objects.filter(job_class_name__in=("HelloWorld", "LogLevels")).order_by("job_class_name"))
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(enabled=True)
    now = timezone.now()
    for job in jobs:
        for hours in (1, 2, 3):
            JobResult.objects.create(
                name=job.name,
                job_model=job,
                task_name=job.class_path,
                status="FAILURE",
                date_started=now - timedelta(hours=hours),
                date_done=now - timedelta(hours=hours),
            )
    return jobs


def content(run):
    return json.loads(run.files["findings.json"])


def test_finds_and_fails(run_job, failing):
    run = run_job(AutomationHealth, {"everything": True, "fail_at": "medium", "checks": ["EXTRAS-JOB-001"]})
    assert (run.status, run.result["findings"]) == ("FAILURE", 2)
    assert {finding["display"] for finding in content(run)["findings"]} == {job.name for job in failing}


def test_tells_only_of_what_the_user_may_view(run_job, failing, make_user):
    user = make_user(permissions={"extras.view_job": {"job_class_name": "HelloWorld"}})
    run = run_job(AutomationHealth, ALL, user=user)
    assert (run.status, run.result["checks"]) == ("SUCCESS", {"EXTRAS-JOB-001": 1})
    for file in run.files.values():
        assert failing[1].name.encode() not in file
    reasons = {check["id"]: check["not_asked"] for check in content(run)["checks"]}
    assert "extras.view_jobresult" in reasons["EXTRAS-RUN-001"]


def test_remotes_are_asked_on_demand(run_job, working_tree):
    GitRepository.objects.bulk_create(
        [GitRepository(name="ours", slug="ours", remote_url=working_tree, branch="nowhere", provided_contents=[])]
    )
    inputs = {**ALL, "checks": ["EXTRAS-GIT-003"]}
    assert run_job(AutomationHealth, inputs).result["findings"] == 0
    asked = {**inputs, "ask_remotes": True, "parameters": {"EXTRAS-GIT-003": {"seconds": 20}}}
    assert run_job(AutomationHealth, asked).result["checks"] == {"EXTRAS-GIT-003": 1}
