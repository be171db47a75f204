"""Boots an instance for the time of a command, and puts away afterwards what the command started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from . import sync as sync_module
from .console import step
from .errors import DevToolsError
from .gitserver import WorkingTree
from .instance import Instance
from .processes import file_lock
from .project import Project
from .seed import ensure_scale_template, ensure_seeded_template
from .services import Services
from .snapshot import Progress


@dataclass(frozen=True)
class Workbench:
    """A booted instance, with this process set up as a Nautobot of it."""

    instance: Instance
    user: Any
    tree: WorkingTree
    url: str

    def sync(self) -> sync_module.Verdict:
        """Commit the working tree, sync it in the worker, enable its Jobs; returns the verdict.

        One at a time: the watcher and a command may both have seen a change, and two syncs would write the same Jobs in
        different orders, which PostgreSQL ends as a deadlock.
        """
        from nautobot.extras.models import Job

        with file_lock(self.instance.project.state / "sync.lock"):
            self.tree.commit()
            verdict = sync_module.sync(self.tree, self.url, self.user)
            # Nautobot creates Jobs disabled, for an administrator to look at; here the author is the administrator.
            Job.objects.filter(module_name__startswith=f"{self.instance.project.slug}.", installed=True).update(
                enabled=True
            )
        return verdict


@contextmanager
def booted(
    project: Project, name: str = "dev", *, fresh: bool = False, web: bool = False, beat: bool = False, prepare=None
) -> Iterator[Workbench]:
    """Boot the instance `name` with a worker, serve the working tree, and set this process up.

    Args:
        project: the repository.
        name: of the instance; its processes are left alone where they run already.
        fresh: make its database anew, with the sample data.
        web: start the web server too, and wait for its health page.
        beat: start beat too, which starts scheduled Jobs.
        prepare: called as ``prepare(instance, progress)`` to make the database, instead.
    """
    with ExitStack() as stack:
        with step("Starting PostgreSQL and Valkey"):
            services = stack.enter_context(Services(project).running())
        instance = Instance(services, name)
        running = instance.worker.process() is not None
        if fresh or prepare or not instance.exists():
            with step("Preparing the database") as progress:
                if prepare is not None:
                    prepare(instance, progress)
                else:
                    instance.create(ensure_seeded_template(services, progress))
            running = False
        with step("Starting Nautobot" + (f" at {instance.url}" if web else "")):
            if not running:
                # Once the command's work is done, or given up, the worker has none.
                stack.callback(instance.stop, patience=0.5)
                instance.start_worker()
                if web:
                    instance.start_web()
                if beat:
                    instance.start_beat()
            instance.setup()
            user = instance.ensure_admin()
            instance.wait_for_worker()
            if instance.beat.process() is not None:
                instance.wait_for_beat()
            if web:
                instance.wait_for_web()
        tree = WorkingTree(project)
        url = stack.enter_context(tree.serve())
        yield Workbench(instance, user, tree, url)


@contextmanager
def on_scale(project: Project, devices: int) -> Iterator[Workbench]:
    """Boot an instance on a network of so many devices, for the time of the block. Its worker runs one Job at a time, each in a process of its own.

    What a Job finds in memory, and how much it takes, does then not depend on what ran before it.
    """

    def prepare(instance: Instance, progress: Progress) -> None:
        instance.create(ensure_scale_template(instance.services, devices, progress))
        instance.start_worker(concurrency=1, tasks_per_process=1)

    with booted(project, "bench", prepare=prepare) as bench:
        try:
            yield bench
        finally:
            from django.db import connections

            connections.close_all()
            bench.instance.drop()


@contextmanager
def scratch_database(project: Project, name: str = "bench", *, seeded: bool = False) -> Iterator[Instance]:
    """A database for the time of the block, and this process a Nautobot of it, without any other process: for benchmarks and scripts.

    Args:
        project: the repository.
        name: of the instance.
        seeded: with the sample data; else migrated and empty but for the administrator.
    """
    with Services(project).running() as services:
        instance = Instance(services, name)
        instance.create(ensure_seeded_template(services) if seeded else None)
        try:
            instance.setup()
            instance.ensure_admin()
            yield instance
        finally:
            from django.db import connections

            connections.close_all()
            instance.drop()


def sync_or_fail(bench: Workbench) -> sync_module.Verdict:
    """Sync; raises with the verdict where anything is wrong."""
    with step(f"Syncing {bench.instance.project.root} as the Git repository “{bench.instance.project.name}”"):
        verdict = bench.sync()
    if not verdict.ok:
        raise DevToolsError("The sync has problems:\n" + "\n".join(verdict.problems))
    return verdict
