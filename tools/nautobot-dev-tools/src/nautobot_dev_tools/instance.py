"""A Nautobot of the checkout: its database, settings, web server, Celery worker and beat, as real processes."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import metrics
from .errors import DevToolsError
from .nautobot_server import no_garbage
from .processes import Background, wait_until
from .services import MANAGED, Services, managed
from .snapshot import Progress, ensure_template, nautobot_server, nautobot_version, no_progress

# Of a server that listens on this machine only.
ADMIN, PASSWORD = "admin", "admin"
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
# Each instance has two databases of the Redis server: the broker's and the cache's.
_REDIS_DATABASES = {
    "dev": 0,
    "demo": 2,
    "rehearse": 4,
    "test": 6,
    "bench": 8,
    "docs": 64,
    "migrate": 10,
    "load": 12,
    "browser": 62,
}


@dataclass(frozen=True)
class Instance:
    """One Nautobot: ``dev`` is what ``start`` shows, ``demo``, ``rehearse``, ``browser``, ``test`` and ``bench`` are made anew for each use."""

    services: Services
    name: str = "dev"
    database: str = ""
    redis_number: int | None = None

    @property
    def project(self):
        """The repository it serves."""
        return self.services.project

    @property
    def database_name(self) -> str:
        """Its PostgreSQL database."""
        return self.database or self.name

    @property
    def root(self) -> Path:
        """Its NAUTOBOT_ROOT: clones of Git repositories, media."""
        return self.project.state / "instances" / self.database_name

    @property
    def redis_database(self) -> int:
        """The number of its broker database; its cache has the next."""
        return _REDIS_DATABASES[self.name] if self.redis_number is None else self.redis_number

    @property
    def environment(self) -> dict[str, str]:
        """What each of its processes has in its environment."""
        return {
            **self.project.bytecode,
            **self.services.postgres.environment,
            **self.services.redis.environment(self.redis_database),
            MANAGED: managed(),
            "NAUTOBOT_DEV_TOOLS_URL": self.url,
            "NAUTOBOT_CONFIG": str(self.project.config),
            "NAUTOBOT_ROOT": str(self.root),
            "NAUTOBOT_DB_NAME": self.database_name,
            "PGDATABASE": self.database_name,
            # An instance's own; JOBS_ROOT and GIT_ROOT below NAUTOBOT_ROOT are Nautobot's defaults.
            "NAUTOBOT_GIT_ROOT": str(self.root / "git"),
            "NAUTOBOT_JOBS_ROOT": str(self.root / "jobs"),
            metrics.FOLDER: str(self.root / "metrics"),
            "NAUTOBOT_DEV_TOOLS_LOG_LEVEL": "INFO",
        }

    @property
    def web(self) -> Background:
        """The web server."""
        return self._background("web")

    @property
    def worker(self) -> Background:
        """The Celery worker."""
        return self._background("worker")

    @property
    def beat(self) -> Background:
        """The Celery beat, which starts scheduled Jobs."""
        return self._background("beat")

    @property
    def url(self) -> str:
        """Of the web server."""
        return f"http://localhost:{self.port}"

    @property
    def port(self) -> int:
        """Of the web server: the project's for ``dev``, the next for others, so that a demo runs beside what ``start`` left."""
        return self.project.port + (self.name != "dev")

    def exists(self, *, of_any_version: bool = False) -> bool:
        """Whether its database is there.

        Raises:
            DevToolsError: it was made by another Nautobot than the installed one.
        """
        postgres = self.services.postgres
        if self.database_name not in postgres.databases():
            return False
        made_by = postgres.comment(self.database_name)
        if made_by and made_by != self._mark and not of_any_version:
            raise DevToolsError(
                f"The database {self.database_name} was made by {made_by}, installed is {self._mark}. Make it anew (`nautobot-jobs destroy`), "
                f"bring it up to date (`nautobot-jobs server --instance {self.name} post_upgrade`) if it is older, "
                "or run what made it (`nautobot-jobs --nautobot VERSION …`)."
            )
        return True

    def mark(self) -> None:
        """Note in the database which Nautobot it fits; PostgreSQL does not copy the note to clones."""
        self.services.postgres.set_comment(self.database_name, self._mark)

    @property
    def _mark(self) -> str:
        return f"Nautobot {nautobot_version()}"

    def create(self, template: str | None = None, progress: Progress = no_progress) -> None:
        """Make it anew: an empty migrated database (or a clone of `template`), no clones, an empty queue."""
        self.stop()
        template = template or ensure_template(self.services, progress)
        self.services.postgres.clone(template, self.database_name)
        self.mark()
        self.clear()

    def clear(self) -> None:
        """Forget the clones of Git repositories, what was measured, and what lies in the queue and the cache."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        self.services.redis.flush(self.redis_database, self.redis_database + 1)

    def drop(self) -> None:
        """Remove it altogether."""
        self.stop()
        self.services.postgres.drop(self.database_name)
        shutil.rmtree(self.root, ignore_errors=True)

    def setup(self) -> None:
        """Make this process a Nautobot of this instance: settings, Django, Apps. Once a process."""
        os.environ.update(self.environment)
        os.environ["NAUTOBOT_DEV_TOOLS_LOG_LEVEL"] = "WARNING"
        if prefix := self.project.bytecode.get("PYTHONPYCACHEPREFIX"):
            sys.dont_write_bytecode, sys.pycache_prefix = False, prefix
        with no_garbage():
            import nautobot

            nautobot.setup(str(self.project.config))

    def ensure_admin(self):
        """Return the administrator, made where there is none yet, with an API token that is always the same."""
        from django.contrib.auth import get_user_model
        from nautobot.extras.models import ScheduledJobs
        from nautobot.users.models import Token

        user = get_user_model().objects.filter(username=ADMIN).first()
        if user is None:
            user = get_user_model().objects.create_superuser(
                username=ADMIN, email="admin@example.com", password=PASSWORD
            )
            Token.objects.create(user=user, key=TOKEN)
        if ScheduledJobs.last_change() is None:
            # Beat overlooks the first change of schedules ever, for up to five minutes; this is it.
            ScheduledJobs.update_changed()
        return user

    def start_worker(self, *, concurrency: int = 2, tasks_per_process: int | None = None) -> None:
        """Start the Celery worker; `wait_for_worker` says when it is there."""
        limit = [] if tasks_per_process is None else ["--max-tasks-per-child", str(tasks_per_process)]
        self._start(
            self.worker,
            [
                "celery",
                "worker",
                "--loglevel",
                "INFO",
                "--concurrency",
                str(concurrency),
                "--without-gossip",
                "--without-mingle",
                *limit,
            ],
        )

    def start_beat(self) -> None:
        """Start the Celery beat."""
        self._start(self.beat, ["celery", "beat", "--loglevel", "INFO", "--pidfile", ""])

    def start_web(self) -> None:
        """Start the web server; `wait_for_web` says when it is there.

        Raises:
            DevToolsError: another program has the port.
        """
        if self.web.process() is None and not is_free(self.port):
            raise DevToolsError(f"Another program listens on port {self.port}; name another one in NAUTOBOT_PORT.")
        self._start(
            self.web,
            ["runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.port}"],
            NAUTOBOT_DEBUG="True",
        )

    def wait_for_worker(self, timeout: float = 120) -> None:
        """Wait until the worker answers a ping over the queue. Needs `setup`."""
        from nautobot.core.celery import app

        wait_until(
            lambda: app.control.ping(timeout=0.3),
            timeout=timeout,
            what="The Celery worker",
            alive=self.worker.ensure_alive,
            interval=0,
        )

    def wait_for_beat(self, timeout: float = 120) -> None:
        """Wait until beat has started.

        It clones the Git repositories that it finds first, and a sync that begins meanwhile fails: both write the same folder.
        """
        wait_until(
            lambda: "beat: Starting" in self.beat.log.read_text(errors="replace"),
            timeout=timeout,
            what="Celery beat",
            alive=self.beat.ensure_alive,
            interval=0.2,
        )

    def wait_for_web(self, timeout: float = 120) -> None:
        """Wait until Nautobot's own health page says that database, cache and storage are well."""
        wait_until(
            self._healthy,
            timeout=timeout,
            what=f"The web server at {self.url}",
            alive=self.web.ensure_alive,
            interval=0.2,
        )

    def stop(self, *, patience: float = 20.0) -> list[str]:
        """Stop its processes, all at once; returns the names of those that ran.

        A Celery worker takes seconds to end even when it has nothing to do; with little `patience` it is killed instead.
        """
        processes = {"web": self.web, "worker": self.worker, "beat": self.beat}
        with ThreadPoolExecutor(len(processes)) as pool:
            stopped = list(pool.map(lambda each: each.stop(patience=patience), processes.values()))
        return [name for name, ran in zip(processes, stopped, strict=True) if ran]

    def _background(self, name: str) -> Background:
        # By the database: several instances named "test", of tests side by side, differ in nothing else.
        return Background(name if self.name == "dev" else f"{self.database_name}-{name}", self.project.state)

    def _start(self, background: Background, arguments: list[str], **environment: str) -> None:
        if background.process() is None:
            background.start(
                [*nautobot_server(), *arguments],
                env={**self.environment, **environment},
                cwd=self.root,
                own_temporary=True,
            )

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/?format=json", timeout=30) as answer:  # noqa: S310
                return answer.status == 200
        except urllib.error.HTTPError as error:
            if error.code >= 500 and error.code != 503:
                raise DevToolsError(
                    f"The health page says {error.code}: {error.read()[:500].decode(errors='replace')}"
                ) from error
            return False
        except (urllib.error.URLError, OSError):
            return False


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
