"""The third way: an App, built from the same Jobs; from there to a Git repository, and back."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from nautobot.extras.models import GitRepository, Job
from nautobot.extras.registry import registry
from nautobot_dev_tools.gitserver import files_of
from nautobot_dev_tools.project import Project
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]


@pytest.fixture
def install(nautobot, distributions):
    """A function that installs the App, as pip does, where the Nautobot's processes find it."""

    def installed() -> None:
        folder = nautobot.root / "site-packages"
        uv = [
            os.environ.get("UV", "uv"),
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--python",
            sys.executable,
        ]
        subprocess.run([*uv, "--target", str(folder), str(distributions["wheel"])], check=True)
        nautobot.app = folder

    return installed


def test_the_distributions_hold_the_jobs_and_nothing_else(distributions):
    with zipfile.ZipFile(distributions["wheel"]) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    with tarfile.open(distributions["sdist"]) as sdist:
        source = {name.split("/", 1)[1] for name in sdist.getnames() if "/jobs/" in name}

    jobs = {str(path) for path in files_of(Project.find(ROOT)) if path.parts[0] == "jobs"}
    assert packed == {f"nautobot_job_collection/{path}" for path in {"__init__.py", *jobs}}
    assert source == jobs


def test_the_app_and_the_package_ask_for_the_same_nautobot(distributions):
    with zipfile.ZipFile(distributions["wheel"]) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        required = Parser().parsestr(wheel.read(metadata).decode()).get_all("Requires-Dist")
    (nautobot,) = (each for each in map(Requirement, required) if each.marker is None)  # the others are for extras
    settings = dict(
        line.strip().split(" = ")
        for line in (ROOT / "app/nautobot_job_collection/__init__.py").read_text().splitlines()
        if "_version = " in line
    )
    oldest, newest = settings["min_version"].strip('"'), settings["max_version"].strip('"')

    assert nautobot.name == "nautobot"
    assert Version(oldest) in nautobot.specifier
    assert Version(newest) in nautobot.specifier
    assert f">={oldest}" in str(nautobot.specifier)


# One process for all, since starting one takes longer than any of it.
SOUND = """\
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

call_command("check", fail_level="WARNING")
call_command("makemigrations", "nautobot_job_collection", check_changes=True, dry_run=True)
call_command("post_upgrade", collectstatic=False)

app = apps.get_app_config("nautobot_job_collection")
assert app.version == "{version}", app.version
assert app.features["models"] == app.features["urlpatterns"] == []
client = Client()
client.force_login(get_user_model().objects.get(username="administrator"))
page = client.get("/apps/installed-apps/nautobot_job_collection/").content.decode()
for path in {jobs}:
    assert f"/{{path}}/" in page, path
"""


def test_as_an_app_then_git_then_app(
    nautobot, administrator, working_tree, distributions, install, snippet, enable, run_some, belongings
):
    ours = sorted(f"{nautobot.package}.{path}" for path in registry["jobs"] if path.startswith("jobs."))

    install()
    version = distributions["wheel"].name.split("-")[1]
    nautobot.server("shell", "--command", SOUND.format(version=version, jobs=ours))

    assert not Job.objects.filter(module_name__startswith=nautobot.package, enabled=True).exists()
    assert enable() == ours
    with nautobot.working():
        run_some()
        team = belongings()
        team.assert_working()
    assert nautobot.problems() == []

    # To Git: the record before its time, the App away, a restart; containers run post_upgrade at each start.
    snippet("add", remote_url=working_tree, branch="main")
    nautobot.app = None
    nautobot.post_upgrade()
    with nautobot.working():
        team.assert_working()
    assert GitRepository.objects.get().current_head
    assert nautobot.problems() == []

    # And back: the App first. As long as both are there, Nautobot says so, and takes the App.
    install()
    nautobot.post_upgrade()
    with nautobot.working():
        team.assert_working()
        snippet("let go")
        team.assert_working()
    assert enable() == ours
    refused = f"The repository_slug '{nautobot.package}' is invalid as it is the name of an installed Python package"
    cleaned = f"Deleting unmanaged (leftover?) Git repository clone at {nautobot.git_root / nautobot.package}"
    assert nautobot.problems()
    assert [line for line in nautobot.problems() if refused not in line and cleaned not in line] == []
