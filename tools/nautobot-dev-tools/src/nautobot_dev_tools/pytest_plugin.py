"""A pytest plugin: one real Nautobot database a session, tests in rolled-back transactions, Jobs run as a given user.

It loads by itself, and does something only below a repository of Nautobot Jobs. pytest-django is underneath: its ``db`` fixture and
``django_db`` mark give a test a transaction that is rolled back. The repository's package is loaded as the top-level package ``jobs``, by
Nautobot's own loader, before tests are collected: ``from jobs.audits.connections import ConnectionAudit`` in a test is the registered class.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from . import compat
from . import inputs as job_inputs
from .errors import DevToolsError
from .instance import Instance
from .loading import create_job_records, load_jobs
from .metrics import QueryCounter
from .project import Project
from .seed import ensure_seeded_template
from .services import Services

session_key = pytest.StashKey["_Session"]()


@dataclass
class JobRun:
    """What one run of a Job did.

    Attributes:
        status: ``SUCCESS`` or ``FAILURE``.
        result: what ``run()`` returned; after an exception, what Nautobot stored of it.
        logs: its JobLogEntry rows, in order.
        files: the content of each file that it attached, by name.
        queries: the SQL that ``run()`` sent, that of its log entries included; equal statements side by side.
        exception: the traceback if one ended it.
        job_result: the JobResult.
    """

    status: str
    result: Any
    logs: list
    files: dict[str, bytes]
    queries: list[str]
    exception: str | None
    job_result: Any

    @property
    def query_count(self) -> int:
        """Number of SQL queries of ``run()``, without the two that each log entry costs."""
        entries = sum('INTO "extras_joblogentry"' in query for query in self.queries)
        return len(self.queries) - 2 * entries

    def messages(self, level: str | None = None) -> list[str]:
        """The messages of the log, of one level or all."""
        return [entry.message for entry in self.logs if level is None or entry.log_level == level]


@dataclass
class _Session:
    """The database of one pytest session (one each with pytest-xdist)."""

    instance: Instance
    stack: ExitStack = field(default_factory=ExitStack)
    jobs: dict[str, type] = field(default_factory=dict)

    def boot(self) -> None:
        services = self.stack.enter_context(self.instance.services.running())
        drop_leftovers(services.postgres)
        self.instance.create()
        for background in (self.instance.web, self.instance.worker, self.instance.beat):
            self.stack.callback(background.log.unlink, missing_ok=True)
        self.stack.callback(self.instance.drop)
        self.instance.setup()
        _keep_what_is_cached()
        _keep_job_log_in_the_transaction()
        self.jobs = load_jobs(self.instance.project.root)


def drop_leftovers(postgres) -> None:
    """Drop the databases of sessions that were killed."""
    for name in postgres.databases():
        found = re.fullmatch(r"test_(\d+)(_clean)?", name)
        if found and not psutil.pid_exists(int(found.group(1))):
            postgres.drop(name)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]):
    """Boot Nautobot before pytest-django looks for settings and before any test module imports a Job."""
    if not any(option in args for option in ("--help", "-h", "--version", "-V", "--fixtures", "--markers")):
        try:
            project = Project.find(early_config.rootpath)
        except DevToolsError:
            return (yield)
        # One instance a process: several sessions, and the workers of pytest-xdist, run side by side.
        number = os.getpid()
        session = _Session(
            Instance(Services(project), "test", database=f"test_{number}", redis_number=12 + 2 * (number % 25))
        )
        early_config.stash[session_key] = session
        try:
            session.boot()
        except DevToolsError as error:
            session.stack.close()
            raise pytest.UsageError(str(error)) from error
        except BaseException as error:
            session.stack.close()
            if isinstance(error, Exception):
                raise pytest.UsageError(
                    f"The Jobs of this repository do not load:\n{''.join(traceback.format_exception(error))}"
                ) from error
            raise
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixture that replaces one of pytest-django: later than its own, so that it wins."""
    for tag in ("unit", "integration", "performance"):
        # pytest-django makes marks of the tags of nautobot.apps.testing's test cases.
        config.addinivalue_line("markers", f"{tag}: Nautobot's own tag for test cases")
    if session_key in config.stash:
        from . import pytest_database

        config.pluginmanager.register(pytest_database)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the session's database, and stop the services if no other command uses them."""
    session = config.stash.get(session_key, None)
    if session is not None:
        from django.db import connections

        connections.close_all()
        session.stack.close()


@pytest.fixture(scope="module", autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Forget what the tests of another module have left in the cache: it outlives their transactions."""
    if session_key in request.config.stash:
        from django.core.cache import cache

        cache.clear()
        compat.remember_that_no_worker_runs()


@pytest.fixture
def committed_db(request: pytest.FixtureRequest, django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database in which the test really commits; afterwards it is cloned anew, in about half a second.

    For what another process must see (a worker, a web server). ``transactional_db`` of pytest-django (TransactionTestCase) works too, but it
    empties every table, Nautobot's initial rows included.
    """
    with _put_back(request.config.stash[session_key]), django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def sample_data(request: pytest.FixtureRequest, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The repository's sample data for the tests of a module, each of which is rolled back as ever; built once, then cloned.

    For a test that runs a Job by its exercises.
    """
    from django.db import connections

    session = request.config.stash[session_key]
    with _put_back(session):
        template = ensure_seeded_template(session.instance.services)
        session.instance.services.postgres.clone(template, session.instance.database_name)
        with django_db_blocker.unblock():
            create_job_records(session.jobs)
            connections.close_all()
        yield


@contextmanager
def _put_back(session: _Session) -> Iterator[None]:
    """Whatever the block does to the session's database, or with it: afterwards it is what it was."""
    from django.db import connections

    postgres, name = session.instance.services.postgres, session.instance.database_name
    clean = f"{name}_clean"
    connections.close_all()
    if clean not in postgres.databases():
        postgres.clone(name, clean)
        session.stack.callback(postgres.drop, clean)
    yield
    connections.close_all()
    postgres.clone(clean, name)
    session.instance.clear()


@pytest.fixture
def superuser(db):
    """A user who may do everything."""
    from django.contrib.auth import get_user_model

    user, _ = get_user_model().objects.get_or_create(username="superuser", defaults={"is_superuser": True})
    return user


@pytest.fixture
def make_user(db) -> Callable:
    """A function that makes a user with object permissions.

    ``make_user("operator", {"dcim.view_device": None, "dcim.change_device": {"location__name": "AMS01"}})``: constraints, or None, by permission.
    """
    from django.contrib.auth import get_user_model
    from django.contrib.contenttypes.models import ContentType
    from nautobot.users.models import ObjectPermission

    def make(username: str = "operator", permissions: dict[str, dict | None] | None = None):
        user = get_user_model().objects.create_user(username=username)
        for name, constraints in (permissions or {}).items():
            app_label, codename = name.split(".")
            action, model = codename.split("_", 1)
            permission = ObjectPermission.objects.create(
                name=f"{username}: {name}", actions=[action], constraints=constraints
            )
            permission.object_types.add(ContentType.objects.get(app_label=app_label, model=model))
            permission.users.add(user)
        return user

    return make


@pytest.fixture
def run_job(db, superuser) -> Callable[..., JobRun]:
    """A function that runs a Job as a user would, synchronously.

    ``run_job(job, inputs=None, *, user=None, defaults=True)``: `job` is a class or a class path; `inputs` are Python values by variable
    (objects, lists of objects, uploads); `user` defaults to the superuser; with ``defaults=False`` variables that are not given are left out, as
    a caller of the REST API may, instead of having their default.

    Raises:
        django.core.exceptions.ValidationError: the Job's form refuses the inputs.
    """

    def run(job, inputs: dict[str, Any] | None = None, *, user=None, defaults: bool = True) -> JobRun:
        job_class = registered_class(job)
        return execute(job_class, job_inputs.clean(job_class, inputs or {}, defaults=defaults), user or superuser)

    return run


@pytest.fixture
def working_tree(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL at which the working tree, uncommitted changes included, is served over Git and HTTP."""
    from .gitserver import WorkingTree

    with WorkingTree(request.config.stash[session_key].instance.project).serve() as url:
        yield url


@pytest.fixture
def synced_repository(request: pytest.FixtureRequest, working_tree: str, superuser) -> Iterator[Callable]:
    """A function that syncs the repository under a slug of one's choice, over HTTP, through Nautobot's own sync Job.

    ``synced_repository(slug="any_slug")`` returns the verdict (see `nautobot_dev_tools.sync.Verdict`); the classes are then in Nautobot's
    registry as ``any_slug.jobs…``, with Job records.
    """
    from nautobot.extras.datasources.git import refresh_job_code_from_repository

    from . import sync

    slugs = []

    def synced(slug: str = "any_slug") -> sync.Verdict:
        slugs.append(slug)
        repository = sync.ensure_repository(name=slug, slug=slug, url=working_tree)
        model = sync.sync_job_model()
        run = execute(registered_class(model.class_path), {"repository": repository.pk}, superuser)
        return sync.judge(repository, run.job_result)

    yield synced
    for slug in slugs:
        refresh_job_code_from_repository(slug, skip_reimport=True)


def registered_class(job):
    """Return the registered class for a class or class path."""
    from nautobot.extras.jobs import get_job

    class_path = job if isinstance(job, str) else job.class_path
    job_class = get_job(class_path)
    if job_class is None:
        raise DevToolsError(f"{class_path} is not registered: name it in register_jobs() in jobs/__init__.py.")
    return job_class


def execute(job_class, job_kwargs: dict[str, Any], user) -> JobRun:
    """Run a Job synchronously through Nautobot's own task, measuring its ``run()``."""
    from nautobot.extras.models import FileProxy, Job

    job_model = Job.objects.get(module_name=job_class.__module__, job_class_name=job_class.__name__)
    with _measured(job_class) as counter:
        job_result = compat.enqueue_job(job_model, user, job_kwargs, synchronous=True)
    job_result.refresh_from_db()
    return JobRun(
        status=job_result.status,
        result=job_result.result,
        logs=list(job_result.job_log_entries.order_by("created")),
        files={
            proxy.name: proxy.file.read()
            for proxy in FileProxy.objects.filter(job_result=job_result).order_by("uploaded_at")
        },
        queries=list(counter.sent.elements()),
        exception=job_result.traceback or None,
        job_result=job_result,
    )


@contextmanager
def _measured(job_class) -> Iterator[QueryCounter]:
    """Count the SQL of the class's ``run()`` alone, without Nautobot's own before and after it."""
    from django.db import connection

    counter, original, own = QueryCounter(), job_class.run, "run" in vars(job_class)

    def run(self, *args, **kwargs):
        with connection.execute_wrapper(counter):
            return original(self, *args, **kwargs)

    job_class.run = run
    try:
        yield counter
    finally:
        if own:
            job_class.run = original
        else:
            del job_class.run


def _keep_what_is_cached() -> None:
    """Let nothing in the cache expire, so that how often a test asks the database does not depend on when it runs.

    Nautobot keeps its lists of custom fields and relationships for Django's default, five minutes.
    """
    from django.conf import settings
    from django.core.cache import caches

    settings.CACHES["default"]["TIMEOUT"] = None  # of connections that other threads make
    caches["default"].default_timeout = None


def _keep_job_log_in_the_transaction() -> None:
    """Write job log entries over the test's own connection, so that they are rolled back with the rest.

    Nautobot writes them over a second connection, to survive a rollback of the Job's own; it would not see what the test has not committed.
    """
    from nautobot.extras.datasources import registry
    from nautobot.extras.models import jobs

    jobs.JOB_LOGS = None
    registry.JOB_LOGS = "default"
