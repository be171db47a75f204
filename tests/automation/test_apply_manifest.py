"""Automation manifests, applied: what they create, change, remove and leave alone."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.extras.models import Job
from nautobot.users.models import ObjectPermission

from jobs.automation.apply_manifest import ApplyAutomationManifest
from jobs.automation.export_manifest import ExportAutomationManifest


OWN = ("ApplyAutomationManifest", "ExportAutomationManifest")


def upload(text, name="automation.yml"):
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def apply(run_job):
    """A function that applies a manifest: ``apply("jobs: …", user=None, dryrun=False, prune=False)``."""

    def run(text, *, user=None, dryrun=False, **inputs):
        values = {"manifest_file": upload(f"manifest: test\n{text}"), "dryrun": dryrun, **inputs}
        return run_job(ApplyAutomationManifest, values, user=user)

    return run


# The manifest of this collection


def test_shipped_manifest_applied_exported_and_applied_again(run_job, db):
    Job.objects.filter(module_name__startswith="jobs.").exclude(job_class_name__in=OWN).update(enabled=False)
    run = run_job(ApplyAutomationManifest, {"shipped": True, "dryrun": False})
    assert run.status == "SUCCESS", (run.messages(), run.exception)
    assert Group.objects.filter(name="Job operators").exists()
    assert ObjectPermission.objects.get(name="Jobs: run audits").groups.count() == 3
    assert not Job.objects.get(job_class_name="HelloWorld").enabled
    assert Job.objects.get(job_class_name="CablingAudit").enabled
    exported = run_job(ExportAutomationManifest, {})
    assert exported.status == "SUCCESS", (exported.messages(), exported.exception)
    text = exported.files["automation.yml"].decode()
    print(text)
    for inputs in ({"shipped": True}, {"manifest_file": upload(text)}):
        again = run_job(ApplyAutomationManifest, {**inputs, "dryrun": False})
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0), again.messages()
