"""The process that loads a repository's Jobs for `load_report`: a Nautobot of its own, on a database that is dropped afterwards.

Run as ``python -m nautobot_dev_tools.load_process ARGUMENTS``; these are JSON, the answer is a JSON file.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from . import sync
from .compat import enqueue_job
from .gitserver import WorkingTree
from .load_report import project_of
from .processes import file_lock
from .project import Project
from .snapshot import nautobot_version
from .workbench import scratch_database


def main() -> None:
    """Load, and write the answer."""
    arguments = json.loads(sys.argv[1])
    state = project_of(Path(arguments["root"]))
    state.make_state()
    with file_lock(state.state / "load.lock"), scratch_database(state, "load"), tempfile.TemporaryDirectory() as folder:
        project = replace(state, root=Path(arguments["folder"]), settings={"name": arguments["name"]})
        answer = loaded(WorkingTree(project, Path(folder) / "working-tree.git"), project)
    partial = Path(arguments["answer"] + ".partial")
    partial.write_text(json.dumps(answer), encoding="utf-8")
    partial.rename(arguments["answer"])


def loaded(tree: WorkingTree, project: Project) -> dict[str, Any]:
    """Sync a working tree by Nautobot's own sync Job, over HTTP, in this process; returns what `load_report` asks for."""
    from django.contrib.auth import get_user_model

    with tree.serve() as url:
        repository = sync.ensure_repository(project.name, project.slug, url)
        user = get_user_model().objects.get(is_superuser=True)
        job_result = enqueue_job(sync.sync_job_model(), user, {"repository": str(repository.pk)}, synchronous=True)
        job_result.refresh_from_db()
        verdict = sync.judge(repository, job_result, tree)
    failures = {} if verdict.status == "SUCCESS" else import_failures(tree, project.slug)
    jobs, forms = opened(project.slug) if verdict.status == "SUCCESS" else ({}, {})
    return {
        "nautobot": nautobot_version(),
        "synced": verdict.status == "SUCCESS",
        "jobs": jobs,
        "forms": forms,
        "needs": {path.removeprefix(f"{project.slug}."): minimum for path, minimum in verdict.needs.items()},
        # The loader stops at the first that fails; there may be more.
        "problems": list(dict.fromkeys(failures.values())) or verdict.problems,
        "failures": failures,
    }


def import_failures(tree: WorkingTree, slug: str) -> dict[str, str]:
    """Import every module of the Jobs on its own; returns what is wrong with those that fail, by name from the repository's root."""
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder).resolve() / slug
        tree.export(clone)
        sync.forget_modules(slug)
        importlib.invalidate_caches()
        sys.path.insert(0, str(clone.parent))
        for path in sorted([*clone.glob("jobs.py"), *(clone / "jobs").rglob("*.py")]):
            parts = path.relative_to(clone).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            if not all(part.isidentifier() for part in name.split(".")):
                continue
            try:
                importlib.import_module(f"{slug}.{name}")
            except (Exception, SystemExit) as error:
                # What lacks a name of a package that failed has nothing wrong itself.
                of = (getattr(error, "name", None) or "").removeprefix(f"{slug}.")
                failures[name] = failures.get(of) or sync.explain(error, clone)
                if is_package:  # an empty one in its place, to see what is in it
                    sys.modules[f"{slug}.{name}"] = package = ModuleType(f"{slug}.{name}")
                    package.__path__ = [str(path.parent)]
        sys.path.remove(str(clone.parent))
    # Where one module fails, all that import it do: told once, with the chain by which the loader comes there.
    told: dict[str, str] = {}
    for text in failures.values():
        told.setdefault(text.splitlines()[0], text)
    return {name: told[text.splitlines()[0]] for name, text in failures.items()}


def opened(slug: str) -> tuple[dict[str, str], dict[str, str]]:
    """The titles of the registered Jobs, and what is wrong with the forms that do not open, by class path from the repository's root."""
    from nautobot.extras.jobs import get_job
    from nautobot.extras.models import Job

    jobs: dict[str, str] = {}
    forms: dict[str, str] = {}
    for record in Job.objects.filter(module_name__startswith=f"{slug}.", installed=True).order_by(
        "module_name", "job_class_name"
    ):
        path = record.class_path.removeprefix(f"{slug}.")
        jobs[path] = record.name
        field = ""
        try:
            job_class = get_job(record.class_path)
            if job_class is None:
                forms[path] = "its class is not in Nautobot's registry"
                continue
            for field, variable in job_class._get_vars().items():  # noqa: B007 - told where it fails
                variable.as_field()
            field = ""
            for bound in job_class.as_form():
                field = bound.name
                str(bound)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f" ({Path(where.filename).name}:{where.lineno})"
            forms[path] = f"{field}: {type(error).__name__}: {error}{place}".removeprefix(": ")
    return jobs, forms


if __name__ == "__main__":
    main()
