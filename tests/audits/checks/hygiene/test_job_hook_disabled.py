"""EXTRAS-JOBHOOK-001: which job hooks are disabled."""

from jobs.audits.checks.hygiene import DisabledJobHook


def test_disabled(found, make_job):
    from nautobot.extras.models import JobHook

    job = make_job("Receiver")
    JobHook.objects.bulk_create([JobHook(name="on", job=job), JobHook(name="off", job=job, enabled=False)])
    assert found(DisabledJobHook()) == ["off"]
