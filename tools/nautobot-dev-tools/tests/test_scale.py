"""Networks of any size, end to end: built once, kept as a template; a profile and a measurement of Jobs on them, in real processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from nautobot_dev_tools import seed
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.services import Services

COMMAND = str(Path(sys.executable).with_name("nautobot-jobs"))
NETWORK = """
from nautobot.dcim.models import Manufacturer


def build(devices, progress):
    for number in range(devices):
        progress("Making", number, devices)
        Manufacturer.objects.create(name=f"maker {number}")
"""
JOBS = """
from nautobot.apps.jobs import DryRunVar, Job, register_jobs
from nautobot.dcim.models import Manufacturer

name = "Tiny"


class Names(Job):
    class Meta:
        name = "Names"
        has_sensitive_variables = False
        read_only = True

    def run(self):
        names = [maker.name for maker in Manufacturer.objects.filter(name__startswith="maker").iterator(chunk_size=2)]
        self.logger.info("%d", len(names))
        self.create_file("names.txt", " ".join(names))


class Adds(Job):
    dryrun = DryRunVar()

    class Meta:
        name = "Adds"
        has_sensitive_variables = False
        dryrun_default = True

    def run(self, *, dryrun):
        if not dryrun:
            Manufacturer.objects.create(name="there can be only one")


class Forgotten(Job):
    class Meta:
        name = "Forgotten"
        has_sensitive_variables = False
        read_only = True

    def run(self):
        pass


register_jobs(Names, Adds, Forgotten)
"""
EXERCISES = [
    {"job": "jobs.Names", "title": "x", "expect": {"files": ["names.txt"]}, "rehearse": True},
    {"job": "jobs.Adds", "title": "x", "inputs": {"dryrun": True}, "rehearse": True},
]
MEASURE = """
import json
from nautobot_dev_tools import bench
from nautobot_dev_tools.project import Project

print(json.dumps(bench.measure(Project.find(), [3, 7], 2)))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory, plain_environment):
    """A repository that can build a network."""
    folder = tmp_path_factory.mktemp("scale")
    files = {
        "__init__.py": "",
        "jobs.py": JOBS,
        "exercises/all.yml": yaml.safe_dump(EXERCISES),
        "lab/network.py": NETWORK,
        "pyproject.toml": '[tool.nautobot-jobs]\nname = "Tiny"\nscale = "network:build"\nscale-path = "lab"\n',
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    yield folder
    subprocess.run([COMMAND, "destroy"], cwd=folder, env=plain_environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def run(root, plain_environment):
    def ran(*command: str) -> str:
        result = subprocess.run(
            command, cwd=root, env=plain_environment | {"COLUMNS": "150"}, text=True, capture_output=True, timeout=300
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return ran


def test_all_jobs_are_measured_on_each_network(run, root):
    rows = {(row["job"], row["mode"], row["devices"]): row for row in json.loads(run(sys.executable, "-c", MEASURE))}

    assert set(rows) == {
        (job, mode, devices)
        for devices in (3, 7)
        for job, mode in (
            ("jobs.Names", "reads"),
            ("jobs.Adds", "dry run"),
            ("jobs.Adds", "writes"),
            ("jobs.Forgotten", ""),
        )
    }
    for (job, mode, devices), row in rows.items():
        if job == "jobs.Forgotten":
            assert (row["status"], len(row["problems"])) == ("not run", 1)
            continue
        # What writes runs twice, and could not if the database were not made anew.
        assert (row["status"], row["problems"], len(row["seconds"])) == ("success", [], 2), (job, mode)
        assert row["own_queries"] > 10
        if job == "jobs.Names":
            assert row["file_bytes"] == len(" ".join(f"maker {number}" for number in range(devices)))
    reads, tries, writes = (
        rows["jobs." + job, mode, 7] for job, mode in (("Names", "reads"), ("Adds", "dry run"), ("Adds", "writes"))
    )
    assert reads["log_rows"] == tries["log_rows"] + 2  # its own, and Nautobot's about the file
    assert writes["own_queries"] > tries["own_queries"]
    assert rows["jobs.Names", "reads", 3]["own_queries"] == reads["own_queries"]


def test_a_profile_on_a_network(run, root):
    output = run(COMMAND, "profile", "Names", "--devices", "7", "--explain", "9")

    folder = root / ".nautobot" / "profiles" / "Names"
    profile = json.loads((folder / "profile.json").read_text())
    assert profile["status"] == "success"
    (statement,) = (each for each in profile["statements"] if "dcim_manufacturer" in each["sql"])
    assert (statement["count"], statement["rows"], statement["own"]) == (1, 7, True)
    line = 1 + next(number for number, text in enumerate(JOBS.splitlines()) if "iterator" in text)
    assert statement["sites"] == [
        [f"jobs.py:{line} <listcomp>" if sys.version_info < (3, 12) else f"jobs.py:{line} run", 1]
    ]
    own = {each["function"].split()[-1]: each for each in profile["functions"]["own"]}
    assert own["run"]["calls"] == 1
    assert profile["queries"]["log"] >= 2
    assert 0 < profile["run"]["sql"] < profile["run"]["total"]
    assert any("dcim_manufacturer" in line for each in profile["plans"] for line in each["plan"])
    assert "Sent from, and text" in output
    assert (folder / "profile.txt").read_text()
    assert (folder / "Names.pstats").stat().st_size > 1000


def test_a_repository_that_builds_no_network_is_told(project):
    with pytest.raises(DevToolsError, match="scale"):
        seed.ensure_scale_template(Services(project), 10)


def test_a_template_is_known_by_the_code_that_builds_it(tmp_path):
    (tmp_path / "lab").mkdir()
    project = Project(tmp_path, {"scale": "network:build", "scale-path": "lab"})
    digests = []
    for text in ("one", "two"):
        (tmp_path / "lab" / "network.py").write_text(text)
        digests.append(seed._digest(project, "scale"))
    (tmp_path / "lab" / "other.py").write_text("is not part of it")

    assert digests[0] != digests[1] == seed._digest(project, "scale")
