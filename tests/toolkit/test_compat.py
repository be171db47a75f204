"""A Job that needs a newer Nautobot: where it is registered, and what a sync of the whole repository makes of it."""

import shutil
from pathlib import Path

import nautobot
import pytest
from nautobot.extras.datasources.git import refresh_job_code_from_repository
from nautobot.extras.models import Job
from nautobot_dev_tools import sync
from nautobot_dev_tools.demo import needs_newer
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute, registered_class

from jobs.toolkit.compat import since

SLUG = "of_two_times"
MODULE = """\"\"\"A Job for the test.\"\"\"

from nautobot.apps.jobs import Job

name = "Examples"


class {0}(Job):
    class Meta:
        name = "Example: {0}"
        has_sensitive_variables = False

    def run(self):
        return "ran"
"""


@pytest.mark.parametrize("minimum", ["2.4", "2.4.35", nautobot.__version__])
def test_registered_from_its_version_on(minimum):
    job = type("SomeJob", (), {})

    assert since(minimum, job) == (job,)
    assert job.minimum_nautobot == minimum


@pytest.mark.parametrize("minimum", ["99", "99.1", "99.0.1"])
def test_not_registered_before(minimum):
    jobs = [type("SomeJob", (), {}), type("OtherJob", (), {})]

    assert since(minimum, *jobs) == ()
    assert [job.minimum_nautobot for job in jobs] == [minimum, minimum]


@pytest.fixture
def repository(tmp_path):
    """This repository with two Jobs more: one for a Nautobot that there is, and one for a Nautobot to come."""
    ours = Project.find(Path(__file__))
    shutil.copytree(ours.root / "jobs", tmp_path / "jobs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ours.root / "__init__.py", tmp_path)
    contents = tmp_path / "jobs/__init__.py"
    text = contents.read_text()
    for name, minimum in (("Present", "2.4"), ("Future", "99.0")):
        (tmp_path / f"jobs/examples/{name.lower()}.py").write_text(MODULE.format(name))
        text = text.replace("register_jobs(\n", f"register_jobs(\n    *since({minimum!r}, {name}),\n")
        text = text.replace("\nregister_jobs(", f"from .examples.{name.lower()} import {name}\n\nregister_jobs(")
    contents.write_text(text.replace("\nregister_jobs(", "from .toolkit.compat import since\n\nregister_jobs(", 1))
    project = Project(tmp_path, ours.settings)
    project.make_state()
    yield WorkingTree(project)
    # Nautobot keeps the classes of a repository for as long as the process lives, which has other tests to run.
    refresh_job_code_from_repository(SLUG, skip_reimport=True)


@pytest.mark.django_db
def test_the_sync_goes_on_without_it(repository, superuser):
    model = sync.sync_job_model()
    repository.commit()
    with repository.serve() as url:
        record = sync.ensure_repository(name=SLUG, slug=SLUG, url=url)
        run = execute(registered_class(model.class_path), {"repository": record.pk}, superuser)

        verdict = sync.judge(record, run.job_result, repository)

    assert verdict.ok, verdict.problems
    present, future = f"{SLUG}.jobs.examples.present.Present", f"{SLUG}.jobs.examples.future.Future"
    assert present in verdict.created
    assert f"{SLUG}.jobs.examples.hello_world.HelloWorld" in verdict.created
    # The collection has Jobs of its own that need a newer Nautobot than the oldest.
    assert verdict.needs[future] == "99.0"
    assert not Job.objects.filter(job_class_name="Future").exists()
    Job.objects.filter(job_class_name="Present").update(enabled=True)
    assert execute(registered_class(present), {}, superuser).result == "ran"
    (row,) = (each for each in needs_newer(verdict.needs) if each["class_path"] == future)
    assert (row["status"], row["as_expected"]) == ("needs 99.0", True)
