"""Another Nautobot beside this process's own, on the same database and queue, that has the Jobs in one of the ways to install them."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import git
import pytest
from nautobot_dev_tools import run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.processes import Background, wait_until
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import session_key
from nautobot_dev_tools.snapshot import nautobot_server
from nautobot_dev_tools.sync import finished

ROOT = Path(__file__).parents[2]
PACKAGE = "nautobot_job_collection"
GUIDE = ROOT / "docs/user/install.md"
# Seconds; on a busy machine everything takes several times as long.
PATIENCE = 180


class Nautobot:
    """Processes with folders, settings and an App of their own."""

    def __init__(self, instance, root: Path):
        self.instance = instance
        self.root = root
        self.package = PACKAGE
        self.jobs_root = root / "jobs"
        self.git_root = root / "git"
        self.jobs_root.mkdir()
        self.app: Path | None = None
        """Where the App is installed, if it is."""
        self.said = ""
        """What all processes have logged."""

    @property
    def environment(self) -> dict[str, str]:
        config = self.root / "nautobot_config.py"
        plugins = [PACKAGE] if self.app else []
        config.write_text(f"from nautobot_dev_tools.nautobot_config import *\n\nPLUGINS = {plugins}\n")
        return {
            **os.environ,
            **self.instance.environment,
            "NAUTOBOT_CONFIG": str(config),
            "NAUTOBOT_ROOT": str(self.root),
            "NAUTOBOT_JOBS_ROOT": str(self.jobs_root),
            "NAUTOBOT_GIT_ROOT": str(self.git_root),
            "PYTHONPATH": str(self.app or ""),
        }

    def server(self, *arguments: str) -> str:
        """Run `nautobot-server` with these arguments; return what it says."""
        ran = subprocess.run(
            [*nautobot_server(), *arguments],
            env=self.environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said += ran.stdout
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    def post_upgrade(self) -> None:
        """Let Nautobot make Job records of the code that it finds."""
        self.server("post_upgrade", "--no-collectstatic", "--no-trace-paths")

    @contextmanager
    def working(self) -> Iterator[None]:
        """A Celery worker for the time of the block."""
        from nautobot.core.celery import app

        worker = Background("worker", self.root)
        options = ["--loglevel", "INFO", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        worker.start(
            [*nautobot_server(), "celery", "worker", *options], env=self.environment, cwd=self.root, own_temporary=True
        )
        try:
            wait_until(
                lambda: app.control.ping(timeout=0.3), timeout=PATIENCE, what="The worker", alive=worker.ensure_alive
            )
            yield
        finally:
            worker.stop(patience=0)
            self.said += worker.log.read_text()

    def job(self, path: str):
        """The record of a Job, by its class path below the package."""
        from nautobot.extras.models import Job

        module, name = f"{self.package}.jobs.{path}".rsplit(".", 1)
        return Job.objects.get(module_name=module, job_class_name=name)

    def problems(self) -> list[str]:
        """Errors and warnings that were logged, without those of the Jobs themselves."""
        # Nautobot's own format has the message on a line of its own.
        lines = re.sub(r" :\n +", ": ", self.said).splitlines()
        return [line for line in lines if re.search(r"\b(WARNING|ERROR|CRITICAL)\b", line) and "run_job[" not in line]


class Belongings:
    """What a team has on the Jobs: an override, a schedule, a button, a hook, and a history."""

    def __init__(self, nautobot: Nautobot, user):
        from django.contrib.contenttypes.models import ContentType
        from django.utils import timezone
        from nautobot.dcim.models import LocationType
        from nautobot.extras.choices import JobExecutionType
        from nautobot.extras.models import JobButton, JobHook, ScheduledJob

        self.nautobot, self.user = nautobot, user
        audit = nautobot.job("audits.connections.ConnectionAudit")
        # As a save in the UI leaves it; here the code is not at hand, from which Nautobot would refresh the rest.
        type(audit).objects.filter(pk=audit.pk).update(soft_time_limit=77, soft_time_limit_override=True)
        self.place = LocationType.objects.create(name="Site")
        kind = ContentType.objects.get_for_model(LocationType)
        self.schedule = ScheduledJob.objects.create(
            name="Nightly audit",
            task=audit.class_path,
            job_model=audit,
            kwargs={"everything": True, "fail_at": "never"},
            interval=JobExecutionType.TYPE_DAILY,
            start_time=timezone.now(),
            user=user,
            job_queue=audit.default_job_queue,
        )
        self.button = JobButton.objects.create(
            name="Usage", text="Usage", job=nautobot.job("examples.button.WhatUsesThis")
        )
        self.hook = JobHook.objects.create(
            name="Serials", type_update=True, job=nautobot.job("examples.hook.NormalizeSerial")
        )
        for each in (self.button, self.hook):
            each.content_types.set([kind])

    @property
    def records(self) -> list:
        for record in (self.schedule, self.button, self.hook):
            record.refresh_from_db()
        return [self.schedule, self.button, self.hook]

    def assert_kept(self) -> None:
        """All is there as it was, on records of Jobs that are installed and enabled."""
        assert [record.enabled for record in self.records] == [True, True, True]
        # Nautobot 3.1 and newer; a schedule that was switched off is no longer active.
        assert getattr(self.schedule, "state", "active") == "active"
        for job in (self.schedule.job_model, self.button.job, self.hook.job):
            assert (job.installed, job.enabled) == (True, True)
            assert job.module_name.startswith(f"{self.nautobot.package}.jobs.")
        assert self.schedule.task == self.schedule.job_model.class_path
        audit = self.schedule.job_model
        assert (audit.soft_time_limit, audit.soft_time_limit_override) == (77, True)

    def assert_working(self) -> None:
        """The schedule starts its Job as beat does, the button as a page does; the history grows by both."""
        from nautobot.core.celery import app
        from nautobot.core.celery.schedulers import NautobotDatabaseScheduler, NautobotScheduleEntry
        from nautobot.extras.models import JobResult

        self.assert_kept()
        known = set(JobResult.objects.values_list("pk", flat=True))
        scheduler = NautobotDatabaseScheduler(app=app, lazy=True)
        scheduler.apply_async(NautobotScheduleEntry(self.schedule, app=app), advance=False)
        scheduled = run.wait_for_new(self.schedule.job_model, known, timeout=PATIENCE)
        pressed = enqueue_job(
            self.button.job, self.user, {"object_pk": str(self.place.pk), "object_model_name": "dcim.locationtype"}
        )
        assert done(scheduled) == ("SUCCESS", ["findings.csv", "findings.json", "report.html"])
        assert scheduled.scheduled_job == self.schedule
        assert done(pressed) == ("SUCCESS", [])
        for job in (self.schedule.job_model, self.button.job):
            assert len(known & set(job.job_results.values_list("pk", flat=True))) == job.job_results.count() - 1


def done(job_result) -> tuple[str, list[str]]:
    """Wait for a run to end; return its status and the names of its files."""
    from nautobot.extras.models import FileProxy

    wait_until(lambda: finished(job_result), timeout=PATIENCE, what=job_result.name)
    files = FileProxy.objects.filter(job_result=job_result).order_by("name")
    return job_result.status, list(files.values_list("name", flat=True))


ONE = {
    "__init__.py": "",
    "tasks.py": "import no_such_package\n",
    "jobs/__init__.py": "from nautobot.apps.jobs import register_jobs\n\nfrom .one import One\n\nregister_jobs(One)\n",
    "jobs/one.py": """\
from nautobot.apps.jobs import Job


class One(Job):
    def run(self):
        return "first"
""",
}


@pytest.fixture
def released(tmp_path_factory) -> Iterator[str]:
    """The URL of a repository with a single Job and two releases, the tags v1 and v2."""
    project = Project(tmp_path_factory.mktemp("released"))
    project.make_state()
    tree = WorkingTree(project)
    for tag, says in (("v1", "first"), ("v2", "second")):
        for path, text in ONE.items():
            (project.root / path).parent.mkdir(exist_ok=True)
            (project.root / path).write_text(text.replace("first", says))
        commit = tree.commit()
        git.Repo(tree.shadow).create_tag(tag, commit)
    with tree.serve() as url:
        yield url


@pytest.fixture(scope="session")
def distributions(tmp_path_factory) -> dict[str, Path]:
    """The App built from this repository: an `sdist`, and the `wheel` that is built from that."""
    folder = tmp_path_factory.mktemp("dist")
    uv = os.environ.get("UV", "uv")
    subprocess.run([uv, "build", "--quiet", "--out-dir", str(folder), str(ROOT)], check=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


@pytest.fixture
def follow() -> Callable[..., None]:
    """A function that executes a block of shell commands of the guide, with other texts for its examples."""

    def followed(title: str, jobs_root: Path, texts: dict[str, str]) -> None:
        commands = in_guide("shell", title)
        for example, actual in {"/opt/nautobot/jobs": str(jobs_root), **texts}.items():
            assert example in commands, f"there is no {example} in {title}"
            commands = commands.replace(example, actual)
        subprocess.run(["sh", "-euc", commands], check=True, capture_output=True, text=True)

    return followed


@pytest.fixture
def nautobot(request, committed_db, tmp_path) -> Nautobot:
    """It has no Jobs yet; its database is this process's own, committed, without records of Jobs but Nautobot's."""
    from nautobot.extras.models import Job

    Job.objects.exclude(module_name__startswith="nautobot.").delete()
    return Nautobot(request.config.stash[session_key].instance, tmp_path)


@pytest.fixture
def administrator(nautobot):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_superuser("administrator")


@pytest.fixture
def enable() -> Callable[[str], list[str]]:
    """A function that enables all Jobs of a package; returns their class paths."""

    def enabled(package: str = PACKAGE) -> list[str]:
        from nautobot.extras.models import Job

        jobs = Job.objects.filter(module_name__startswith=f"{package}.", installed=True)
        jobs.update(enabled=True)
        return sorted(job.class_path for job in jobs)

    return enabled


@pytest.fixture
def run_some(nautobot, administrator) -> Callable[[], None]:
    """A function that runs two Jobs in the worker, of those that need the files beside their code."""

    def ran() -> None:
        from django.core.files.base import ContentFile
        from nautobot.extras.models import FileProxy

        upload = FileProxy.objects.create(
            name="addresses.csv",
            file=ContentFile((ROOT / "exercises/files/addresses.csv").read_bytes(), name="addresses.csv"),
        )
        audit = enqueue_job(
            nautobot.job("audits.connections.ConnectionAudit"), administrator, {"everything": True, "fail_at": "never"}
        )
        compare = enqueue_job(
            nautobot.job("examples.files.FilesInAndOut"), administrator, {"address_list": str(upload.pk)}
        )
        assert done(audit) == ("SUCCESS", ["findings.csv", "findings.json", "report.html"])
        assert done(compare) == ("SUCCESS", ["addresses.csv", "addresses.json.gz"])

    return ran


@pytest.fixture
def belongings(nautobot, administrator) -> Callable[[], Belongings]:
    """A function that gives the team its belongings, once the Jobs are there and enabled."""
    return lambda: Belongings(nautobot, administrator)


def in_guide(language: str, title: str) -> str:
    """The guide's block of this title."""
    found = re.search(rf'^```{language} title="{re.escape(title)}"\n(.*?)^```$', GUIDE.read_text(), re.M | re.S)
    assert found, f"{GUIDE.name} has no {title}"
    return found.group(1)


@pytest.fixture
def snippet() -> Callable[..., None]:
    """A function that runs the guide's snippets of these titles, one after the other, with other values for its examples."""

    def executed(*titles: str, **values: str) -> None:
        text = "".join(in_guide("python", title) for title in titles)
        for name, value in values.items():
            assignment = re.compile(rf'\b{name}( ?= ?)"[^"]*"')
            assert assignment.search(text), f"there is no {name} in {titles}"
            text = assignment.sub(rf'{name}\g<1>"{value}"', text, count=1)
        # As in `nautobot-server nbshell`, which has all models at hand.
        from nautobot.extras import models

        exec(text, dict(vars(models)))  # noqa: S102

    return executed
