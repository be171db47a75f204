"""What the administrator's guide says of permissions and of the REST API is what Nautobot does."""

import json
import re
from unittest import mock

import nautobot
import pytest
from documents import ROOT, blocks
from nautobot.extras.models import FileProxy, Job, JobResult, ScheduledJob
from nautobot.users.models import Token
from packaging.version import Version

from jobs.audits.connections import ConnectionAudit

PAGE = ROOT / "docs" / "admin" / "permissions.md"
ROW = re.compile(r"^\| (\w+) \\\| ([\w ]+) \| (\w+) \| `(\{.*\})` \|", re.MULTILINE)
ROLE = {
    f"{app_label}.{action}_{model.replace(' ', '')}": json.loads(constraints) or None
    for app_label, model, action, constraints in ROW.findall(PAGE.read_text(encoding="utf-8"))
}

# Nautobot asked for no permission on the log before.
LOG_COMES_WITH_RESULT = Version(nautobot.__version__) < Version("3.1")

pytestmark = pytest.mark.usefixtures("sample_data", "db")


@pytest.fixture
def worker():
    """The web server thinks that there is one, and that it has got the run."""
    with (
        mock.patch("nautobot.extras.views.get_worker_count", return_value=1),
        mock.patch("nautobot.extras.api.views.get_worker_count", return_value=1),
        mock.patch.object(JobResult, "enqueue_job", autospec=True) as enqueue,
    ):
        yield enqueue


@pytest.fixture
def can(make_user, client, run_job, superuser):
    """A function that says what a user with these permissions can do, by the permission that it takes."""

    def can(permissions):
        user = make_user("operator", permissions)
        run = run_job(ConnectionAudit, {"everything": True}, user=user)
        file = FileProxy.objects.filter(job_result=run_job(ConnectionAudit, {"everything": True}).job_result).first()
        file.job_result = run.job_result
        file.save()
        client.force_login(user)
        job = Job.objects.get(job_class_name="ConnectionAudit")
        log = client.get(f"/extras/job-results/{run.job_result.pk}/log-table/")
        return {
            "extras.view_job": client.get("/extras/jobs/").status_code == 200,
            "extras.run_job": client.get(f"/extras/jobs/{job.pk}/run/").status_code == 200,
            "extras.view_jobresult": client.get(run.job_result.get_absolute_url()).status_code == 200,
            "extras.view_joblogentry": log.status_code == 200 and b"initialization" in log.content,
            "extras.view_fileproxy": client.get("/files/download/", {"name": file.file.name}).status_code == 200,
            "dcim.view_device": "refused" not in run.result,
        }

    return can


def test_role(can):
    able = can(ROLE)
    assert set(able) == set(ROLE)
    assert all(able.values()), able


@pytest.mark.parametrize("missing", sorted(ROLE))
def test_each_line_of_the_role_is_needed(can, missing):
    able = can({name: constraints for name, constraints in ROLE.items() if name != missing})
    assert able[missing] == (missing == "extras.view_joblogentry" and LOG_COMES_WITH_RESULT)


def test_a_role_is_limited(make_user, client, run_job):
    """By its constraints: to Jobs of the group, and to results of one's own."""
    client.force_login(make_user("operator", ROLE))
    other = Job.objects.get(job_class_name="HelloWorld")
    assert client.get(f"/extras/jobs/{other.pk}/run/").status_code == 404
    result = run_job(ConnectionAudit, {"everything": True}).job_result
    assert client.get(result.get_absolute_url()).status_code == 404
    file = FileProxy.objects.filter(job_result=result).first()
    assert client.get("/files/download/", {"name": file.file.name}).status_code == 404


@pytest.fixture
def post(make_user, client):
    """A function that starts the Connection audit over the REST API with a body, as a user of the role."""
    token = Token.objects.create(user=make_user("operator", ROLE))

    def post(body):
        job = Job.objects.get(job_class_name="ConnectionAudit")
        return client.post(
            f"/api/extras/jobs/{job.pk}/run/",
            data=json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Token {token.key}"},
        )

    return post


def body_on(page):
    (block,) = [block for block in blocks(ROOT / "docs" / page) if block.language == "json"]
    return json.loads(block.text)


def test_run_over_the_rest_api(post, worker, superuser):
    record = Job.objects.get(job_class_name="ConnectionAudit")
    worker.side_effect = lambda *_, **__: JobResult.objects.create(name="x", job_model=record, user=superuser)
    answer = post(body_on("user/running.md"))
    assert answer.status_code == 201, answer.content
    assert worker.called


def test_schedule_over_the_rest_api(post, worker):
    """Without any permission on schedules."""
    answer = post(body_on("admin/schedules.md"))
    assert answer.status_code == 201, answer.content
    assert not worker.called
    schedule = ScheduledJob.objects.get(name="Connection audit, each night")
    assert (schedule.interval, schedule.crontab, schedule.user.username) == ("custom", "0 3 * * *", "operator")
