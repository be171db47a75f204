"""The pytest plugin: this suite runs on it; here its fixtures, and whole sessions of other repositories in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from nautobot.apps.jobs import Job, ObjectVar, StringVar, register_jobs
from nautobot.dcim.models import Location, LocationType
from nautobot.extras.models import Job as JobModel
from nautobot.extras.models import JobLogEntry, JobQueue, JobResult, Status
from nautobot.extras.registry import registry
from nautobot.extras.utils import refresh_job_model_from_job_class
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.pytest_plugin import session_key


class Sample(Job):
    """What the fixtures run."""

    what = StringVar(max_length=20)
    location = ObjectVar(model=Location, required=False)

    class Meta:
        name = "Sample of the tests"
        has_sensitive_variables = False

    def run(self, *, what, location=None):
        if what == "raise":
            raise KeyError("on purpose")
        if what == "fail":
            self.fail("found something")
            return {"findings": 1}
        for _ in range(3):
            Location.objects.count()
        LocationType.objects.create(name=f"made by {self.user.username}")
        self.logger.info("First %s", what, extra={"object": location, "grouping": "one"})
        self.logger.warning("Second")
        self.create_file("a.txt", what)
        self.create_file("b.bin", b"\x00\x01")
        visible = Location.objects.restrict(self.user, "view")
        return {"findings": 0, "visible": sorted(visible.values_list("name", flat=True))}


@pytest.fixture
def sample(db):
    """The Job above, registered and recorded as those of a repository are."""
    register_jobs(Sample)
    model, _ = refresh_job_model_from_job_class(job_model_class=JobModel, job_class=Sample, job_queue_class=JobQueue)
    model.enabled = True
    model.save()
    yield Sample
    del registry["jobs"][Sample.class_path]


@pytest.fixture
def places(db):
    kind, active = LocationType.objects.create(name="Site"), Status.objects.get_for_model(Location).first()
    return [Location.objects.create(name=name, location_type=kind, status=active) for name in ("AMS01", "LON01")]


def test_what_a_run_tells(run_job, sample, places):
    run = run_job(sample, {"what": "hello", "location": places[0]})

    assert run.status == "SUCCESS"
    assert run.result == {"findings": 0, "visible": ["AMS01", "LON01"]}
    assert run.files == {"a.txt": b"hello", "b.bin": b"\x00\x01"}
    assert run.exception is None
    assert run.job_result.user.username == "superuser"
    first = next(entry for entry in run.logs if entry.message == "First hello")
    assert (first.log_level, first.grouping, first.log_object) == ("info", "one", "AMS01")
    assert first.absolute_url == places[0].get_absolute_url()
    assert run.messages("warning") == ["Second"]
    assert run.messages().index("First hello") < run.messages().index("Second")


def test_queries_are_those_of_run_alone_without_those_of_its_log(run_job, sample, monkeypatch):
    def counted(self, *, what, location=None):
        for _ in range(3):
            Location.objects.count()
        for number in range(int(what)):
            self.logger.info("Line %s", number)

    monkeypatch.setattr(sample, "run", counted)

    quiet, talkative = run_job(sample, {"what": "0"}), run_job(sample, {"what": "5"})

    assert quiet.query_count == talkative.query_count == 3
    assert len(talkative.queries) == 3 + 2 * 5
    assert sum("dcim_location" in query for query in talkative.queries) == 3
    assert sample.run is counted  # what measures is gone


def test_an_exception(run_job, sample):
    run = run_job(sample, {"what": "raise"})

    assert run.status == "FAILURE"
    assert "KeyError: 'on purpose'" in run.exception
    assert "test_pytest_plugin.py" in run.exception
    assert not LocationType.objects.filter(name__startswith="made by").exists()


def test_a_job_that_fails_itself(run_job, sample):
    run = run_job(sample, {"what": "fail"})

    assert (run.status, run.result) == ("FAILURE", {"findings": 1})
    assert run.exception is None
    assert run.messages("failure") == ["found something"]


def test_the_form_refuses(run_job, sample):
    with pytest.raises(ValidationError) as caught:
        run_job(sample, {"what": "much more than twenty letters"})
    assert set(caught.value.message_dict) == {"what"}
    assert not JobResult.objects.exists()

    with pytest.raises(ValidationError):
        run_job(sample)


def test_by_class_path(run_job, sample):
    assert run_job(sample.class_path, {"what": "x"}).status == "SUCCESS"
    with pytest.raises(DevToolsError, match=r"jobs\.nowhere\.Nothing is not registered"):
        run_job("jobs.nowhere.Nothing")


def test_a_user_with_constraints(run_job, sample, places, make_user):
    user = make_user("limited", {"dcim.view_location": {"name": "AMS01"}})

    run = run_job(sample, {"what": "x"}, user=user)

    assert run.result["visible"] == ["AMS01"]
    assert run.job_result.user == user
    assert LocationType.objects.filter(name="made by limited").exists()
    assert not user.has_perm("dcim.change_location")


def test_a_user_with_several_permissions_and_one_with_none(make_user, places):
    user = make_user("several", {"dcim.view_location": None, "dcim.change_location": {"name": "LON01"}})

    assert Location.objects.restrict(user, "view").count() == 2
    assert [each.name for each in Location.objects.restrict(user, "change")] == ["LON01"]
    assert Location.objects.restrict(make_user("nobody"), "view").count() == 0


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_run_is_rolled_back_with_its_log_and_files(run_job, sample, superuser, time):
    """Both start from the same state."""
    assert not LocationType.objects.filter(name__startswith="made by").exists()
    assert not JobResult.objects.exists()
    assert not JobLogEntry.objects.exists()

    run_job(sample, {"what": time})

    assert LocationType.objects.filter(name="made by superuser").exists()
    assert JobLogEntry.objects.exists()


def test_what_is_cached_does_not_expire():
    cache.set("kept", 1)
    assert cache.ttl("kept") is None

    def other_thread():
        cache.set("kept there", 1)

    thread = Thread(target=other_thread)
    thread.start()
    thread.join()
    assert cache.ttl("kept there") is None


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committed_database_is_reset(committed_db, session_services, request, time):
    """What is committed is visible to other processes, and gone for the next test; Nautobot's own rows stay."""
    assert not LocationType.objects.filter(name="committed").exists()
    assert Status.objects.filter(name="Active").exists()
    assert JobModel.objects.filter(module_name="nautobot.core.jobs").exists()

    LocationType.objects.create(name="committed")
    Status.objects.all().delete()

    database = request.config.stash[session_key].instance.database_name
    seen = "SELECT count(*) FROM dcim_locationtype WHERE name = 'committed'"
    assert session_services.postgres.sql(seen, database=database) == ["1"]


def test_the_jobs_of_the_repository_are_those_that_tests_import(db):
    """A class that a test imports is the very class that Nautobot runs; each has an enabled record."""
    ours = {path: job for path, job in registry["jobs"].items() if path.startswith("jobs.")}
    assert ours

    for path, job in ours.items():
        assert getattr(sys.modules[job.__module__], job.__name__) is job
        record = JobModel.objects.get(module_name=job.__module__, job_class_name=job.__name__)
        assert (record.class_path, record.enabled, record.installed) == (path, True, True)


def test_the_repository_under_a_slug_of_ones_choice(synced_repository):
    """Nothing in it may depend on what a user calls it."""
    slug = "any_slug"
    ours = {path for path in registry["jobs"] if path.startswith("jobs.")}

    verdict = synced_repository(slug)

    assert verdict.problems == []
    assert verdict.ok
    assert {path.removeprefix(f"{slug}.") for path in verdict.created} == ours
    assert ours | {f"{slug}.{path}" for path in ours} <= set(registry["jobs"])


def test_what_was_synced_is_gone_afterwards(db):
    assert not [path for path in registry["jobs"] if path.startswith("any_slug.")]
    assert not JobModel.objects.filter(module_name__startswith="any_slug.").exists()


def _pytest(root: Path, environment: dict[str, str], *arguments: str) -> SimpleNamespace:
    """A session of its own; returns its pid, exit code and output."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--import-mode=importlib", "-q", *arguments]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        stdout, stderr = process.communicate(timeout=120)
    return SimpleNamespace(pid=process.pid, returncode=process.returncode, stdout=stdout, stderr=stderr)


@pytest.fixture
def environment(plain_environment, session_services) -> dict[str, str]:
    """For another repository's session: on this session's servers, as existing ones, which saves making new ones."""
    return {
        **plain_environment,
        **session_services.postgres.environment,
        "NAUTOBOT_REDIS_SCHEME": "unix",
        "NAUTOBOT_REDIS_HOST": str(session_services.redis.socket),
        "NAUTOBOT_CELERY_BROKER_URL": os.environ["NAUTOBOT_CELERY_BROKER_URL"],
        "NAUTOBOT_DEV_TOOLS_REDIS_DATABASE": os.environ["NAUTOBOT_DEV_TOOLS_REDIS_DATABASE"],
    }


TESTS = """
import pytest
from jobs.hello import Hello


def test_run(run_job):
    run = run_job(Hello, {"who": "World"})
    assert (run.status, run.result, run.files) == ("SUCCESS", {"findings": 3}, {"hello.txt": b"Hello World"})


def test_fails(run_job):
    assert run_job(Hello, {"who": "World"}).result == {"findings": 4}
"""


def test_a_session_of_another_repository(write, hello, environment, tmp_path, session_services):
    write(hello | {"tests/test_hello.py": TESTS, "pyproject.toml": "[tool.nautobot-jobs]\n"})

    done = _pytest(tmp_path, environment)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "1 failed, 1 passed" in done.stdout
    assert "{'findings': 3} == {'findings': 4}" in done.stdout
    assert f"test_{done.pid}" not in session_services.postgres.databases()


def test_a_repository_whose_job_does_not_load(write, hello, environment, tmp_path, session_services):
    write(hello | {"jobs/hello.py": "import json\n\n1 / 0\n", "tests/test_hello.py": TESTS})

    done = _pytest(tmp_path, environment)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "The Jobs of this repository do not load" in done.stderr
    assert f'{tmp_path}/jobs/hello.py", line 3' in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert f"test_{done.pid}" not in session_services.postgres.databases()


def test_outside_a_repository_it_does_nothing(write, plain_environment, tmp_path):
    write(
        {
            "pytest.ini": "[pytest]\n",
            "test_plain.py": "import sys\n\ndef test_it():\n    assert 'nautobot' not in sys.modules\n",
        }
    )

    done = _pytest(tmp_path, plain_environment)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert not (tmp_path / ".nautobot").exists()


def test_help_boots_nothing(write, hello, plain_environment, tmp_path):
    write(hello)

    done = _pytest(tmp_path, plain_environment, "--fixtures")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "run_job" in done.stdout
    assert not (tmp_path / ".nautobot").exists()


def test_databases_of_killed_sessions_are_dropped(session_services):
    from nautobot_dev_tools.pytest_plugin import drop_leftovers

    postgres = session_services.postgres
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    killed = f"test_{ended.stdout.strip()}"
    postgres.sql(f'CREATE DATABASE "{killed}"')

    drop_leftovers(postgres)

    assert killed not in postgres.databases()
    assert f"test_{os.getpid()}" in postgres.databases()
