"""EXTRAS-JOBBUTTON-001: which job buttons are disabled."""

from jobs.audits.checks.hygiene import DisabledJobButton


def test_disabled(found, make_job):
    from nautobot.extras.models import JobButton

    job = make_job("Receiver")
    JobButton.objects.bulk_create([JobButton(name="on", job=job), JobButton(name="off", job=job, enabled=False)])
    assert found(DisabledJobButton()) == ["off"]
