"""Manifests, applied and exported."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.automation.apply_manifest import ApplyAutomationManifest
from jobs.automation.export_manifest import ExportAutomationManifest


@pytest.fixture
def upload():
    """A function that makes an uploaded file."""
    return lambda text, name="automation.yml": SimpleUploadedFile(name, text.encode())


@pytest.fixture
def apply(run_job, upload):
    """A function that applies a manifest: ``apply("groups: [a]", user=None, dryrun=False, prune=False)``."""

    def run(text, *, user=None, dryrun=False, **inputs):
        values = {"manifest_file": upload(f"manifest: test\n{text}"), "dryrun": dryrun, **inputs}
        return run_job(ApplyAutomationManifest, values, user=user)

    return run


@pytest.fixture
def applied(apply):
    """A function that applies a manifest, sees that a second time changes nothing, and returns the run."""

    def run(text, **inputs):
        found = apply(text, **inputs)
        assert found.status == "SUCCESS", (found.messages(), found.exception)
        again = apply(text, **inputs)
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0), again.messages()
        return found

    return run


@pytest.fixture
def refused(apply, rows):
    """A function that applies a manifest that cannot be applied, and returns what the user is told."""

    def run(text, **inputs):
        before = rows()
        found = apply(text, **inputs)
        assert (found.exception, found.status) == (None, "FAILURE")
        assert rows() == before
        return "\n".join(found.messages("failure"))

    return run


@pytest.fixture
def exported(run_job):
    """A function that exports the present state, and returns the file."""

    def run(*, user=None, **inputs):
        found = run_job(ExportAutomationManifest, inputs, user=user)
        assert found.status == "SUCCESS", (found.messages(), found.exception)
        return found.files["automation.yml"].decode()

    return run
