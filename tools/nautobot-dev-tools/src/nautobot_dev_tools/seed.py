"""Fills a database with the repository's sample data, or a large network, once, and keeps it as a template that is cloned in no time."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
from typing import Any

from .errors import DevToolsError
from .instance import Instance
from .processes import file_lock
from .project import Project
from .services import Services
from .snapshot import Progress, ensure_template, no_progress

_PROGRESS = "@progress "


def ensure_seeded_template(services: Services, progress: Progress = no_progress) -> str:
    """Return the name of the template with the sample data, built where it is missing or its code has changed.

    A repository without ``seed`` gets the migrated template.
    """
    if not services.project.settings.get("seed"):
        return ensure_template(services, progress)
    return _ensure(services, "seed", "seed", {}, progress)


def ensure_scale_template(services: Services, devices: int, progress: Progress = no_progress) -> str:
    """Return the name of the template with a network of so many devices, built where it is missing or its code has changed (minutes).

    Raises:
        DevToolsError: the repository has no ``scale``.
    """
    if not services.project.settings.get("scale"):
        raise DevToolsError(
            "This repository cannot build a network of a given size: name a function in [tool.nautobot-jobs] scale."
        )
    return _ensure(services, "scale", f"scale_{devices}", {"devices": devices}, progress)


def _ensure(services: Services, setting: str, kind: str, arguments: dict[str, int], progress: Progress) -> str:
    """The template that the function named by a setting fills; templates of its earlier code are dropped."""
    schema = ensure_template(services, progress)
    project, postgres = services.project, services.postgres
    name = f"{schema}_{kind}_{_digest(project, setting)}"
    with file_lock(project.state / f"{kind}.lock"):
        if name in postgres.databases():
            return name
        building = f"{schema}_{kind}_building"
        postgres.clone(schema, building)
        _build(Instance(services, "migrate", database=building), setting, arguments, progress)
        for old in postgres.databases():
            if old.startswith(f"{schema}_{kind}_") and old != building:
                postgres.drop(old)
        postgres.sql("ANALYZE", database=building)
        postgres.rename(building, name)
    return name


def _digest(project: Project, setting: str) -> str:
    """A hash of the code and data that fill the database."""
    module = project.settings[setting].split(":")[0]
    folder = project.root / project.settings.get(f"{setting}-path", "") / module.split(".")[0]
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in (".py", ".yml", ".yaml", ".json", ".csv") and path.is_file()
    )
    if folder.with_suffix(".py").is_file():
        files.append(folder.with_suffix(".py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(project.root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _build(instance: Instance, setting: str, arguments: dict[str, int], progress: Progress) -> None:
    """Run the function that a setting names in a process of its own, on that database."""
    instance.root.mkdir(parents=True, exist_ok=True)
    follow(
        [sys.executable, "-m", "nautobot_dev_tools.seed", setting, json.dumps(arguments)],
        progress,
        env={**os.environ, **instance.environment},
        cwd=instance.project.root,
    )


def follow(command: list[str], progress: Progress, **options: Any) -> None:
    """Run a command that fills a database with the sample data, and tell the progress that it prints."""
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, **options
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                if line.startswith(_PROGRESS):
                    progress(*json.loads(line[len(_PROGRESS) :]))
                else:
                    said.append(line)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DevToolsError(f"The sample data could not be built:\n{''.join(said[-30:])}")


def code(project: Project, root: str) -> str:
    """Python code that fills the database of the Nautobot that runs it, where the repository is at `root`; it needs nothing of the workbench."""
    module, function = project.settings["seed"].split(":")
    return (
        f"import json, sys; sys.path.insert(0, {root + '/' + project.settings.get('seed-path', '')!r}); "
        f"from {module} import {function} as build; "
        f"build(progress=lambda *step: print({_PROGRESS!r} + json.dumps(step), flush=True))"
    )


def main() -> None:
    """Fill the database that the environment names: this process's whole task. Called with a setting and arguments as JSON."""
    setting, arguments = sys.argv[1], json.loads(sys.argv[2])
    project = Project.find()
    instance = Instance(Services(project), "migrate", database=os.environ["NAUTOBOT_DB_NAME"])
    instance.setup()
    instance.ensure_admin()
    sys.path.insert(0, str(project.root / project.settings.get(f"{setting}-path", "")))
    module, function = project.settings[setting].split(":")
    build = getattr(importlib.import_module(module), function)
    build(
        progress=lambda step, done, total: print(f"{_PROGRESS}{json.dumps([step, done, total])}", flush=True),
        **arguments,
    )


if __name__ == "__main__":
    main()
