"""``nautobot-jobs diff --instance``: what of a running Nautobot is touched, asked of a real one that is booted for this module."""

import base64
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.containers import free_port
from nautobot_dev_tools.diff.command import diff
from nautobot_dev_tools.diff.live import Live, named
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.instance import TOKEN
from nautobot_dev_tools.processes import wait_until
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.rest import Rest

GREET = """
from nautobot.apps.jobs import ChoiceVar, Job, StringVar

name = "Tiny"


class Greet(Job):
    who = StringVar(description="Whom to greet")
    greeting = StringVar(default="Hello")
    where = ChoiceVar(choices=(("here", "Here"), ("there", "There")), required=False)

    class Meta:
        name = "Greet everybody"
        has_sensitive_variables = False
        time_limit = 60

    def run(self, *, who, greeting="Hello", where="here"):
        self.logger.info("%s %s", greeting, who)
        return {"who": who}
"""
RECEIVERS = """
from nautobot.apps.jobs import JobButtonReceiver, JobHookReceiver


class Button(JobButtonReceiver):
    class Meta:
        name = "A button"
        has_sensitive_variables = False

    def receive_job_button(self, obj):
        self.logger.info("Pressed")


class Hook(JobHookReceiver):
    class Meta:
        name = "A hook"
        has_sensitive_variables = False

    def receive_job_hook(self, change, action, changed_object):
        self.logger.info("Changed")
"""
REGISTER = """
from nautobot.apps.jobs import register_jobs

from .greet import Greet
from .receivers import Button, Hook

register_jobs(Greet, Button, Hook)
"""
FILES = {"__init__.py": "", "jobs/__init__.py": REGISTER, "jobs/greet.py": GREET, "jobs/receivers.py": RECEIVERS}
FILES["pyproject.toml"] = '[tool.nautobot-jobs]\nname = "Tiny"\nseed = "sample:build"\n'
FILES["sample.py"] = "def build(progress):\n    pass\n"
FILES[".gitignore"] = ".nautobot/\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, repository_class):
    """The repository, as Nautobot has it."""
    root = tmp_path_factory.mktemp("tiny") / "repository"
    root.mkdir()
    made = repository_class(root)
    made.commit(FILES)
    return made


@pytest.fixture(scope="module")
def command(tiny, plain_environment):
    """A function that runs the workbench's command there, on a port of its own."""
    environment = plain_environment | {"NAUTOBOT_PORT": str(free_port())}

    def run(*arguments: str) -> str:
        words = [str(Path(sys.executable).with_name("nautobot-jobs")), *arguments]
        done = subprocess.run(
            words,
            cwd=tiny.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run.url = f"http://localhost:{environment['NAUTOBOT_PORT']}"
    try:
        run("start", "--no-watch")
        yield run
    finally:
        run("destroy")


@pytest.fixture(scope="module")
def rest(command):
    own = Rest(command.url, TOKEN)
    wait_until(own.workers, timeout=120, what="The Celery worker", interval=0.5)
    return own


@pytest.fixture(scope="module")
def served(tiny, rest):
    """The working tree as a Git repository, and its record in Nautobot; its Jobs are synced and enabled, and the Git server goes on."""
    project = Project.find(tiny.root)
    tree = WorkingTree(project)
    with tree.serve() as url:
        added = rest.add_repository(project.name, project.slug, url)
        assert rest.sync(added).status == "SUCCESS"
        for job in rest.jobs(project.slug):
            rest.enable(job)
        yield tree, added


@pytest.fixture(scope="module")
def set_up(rest, served):
    """Schedules, a hook, a button, permissions and an approval workflow: what people set up around Jobs."""
    jobs = {job.name: job for job in rest.jobs("tiny")}
    greet = jobs["Greet everybody"]

    def schedule(name: str, data: dict) -> None:
        tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
        when = {"name": name, "interval": "daily", "start_time": tomorrow}
        rest.request("POST", f"/api/extras/jobs/{greet.pk}/run/", json={"data": data, "schedule": when})

    def permission(name: str, constraints, types=("extras.job",)) -> None:
        body = {"name": name, "object_types": list(types), "actions": ["run", "view"], "constraints": constraints}
        rest.request("POST", "/api/users/permissions/", json=body)

    schedule("Nightly", {"who": "everybody", "greeting": "Good night", "where": "there"})
    schedule("Mornings", {"who": "the early", "greeting": "Good morning", "where": "here"})
    hook = {"name": "On locations", "job": jobs["A hook"].pk, "content_types": ["dcim.location"], "type_update": True}
    rest.request("POST", "/api/extras/job-hooks/", json=hook)
    button = {"name": "Press me", "text": "Press", "job": jobs["A button"].pk, "content_types": ["dcim.location"]}
    rest.request("POST", "/api/extras/job-buttons/", json=button)
    permission("Greeters", {"name": "Greet everybody"})
    permission("By module", [{"module_name__startswith": "other"}, {"module_name": "tiny.jobs.greet", "enabled": True}])
    permission("Schedulers", {"job_model__name__in": ["Greet everybody"]}, ["extras.scheduledjob"])
    permission("Everything", None)
    permission("Others", {"name": "Something else"})
    rest.request("PATCH", f"/api/extras/jobs/{greet.pk}/", json={"time_limit": 900, "time_limit_override": True})
    if "approval-workflow-definitions" in rest.request("GET", "/api/extras/"):  # since Nautobot 3.0
        for weight, (name, constraints) in enumerate(
            {"Ask first": {"job_model__name": "Greet everybody"}, "Ask others": {"job_model__name": "x"}}.items()
        ):
            definition = {
                "name": name,
                "model_content_type": "extras.scheduledjob",
                "model_constraints": constraints,
                "weight": weight,
            }
            rest.request("POST", "/api/extras/approval-workflow-definitions/", json=definition)
    return jobs


@pytest.fixture
def report(tiny, rest, set_up, monkeypatch):
    """A function that changes files and returns, by the id of each change, what is touched; the files are as before afterwards."""
    monkeypatch.setenv("NAUTOBOT_TOKEN", TOKEN)

    def changed(files, *options):
        tiny.write(files)
        monkeypatch.chdir(tiny.root)
        arguments = ["HEAD", "--instance", rest.url, "--fail-on", "never", "--format", "json", *options]
        result = CliRunner().invoke(diff, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        content = json.loads(result.output)
        return {each["id"]: each["touched"] for each in content["changes"]}, content["notes"]

    yield changed
    tiny.git("stash", "--include-untracked", "--quiet")


def in_any_order(touched):
    return sorted(touched)


def test_a_job_that_is_gone(report, rest):
    register = REGISTER.replace("from .greet import Greet\n", "").replace("Greet, ", "")
    touched, notes = report({"jobs/greet.py": None, "jobs/__init__.py": register})

    approvals = ["approval workflow definition `Ask first`"]
    assert notes == []
    assert in_any_order(touched["job-removed:jobs.greet.Greet"]) == in_any_order(
        [
            *(approvals if "approval-workflow-definitions" in rest.request("GET", "/api/extras/") else []),
            "object permission `By module` (run, view)",
            "object permission `Greeters` (run, view)",
            "object permission `Schedulers` (run, view)",
            "schedule `Mornings`",
            "schedule `Nightly`",
            "the record of `Greet everybody`: overridden `time_limit` and that it is enabled",
        ]
    )


def test_receivers(report):
    broken = RECEIVERS.replace("(self, obj)", "(self, thing)").replace(", action,", ",")
    touched, _ = report({"jobs/receivers.py": broken})

    record = "the record of `{}`: that it is enabled"
    assert touched == {
        "receiver-changed:jobs.receivers.Button.receive_job_button": [
            "job button `Press me`",
            record.format("A button"),
        ],
        "receiver-changed:jobs.receivers.Hook.receive_job_hook": ["job hook `On locations`", record.format("A hook")],
    }


def test_a_choice_that_is_gone(report):
    touched, _ = report({"jobs/greet.py": GREET.replace(', ("there", "There")', ",")})
    assert touched == {"choices-narrowed:jobs.greet.Greet.where": ["schedule `Nightly` (passes `there`)"]}


def test_a_variable_that_is_gone(report):
    gone = '    where = ChoiceVar(choices=(("here", "Here"), ("there", "There")), required=False)\n'
    touched, _ = report({"jobs/greet.py": GREET.replace(gone, "")})
    assert in_any_order(touched["variable-removed:jobs.greet.Greet.where"]) == [
        "schedule `Mornings` (passes `here`)",
        "schedule `Nightly` (passes `there`)",
    ]


def test_a_variable_that_is_new_and_required(report):
    new = GREET.replace("    where =", "    count = StringVar()\n    where =").replace("*, who,", "*, who, count,")
    assert new.count("count") == 2
    touched, _ = report({"jobs/greet.py": new})
    assert in_any_order(touched["variable-required:jobs.greet.Greet.count"]) == [
        "schedule `Mornings`",
        "schedule `Nightly`",
    ]


def test_what_is_overridden_there_stays(report):
    touched, _ = report({"jobs/greet.py": GREET.replace("time_limit = 60", "time_limit = 30")})
    assert touched == {
        "time-limit:jobs.greet.Greet.Meta.time_limit": [
            "nothing: `time_limit` of `Greet everybody` is overridden there, and stays as it is"
        ]
    }


def test_another_name_in_the_ui(report):
    touched, _ = report({"jobs/greet.py": GREET.replace("Greet everybody", "Greet all")})
    found = [each for each in touched["title:jobs.greet.Greet.Meta.name"] if "workflow" not in each]
    assert in_any_order(found) == [
        "object permission `By module` (run, view)",
        "object permission `Greeters` (run, view)",
        "object permission `Schedulers` (run, view)",
    ]


def test_the_slug(report):
    gone = {"jobs/greet.py": GREET.replace("who = StringVar", "person = StringVar").replace("who", "person")}

    touched, notes = report(gone, "--slug", "other")
    assert not any(touched.values())
    assert len(notes) == 1
    assert notes[0].endswith("has no Job `jobs.greet.Greet`.")
    touched, notes = report(gone, "--slug", "tiny")
    assert touched["variable-renamed:jobs.greet.Greet.who"]
    assert notes == []


def test_a_token_that_may_view_little(report, rest, monkeypatch):
    user = rest.request("POST", "/api/users/users/", json={"username": "reader", "password": "reader-of-jobs-7"})
    permission = {"name": "Read Jobs", "object_types": ["extras.job"], "actions": ["view"], "users": [user["id"]]}
    rest.request("POST", "/api/users/permissions/", json=permission)
    own = {"name": "Own tokens", "object_types": ["users.token"], "actions": ["add"], "users": [user["id"]]}
    rest.request("POST", "/api/users/permissions/", json=own)
    answer = rest._send(
        "POST",
        "/api/users/tokens/",
        json={"key": "9" * 40},
        headers={"Authorization": basic("reader", "reader-of-jobs-7")},
    )
    assert answer.status_code == 201, answer.text
    monkeypatch.setenv("NAUTOBOT_TOKEN", "9" * 40)

    touched, notes = report(
        {
            "jobs/greet.py": GREET.replace("class Greet", "class GreetAll"),
            "jobs/__init__.py": REGISTER.replace(" Greet", " GreetAll").replace("(Greet", "(GreetAll"),
        }
    )

    assert touched["job-renamed:jobs.greet.Greet"] == [
        "the record of `Greet everybody`: overridden `time_limit` and that it is enabled"
    ]
    assert any("may not view scheduled Jobs; they were not looked at" in note for note in notes)
    assert any("may not view object permissions" in note for note in notes)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"who": "x", "greeting": "Hi", "whom": "y"}, "whom.*unknown property"),
        ({"who": "x"}, "greeting.*required"),  # whatever its default
        ({"who": "x", "greeting": "Hi", "where": "nowhere"}, "where.*valid choice"),
    ],
)
def test_the_api_refuses_what_the_report_says_it_refuses(rest, set_up, data, complaint):
    with pytest.raises(DevToolsError, match=f"400.*{complaint}"):
        rest.start(set_up["Greet everybody"], data)


def basic(user, password):
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def test_a_wrong_token(tiny, rest, set_up, monkeypatch):
    monkeypatch.setenv("NAUTOBOT_TOKEN", "0" * 40)
    monkeypatch.chdir(tiny.root)
    result = CliRunner().invoke(diff, ["HEAD", "--instance", rest.url])
    assert isinstance(result.exception, DevToolsError)
    assert "403" in str(result.exception)
    assert "0" * 40 not in str(result.exception)


def test_what_is_to_be_done_about_a_rename_does_it(tiny, rest, served, set_up, command, monkeypatch):
    """Last in this module: what the report says is done, and the record, its schedules and overrides are the renamed Job's."""
    before = set_up["Greet everybody"].pk
    tiny.write({"jobs/greet.py": None, "jobs/welcome.py": GREET.replace("class Greet", "class Welcome")})
    tiny.write(
        {
            "jobs/__init__.py": REGISTER.replace("greet import Greet", "welcome import Welcome").replace(
                "(Greet", "(Welcome"
            )
        }
    )
    monkeypatch.chdir(tiny.root)
    told = CliRunner().invoke(diff, ["HEAD", "--format", "markdown"]).output
    statements = [part for part in told.split("`") if ".objects.filter(" in part]
    assert len(statements) == 2

    script = "; ".join(["from nautobot.extras.models import Job, ScheduledJob", *statements]).replace("<slug>", "tiny")
    command("server", "nbshell", "--command", script)
    tree, added = served
    tree.commit()
    assert rest.sync(added).status == "SUCCESS"

    record = rest.request("GET", f"/api/extras/jobs/{before}/")
    assert (record["module_name"], record["job_class_name"]) == ("tiny.jobs.welcome", "Welcome")
    assert (record["installed"], record["enabled"], record["time_limit"]) == (True, True, 900)
    schedules = rest.request("GET", f"/api/extras/scheduled-jobs/?job_model={before}")["results"]
    assert sorted((each["name"], each["task"]) for each in schedules) == [
        ("Mornings", "tiny.jobs.welcome.Welcome"),
        ("Nightly", "tiny.jobs.welcome.Welcome"),
    ]
    if "approval-workflow-definitions" in rest.request("GET", "/api/extras/"):
        for each in rest.request("GET", "/api/extras/approval-workflow-definitions/")["results"]:
            rest.request("DELETE", f"/api/extras/approval-workflow-definitions/{each['id']}/")
    outcome = rest.outcome(
        rest.start(
            next(job for job in rest.jobs("tiny") if job.pk == before),
            {"who": "Ada", "greeting": "Hello", "where": "here"},
        )
    )
    assert (outcome.status, outcome.result) == ("success", {"who": "Ada"})


# Without a Nautobot

RECORD = {"id": "1-2", "name": "Greet", "module_name": "tiny.jobs.greet", "job_class_name": "Greet", "grouping": "Tiny"}


@pytest.mark.parametrize(
    ("constraints", "prefix", "expected"),
    [
        ({"name": "Greet"}, "", True),
        ({"name": "greet"}, "", False),
        ({"name__iexact": "greet"}, "", True),
        ({"name__in": ["A", "Greet"]}, "", True),
        ({"module_name__startswith": "tiny."}, "", True),
        ({"module_name__contains": "jobs", "name": "Other"}, "", False),
        ({"job_class_name__regex": "^Gr"}, "", True),
        ({"job_class_name__regex": "("}, "", False),
        ({"name__isnull": False}, "", False),
        ({"enabled": True}, "", False),
        ({"enabled": True, "pk": "1-2"}, "", True),
        ([{"name": "x"}, {"grouping": "Tiny"}], "", True),
        ({"job_model__name": "Greet"}, "job_model__", True),
        ({"job_model": "1-2"}, "job_model__", True),
        ({"name": "Greet"}, "job_model__", False),
        (None, "", False),
        ({}, "", False),
        ([None, "x"], "", False),
    ],
)
def test_constraints_that_name_a_job(constraints, prefix, expected):
    assert named(constraints, RECORD, prefix) is expected


def test_no_answer():
    with pytest.raises(DevToolsError, match="GET"):
        Live("http://127.0.0.1:1", TOKEN)
