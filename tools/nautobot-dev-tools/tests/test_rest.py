"""The REST API of a running Nautobot, as a user with a token has it: one is booted for this module."""

import subprocess
import sys
from pathlib import Path

import pytest
from nautobot_dev_tools import exercises
from nautobot_dev_tools.containers import free_port
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import Exercise
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.instance import TOKEN
from nautobot_dev_tools.processes import wait_until
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.rest import Rest, _form

JOBS = """
from nautobot.apps.jobs import (
    BooleanVar, DryRunVar, FileVar, Job, JobButtonReceiver, JobHookReceiver, MultiChoiceVar, MultiObjectVar, ObjectVar, StringVar, register_jobs
)
from nautobot.dcim.models import Location

name = "Tiny"


class Greet(Job):
    who = StringVar(default="World")
    loud = BooleanVar(default=False)
    site = ObjectVar(model=Location, required=False)
    sites = MultiObjectVar(model=Location, required=False)
    directions = MultiChoiceVar(choices=(("n", "North"), ("e", "East")), required=False)
    letter = FileVar(required=False)
    dryrun = DryRunVar()

    class Meta:
        name = "Greet"
        dryrun_default = True
        has_sensitive_variables = False

    def run(self, *, who, loud, site=None, sites=None, directions=None, letter=None, dryrun=False):
        if who == "nobody":
            raise ValueError("nobody is there")
        self.logger.info("Hello %s", who)
        self.create_file("hello.txt", letter.read() if letter else who)
        return {
            "who": who.upper() if loud else who,
            "site": site and site.name,
            "findings": [each.name for each in sites or []],
            "changes": directions or [],
            "dryrun": dryrun,
        }


class Button(JobButtonReceiver):
    class Meta:
        name = "Button"
        has_sensitive_variables = False

    def receive_job_button(self, obj):
        self.create_file("pressed.txt", obj.name)


class Hook(JobHookReceiver):
    class Meta:
        name = "Hook"
        has_sensitive_variables = False

    def receive_job_hook(self, change, action, changed_object):
        self.create_file("changed.txt", f"{action} {changed_object.facility}")


register_jobs(Greet, Button, Hook)
"""


SAMPLE = """
from nautobot.dcim.models import Location, LocationType
from nautobot.extras.models import Status


def build(progress):
    kind = LocationType.objects.create(name="Site")
    for name in ("AMS01", "LON01"):
        Location.objects.create(name=name, location_type=kind, status=Status.objects.get(name="Active"))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("tiny")
    files = {
        "__init__.py": "",
        "jobs/__init__.py": JOBS,
        "exercises/letter.txt": "Dear all",
        "sample.py": SAMPLE,
        "pyproject.toml": '[tool.nautobot-jobs]\nname = "Tiny"\nseed = "sample:build"\n',
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return Project.find(root)


@pytest.fixture(scope="module")
def rest(project, plain_environment):
    """The API of a Nautobot with two locations."""
    port = free_port()
    environment = plain_environment | {"NAUTOBOT_PORT": str(port)}

    def command(*arguments: str) -> None:
        words = [str(Path(sys.executable).with_name("nautobot-jobs")), *arguments]
        subprocess.run(words, cwd=project.root, env=environment, stdin=subprocess.DEVNULL, check=True, timeout=300)

    try:
        command("start", "--no-watch")
        own = Rest(f"http://localhost:{port}", TOKEN)
        wait_until(own.workers, timeout=120, what="The Celery worker", interval=0.5)
        yield own
    finally:
        command("destroy")


@pytest.fixture(scope="module")
def jobs(rest, project):
    """The Jobs by class name; the Git server goes on, since Nautobot's processes look after their clones."""
    with WorkingTree(project).serve() as url:
        synced = rest.sync(rest.add_repository(project.name, project.slug, url))
        assert (synced.status, synced.problems) == ("SUCCESS", [])
        found = rest.jobs(project.slug)
        assert sorted(synced.jobs) == sorted(job.class_path for job in found)
        assert not any(job.enabled for job in found)
        for job in found:
            rest.enable(job)
        assert all(job.enabled for job in rest.jobs(project.slug))
        yield {job.name: job for job in found}


def test_health_and_workers(rest):
    assert rest.health() is True
    assert rest.workers() == 1
    assert Rest("http://127.0.0.1:1").health() is False


def test_without_a_token_nothing_is_told(rest):
    with pytest.raises(DevToolsError, match="403"):
        Rest(rest.url).jobs("tiny")


def test_no_answer():
    with pytest.raises(DevToolsError, match=r"GET http:.*/api/status/"):
        Rest("http://127.0.0.1:1", TOKEN).workers()


def test_a_repository_that_cannot_be_synced(rest):
    synced = rest.sync(rest.add_repository("Nothing", "nothing", f"http://127.0.0.1:{free_port()}/nothing.git"))

    assert synced.status == "FAILURE"
    assert synced.jobs == []
    assert synced.problems


def _run(rest, jobs, project, inputs):
    return rest.outcome(rest.run(jobs["Greet"], inputs, folder=project.exercises))


def test_defaults(rest, jobs, project):
    outcome = _run(rest, jobs, project, {})

    assert (outcome.status, outcome.exception) == ("success", None)
    assert (outcome.result["who"], outcome.result["dryrun"]) == ("World", True)
    assert (outcome.count("findings"), outcome.count("changes")) == (0, 0)
    assert outcome.log_lines >= 1
    assert 0 < outcome.seconds < 60
    assert outcome.read("hello.txt") == b"World"


def test_objects_and_lists(rest, jobs, project):
    inputs = {
        "who": "Ada",
        "loud": True,
        "site": {"name": "AMS01"},
        "sites": ["LON01", "AMS01"],
        "directions": ["n", "e"],
    }
    outcome = _run(rest, jobs, project, inputs)

    assert outcome.result["who"] == "ADA"
    assert outcome.result["site"] == "AMS01"
    assert sorted(outcome.result["findings"]) == ["AMS01", "LON01"]
    assert outcome.result["changes"] == ["n", "e"]


def test_an_upload(rest, jobs, project, tmp_path):
    outcome = _run(rest, jobs, project, {"letter": "@letter.txt", "loud": False, "who": "Zürich"})

    assert outcome.result["who"] == "Zürich"
    assert [path.read_text() for path in outcome.save_files(tmp_path)] == ["Dear all"]


def test_an_exception(rest, jobs, project):
    outcome = _run(rest, jobs, project, {"who": "nobody"})

    assert outcome.status == "failure"
    assert outcome.exception == "ValueError: nobody is there"


@pytest.mark.parametrize(
    ("inputs", "complaint"),
    [
        ({"whom": "x"}, "has no variable whom. It has: who, loud, "),
        ({"site": "AMS99"}, "There is no dcim.location with 'AMS99'"),
        ({"site": {"nmae": "x"}}, "dcim.location with .*: 400"),
        ({"letter": "letter.txt"}, "letter: a file is given as @path"),
        ({"letter": "@gone.txt"}, "letter: there is no file"),
        (
            {"letter": "@letter.txt", "directions": ["n"]},
            "directions: Nautobot's REST API takes no list beside an upload",
        ),
        ({"directions": ["x"]}, "POST .*/run/: 400"),
    ],
)
def test_inputs_that_do_not_fit(rest, jobs, project, inputs, complaint):
    with pytest.raises(DevToolsError, match=complaint):
        _run(rest, jobs, project, inputs)


def test_a_job_that_is_not_enabled(rest, jobs, project):
    rest.request("PATCH", f"/api/extras/jobs/{jobs['Greet'].pk}/", json={"enabled": False})
    try:
        with pytest.raises(DevToolsError, match="403"):
            _run(rest, jobs, project, {})
    finally:
        rest.enable(jobs["Greet"])


def _perform(rest, jobs, project, name, reports, **declared):
    exercise = Exercise(f"jobs.{name}", "x", project.exercises / "x.yml", **declared)
    return exercises.row_of(
        exercise, project, lambda _: jobs[name], lambda job: rest.perform(exercise, job), reports=reports
    )


def test_an_exercise_as_declared(rest, jobs, project, tmp_path):
    expect = {"findings": 2, "changes": 0, "files": ["hello.txt"]}
    row = _perform(rest, jobs, project, "Greet", tmp_path, inputs={"sites": ["AMS01", "LON01"]}, expect=expect)

    assert (row["job"], row["status"], row["as_expected"], row["unexpected"]) == ("Greet", "success", True, [])
    assert (tmp_path / "Greet/hello.txt").read_text() == "World"


def test_an_exercise_that_is_not_as_declared(rest, jobs, project, tmp_path):
    row = _perform(rest, jobs, project, "Greet", tmp_path, status="failure", expect={"findings": 3, "files": ["other"]})

    assert row["as_expected"] is False
    assert len(row["unexpected"]) == 3


def test_a_button(rest, jobs, project, tmp_path):
    row = _perform(rest, jobs, project, "Button", tmp_path, button={"dcim.location": {"name": "LON01"}})

    assert row["as_expected"], row
    assert (tmp_path / "Button/pressed.txt").read_text() == "LON01"


@pytest.mark.parametrize("lookups", [{"name": "AMS01"}, {}])
def test_a_hook(rest, jobs, project, tmp_path, lookups):
    hook = {"dcim.location": lookups, "update": {"facility": f"Hall {len(lookups)}"}}
    row = _perform(rest, jobs, project, "Hook", tmp_path, hook=hook)

    assert row["as_expected"], row
    assert (tmp_path / "Hook/changed.txt").read_text() == f"update Hall {len(lookups)}"
    assert rest.request("GET", "/api/extras/job-hooks/")["count"] == 0


def test_a_hook_whose_change_is_refused_is_removed(rest, jobs, project, tmp_path):
    hook = {"dcim.location": {"name": "AMS01"}, "update": {"status": "No such status"}}
    row = _perform(rest, jobs, project, "Hook", tmp_path, hook=hook)

    assert row["status"] == "not run"
    assert "refused" in row["exception"]
    assert rest.request("GET", "/api/extras/job-hooks/")["count"] == 0


def test_one_object_is_wanted(rest):
    assert rest.find("dcim.location", {})["name"] in ("AMS01", "LON01")
    assert rest.find("dcim.location", rest.find("dcim.location", "LON01")["name"])["name"] == "LON01"
    with pytest.raises(DevToolsError, match="more than one dcim"):
        rest.find("dcim.location", {"location_type__name": "Site"})
    with pytest.raises(DevToolsError, match="knows no dcim"):
        rest.find("dcim.site", {})


def test_the_list_of_every_model_is_found(rest):
    """From the model's name, as the `variables` of a Job give it."""
    from django.apps import apps
    from django.urls import NoReverseMatch, reverse
    from nautobot.core.utils.lookup import get_route_for_model

    expected = {}
    for model in apps.get_models():
        try:
            expected[model._meta.label_lower] = reverse(get_route_for_model(model, "list", api=True))
        except NoReverseMatch:
            continue

    assert len(expected) > 100
    assert {label: rest.endpoint(label) for label in expected} == expected


def test_values_beside_an_upload():
    values = {"text": "a", "number": 3, "yes": True, "no": False, "json": {"a": 1}, "none": None, "empty": []}

    assert _form(values) == {"text": "a", "number": "3", "yes": "true", "no": "false", "json": '{"a": 1}'}
