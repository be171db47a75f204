"""EXTRAS-JOBHOOK-003: which job hooks are skipped for lack of permission."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from nautobot.dcim.models import Device
from nautobot.extras.models import JobHook, ObjectChange

from jobs.audits.checks.automation import SkippedJobHook


@pytest.fixture
def hook(make_job):
    """A job hook for updates of devices."""
    hook = JobHook.objects.create(name="hook", job=make_job("Check", is_job_hook_receiver=True), type_update=True)
    hook.content_types.set([ContentType.objects.get_for_model(Device)])
    return hook


@pytest.fixture
def change(db):
    """A function that makes an entry of the change log about a device."""

    def run(user, action="update", *, age=1, context="web", model=Device):
        (entry,) = ObjectChange.objects.bulk_create(
            [
                ObjectChange(
                    user=user,
                    user_name=user.username,
                    request_id=uuid4(),
                    action=action,
                    changed_object_type=ContentType.objects.get_for_model(model),
                    changed_object_id=uuid4(),
                    object_repr="device",
                    object_data={},
                    change_context=context,
                )
            ]
        )
        ObjectChange.objects.filter(pk=entry.pk).update(time=timezone.now() - timedelta(days=age))

    return run


@pytest.fixture
def skipped(ask):
    return lambda user=None, **parameters: ask(SkippedJobHook(**parameters), user, most_queries=8)


def test_user_who_may_not_run_it(skipped, hook, change, make_user):
    anna, ben = make_user("anna"), make_user("ben")
    for user in (anna, anna, ben):
        change(user)
    (finding,) = skipped()
    assert (finding.details["changes"], finding.details["users"]) == ("3", "anna, ben")


def test_names_only_whom_the_user_may_view(skipped, hook, change, make_user):
    change(make_user("anna"))
    (finding,) = skipped(make_user("auditor", permissions={"extras.view_jobhook": None}))
    assert "users" not in finding.details


def test_users_who_may(skipped, hook, change, make_user, superuser):
    change(superuser)
    change(make_user("all", permissions={"extras.run_job": None}))
    change(make_user("this", permissions={"extras.run_job": {"name": "Check"}}))
    assert skipped() == []
    change(make_user("other", permissions={"extras.run_job": {"name": "Other"}}))
    assert skipped()[0].details["users"] == "other"


def test_changes_that_it_is_not_for(skipped, hook, change, make_user):
    from nautobot.dcim.models import Location

    user = make_user("anna")
    change(user, "create")
    change(user, model=Location)
    change(user, context="job-hook")
    change(user, age=31)
    assert skipped() == []
    assert skipped(days=40)[0].details["changes"] == "1"


@pytest.mark.parametrize("off", ["hook", "job"])
def test_does_not_run_anyhow(lab, skipped, hook, change, make_user, off):
    change(make_user("anna"))
    lab.force(hook if off == "hook" else hook.job, enabled=False)
    assert skipped() == []
