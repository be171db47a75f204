"""What is made new: the files of a Job, a check or a repository, from the texts in ``templates/``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from ..errors import DevToolsError
from ..project import Project, pyproject, table
from ..source.contracts import Contract, contract_of
from ..source.files import in_folder
from . import files, insert
from .names import checked_folder, checked_title, module_name, title_of

_TEMPLATES = Path(__file__).parent / "templates"
_CHECKS = "jobs/audits/checks"
# Where a kind of Job lies, unless it is said otherwise.
FOLDERS = {"job": "", "change": "changes", "network": "network", "button": "receivers", "hook": "receivers"}


@dataclass(frozen=True)
class Made:
    """What was made: paths of new files and of those that were changed, and the test to run."""

    new: list[str]
    changed: list[str]
    test: str


def job(project: Project, kind: str, class_name: str, *, title: str = "", folder: str | None = None) -> Made:
    """Make a Job of a kind of `FOLDERS`, with its test and exercise, and register it.

    Raises:
        DevToolsError: a name is taken or impossible, or the repository registers its Jobs in a way that is not understood.
    """
    module = module_name(class_name)
    title = checked_title(title or title_of(class_name))
    folder = checked_folder(FOLDERS[kind] if folder is None else folder)
    contents = project.root / "jobs/__init__.py"
    if not contents.is_file():
        raise DevToolsError(f"{project.root} has no jobs/__init__.py, where a new Job would be registered.")
    contract = contract_of(in_folder(project.root))
    _refuse_taken(contract, class_name, title)
    by_plan = kind == "change" and folder.count("/") == 0 and folder and _has_engine(project.root)
    template = "change_by_plan" if by_plan else kind
    below = f"{folder}/" if folder else ""
    dotted = below.replace("/", ".")
    values = {
        "class_name": class_name,
        "title": title,
        "sentence": f"{title}.",
        "group": (folder.rpartition("/")[2] or "jobs").replace("_", " ").capitalize(),
        "module": f"jobs.{dotted}{module}",
    }
    exercise = (project.exercises / f"{below.replace('/', '_')}{module}.yml").relative_to(project.root).as_posix()
    new = {
        f"jobs/{below}{module}.py": _text(f"{template}/job.py", values),
        f"tests/{below}test_{module}.py": _text(f"{template}/test.py", values),
        exercise: _text(f"{template}/exercise.yml", values),
    }
    new |= _packages(project.root, folder)
    before = contents.read_bytes()
    after = _inserted(
        "jobs/__init__.py", insert.registered, before, f".{dotted}{module}", class_name, _width(project.root)
    )
    files.write(project.root, new, {"jobs/__init__.py": (before, after)})
    return Made(sorted(new), ["jobs/__init__.py"], f"tests/{below}test_{module}.py")


def check(project: Project, class_name: str, domain: str, *, title: str = "", identifier: str = "") -> Made:
    """Make a check of an audit, with its test, in a repository that has the toolkit for it.

    Raises:
        DevToolsError: there is no such domain, or a name is taken or impossible.
    """
    root = project.root
    domains = sorted(path.parent.name for path in (root / _CHECKS).glob("*/__init__.py"))
    if not domains or not (root / "jobs/toolkit/checks.py").is_file():
        raise DevToolsError(f"{root} has no checks: they need jobs/toolkit/checks.py, and lie in {_CHECKS}/<domain>/.")
    if domain not in domains:
        raise DevToolsError(f"There is no domain {domain}; there are {', '.join(domains)}.")
    module = module_name(class_name)
    title = checked_title(title or title_of(class_name)).rstrip(".")
    taken = _identifiers(root / _CHECKS)
    identifier = identifier or _next_identifier(_identifiers(root / _CHECKS / domain), taken)
    if not re.fullmatch(r"[A-Z]+-[A-Z]+-\d{3}", identifier) or identifier in taken:
        raise DevToolsError(
            f"{identifier} is no new id of a check: give one such as DCIM-DEVICE-042 that no check has."
        )
    version = table(pyproject(root), "project").get("version", "0.1.0")
    package = f"{_CHECKS}/{domain}"
    values = {
        "class_name": class_name,
        "title": title,
        "id": identifier,
        "version": version,
        "package": package.replace("/", "."),
    }
    test = f"tests/{package.removeprefix('jobs/')}/test_{module}.py"
    contents = root / package / "__init__.py"
    before = contents.read_bytes()
    path = f"{package}/__init__.py"
    after = _inserted(path, insert.listed, before, f".{module}", class_name, _width(root), "CHECKS")
    new = {f"{package}/{module}.py": _text("check/job.py", values), test: _text("check/test.py", values)}
    files.write(root, new, {path: (before, after)})
    return Made(sorted(new), [path], test)


def repository(folder: Path, name: str = "") -> Made:
    """Make a repository of Jobs with one Job in it, in a folder that is empty or not there.

    Raises:
        DevToolsError: there is something in the folder, or the name is impossible.
    """
    if folder.exists() and (not folder.is_dir() or any(each.name != ".git" for each in folder.iterdir())):
        raise DevToolsError(f"{folder} is there already, and not empty.")
    name = checked_title(name or folder.resolve().name)
    package = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "jobs"
    first = {
        "class_name": "LocationList",
        "title": "Location list",
        "sentence": "A list of locations.",
        "group": "Locations",
        "module": "jobs.location_list",
    }
    new = {
        "jobs/location_list.py": _text("job/job.py", first),
        "tests/test_location_list.py": _text("job/test.py", first),
        "exercises/location_list.yml": _text("job/exercise.yml", first),
    }
    source = _TEMPLATES / "repository"
    for path in sorted(each for each in source.rglob("*.txt") if each.is_file()):
        target = path.relative_to(source).as_posix().removesuffix(".txt")
        new[target] = _text(f"repository/{target}", {"name": name, "package": package})
    files.write(folder, new)
    return Made(sorted(new), [], "tests/test_location_list.py")


def _text(template: str, values: dict[str, Any]) -> bytes:
    text = (_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(values).encode()


def _inserted(path: str, function: Any, *arguments: Any) -> bytes:
    try:
        return function(*arguments)
    except DevToolsError as error:
        raise DevToolsError(f"{path}: {error} Nothing was written.") from error


def _refuse_taken(contract: Contract, class_name: str, title: str) -> None:
    for path, each in contract.jobs.items():
        if each.name == class_name:
            raise DevToolsError(f"There is a Job {path} already; choose another name.")
        if each.registered and each.title == title:
            raise DevToolsError(f"{path} is called “{title}” already; give another --title.")


def _packages(root: Path, folder: str) -> dict[str, bytes]:
    """The ``__init__.py`` that folders of Jobs lack: without, Nautobot does not see what is in them."""
    parts = folder.split("/") if folder else []
    paths = ["/".join(("jobs", *parts[:depth], "__init__.py")) for depth in range(1, len(parts) + 1)]
    group = parts[-1].replace("_", " ") if parts else ""
    return {path: f'"""Jobs: {group}."""\n'.encode() for path in paths if not (root / path).exists()}


def _has_engine(root: Path) -> bool:
    return (root / "jobs/toolkit/changes.py").is_file() and (root / "jobs/toolkit/plan.py").is_file()


def _identifiers(folder: Path) -> set[str]:
    pattern = re.compile(r'^    id = "([A-Z]+-[A-Z]+-\d{3})"', re.MULTILINE)
    return {found for path in folder.rglob("*.py") for found in pattern.findall(path.read_text(encoding="utf-8"))}


def _next_identifier(of_domain: set[str], taken: set[str]) -> str:
    """The next number of what most checks of the domain are called by."""
    subjects = [identifier.rpartition("-")[0] for identifier in sorted(of_domain)]
    if not subjects:
        return ""
    subject = max(subjects, key=subjects.count)
    numbers = [int(each.rpartition("-")[2]) for each in taken if each.rpartition("-")[0] == subject]
    return f"{subject}-{max(numbers) + 1:03}"


def _width(root: Path) -> int:
    """How long a line may be: as ruff is told, or its default."""
    width = table(pyproject(root), "tool", "ruff").get("line-length", 88)
    return width if isinstance(width, int) else 88
