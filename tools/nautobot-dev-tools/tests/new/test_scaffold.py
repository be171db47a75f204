"""What `new` makes: complete, clean, and never over anything."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check_folder
from nautobot_dev_tools.cli import main
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.new import files, names, scaffold
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.source.contracts import contract_of
from nautobot_dev_tools.source.files import in_folder

KINDS = list(scaffold.FOLDERS)


@pytest.fixture
def repository(tmp_path):
    """A new repository."""
    scaffold.repository(tmp_path / "repository", "My jobs")
    return Project(tmp_path / "repository", {"name": "My jobs"})


def content(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def ruff(root: Path, *arguments: str) -> str:
    if not find_spec("ruff"):
        pytest.fail("ruff is needed: uv sync")
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def test_a_repository_is_complete_and_clean(repository):
    root = repository.root

    assert sorted(content(root)) == [
        ".github/workflows/ci.yml",
        ".gitignore",
        "README.md",
        "__init__.py",
        "exercises/location_list.yml",
        "jobs/__init__.py",
        "jobs/location_list.py",
        "pyproject.toml",
        "tests/test_location_list.py",
    ]
    assert Project.find(root).name == "My jobs"
    assert "${{ github.ref }}" in (root / ".github/workflows/ci.yml").read_text()
    assert list(contract_of(in_folder(root)).registered()) == ["jobs.location_list.LocationList"]
    assert check_folder(root, Config.read(root)).findings == []
    assert ruff(root, "check").strip() == "All checks passed!"
    assert "reformatted" not in ruff(root, "format", "--check")


@pytest.mark.parametrize("end", ["", "X" + "cdefghij" * 4])
def test_each_kind_is_complete_and_clean_whatever_its_name(repository, end):
    root = repository.root

    for kind in KINDS:
        made = scaffold.job(repository, kind, f"A{kind}{end}"[: names.LONGEST_CLASS], title=f"A Job of the kind {kind}")
        assert made.changed == ["jobs/__init__.py"]
        assert (root / made.test).is_file()

    jobs = contract_of(in_folder(root)).registered()
    assert len(jobs) == 1 + len(KINDS)
    assert {job.kind for job in jobs.values()} == {"job", "button", "hook"}
    assert check_folder(root, Config.read(root)).findings == []
    assert ruff(root, "check").strip() == "All checks passed!"
    assert "reformatted" not in ruff(root, "format", "--check")


def test_folder_and_title_are_ones_own(repository):
    scaffold.job(repository, "job", "RackUsage", title="Racks, and how full", folder="audits/racks")

    made = content(repository.root)
    assert made["jobs/audits/__init__.py"]
    assert made["jobs/audits/racks/__init__.py"]
    assert b"from jobs.audits.racks.rack_usage import RackUsage" in made["tests/audits/racks/test_rack_usage.py"]
    assert b"- job: jobs.audits.racks.rack_usage.RackUsage" in made["exercises/audits_racks_rack_usage.yml"]
    assert b'name = "Racks, and how full"' in made["jobs/audits/racks/rack_usage.py"]
    assert b'name = "Racks"' in made["jobs/audits/racks/rack_usage.py"]


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("job", "rackUsage", {}),
        ("job", "Rack Usage", {}),
        ("job", "Räcke", {}),
        ("job", "R" * 41, {}),
        ("job", "", {}),
        ("job", "../Evil", {}),
        ("job", "Class", {}),
        ("job", "Job", {}),
        ("job", "StringVar", {}),
        ("job", "ValueError", {}),
        ("job", "Test", {}),
        ("job", "LocationList", {}),
        ("job", "Fine", {"title": "Location list"}),
        ("job", "Fine", {"title": 'say "no"'}),
        ("job", "Fine", {"title": "${no}"}),
        ("job", "Fine", {"title": "two\nlines"}),
        ("job", "Fine", {"title": "x" * 61}),
        ("job", "Fine", {"folder": "../outside"}),
        ("job", "Fine", {"folder": "/outside"}),
        ("job", "Fine", {"folder": "audits//racks"}),
        ("job", "Fine", {"folder": "class"}),
        ("job", "Fine", {"folder": "My Folder"}),
    ],
)
def test_names_that_are_taken_or_impossible(repository, kind, name, options):
    before = content(repository.root)

    with pytest.raises(DevToolsError):
        scaffold.job(repository, kind, name, **options)

    assert content(repository.root) == before


def test_nothing_is_overwritten_and_nothing_is_left_half_done(repository):
    root = repository.root
    (root / "tests/test_fine.py").write_text("# mine\n")
    before = content(root)

    with pytest.raises(DevToolsError, match=r"tests/test_fine\.py: there already"):
        scaffold.job(repository, "job", "Fine")

    assert content(root) == before


def test_what_cannot_be_registered_is_not_made(repository):
    root = repository.root
    (root / "jobs/__init__.py").write_text("# nothing\n")
    before = content(root)

    with pytest.raises(DevToolsError, match=r"jobs/__init__\.py: .*by hand"):
        scaffold.job(repository, "job", "Fine")

    assert content(root) == before


def test_a_failure_in_the_middle_leaves_all_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "there.py").write_bytes(b"old")
    monkeypatch.setattr(
        files, "_replace", lambda path, raw: (_ for _ in ()).throw(PermissionError(13, "no", "there.py"))
    )

    with pytest.raises(DevToolsError, match="nothing was written"):
        files.write(tmp_path, {"a/b/new.py": b"new"}, {"there.py": (b"old", b"other")})

    assert content(tmp_path) == {"there.py": b"old"}
    assert not (tmp_path / "a").exists()


def test_no_link_leads_out_of_the_repository(repository, tmp_path):
    (tmp_path / "outside").mkdir()
    (repository.root / "jobs/receivers").symlink_to(tmp_path / "outside")

    with pytest.raises(DevToolsError, match="leads out"):
        scaffold.job(repository, "hook", "Fine")

    assert list((tmp_path / "outside").iterdir()) == []


def test_a_folder_that_is_not_empty(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(DevToolsError, match="not empty"):
        scaffold.repository(tmp_path)

    assert sorted(content(tmp_path)) == ["file"]


def test_a_fresh_clone_is_empty_enough(tmp_path):
    (tmp_path / ".git").mkdir()

    scaffold.repository(tmp_path)

    assert (tmp_path / "jobs/__init__.py").is_file()


def test_a_repository_without_checks(repository):
    with pytest.raises(DevToolsError, match="has no checks"):
        scaffold.check(repository, "RackFull", "racks")


@pytest.fixture
def with_checks(repository):
    """A repository with a domain of checks."""
    for path, text in {
        "jobs/toolkit/checks.py": "",
        "jobs/toolkit/changes.py": "",
        "jobs/toolkit/plan.py": "",
        "jobs/audits/checks/racks/__init__.py": "from .full import RackFull\n\nCHECKS = (RackFull,)\n",
        "jobs/audits/checks/racks/full.py": 'class RackFull:\n    id = "DCIM-RACK-007"\n',
        "jobs/audits/checks/rooms/__init__.py": "CHECKS = ()\n",
    }.items():
        (repository.root / path).parent.mkdir(parents=True, exist_ok=True)
        (repository.root / path).write_text(text)
    return repository


def test_a_check(with_checks):
    scaffold.check(with_checks, "RackLeans", "racks", title="Rack leans")

    made = content(with_checks.root)
    assert b'id = "DCIM-RACK-008"' in made["jobs/audits/checks/racks/rack_leans.py"]
    assert made["jobs/audits/checks/racks/__init__.py"] == (
        b"from .full import RackFull\nfrom .rack_leans import RackLeans\n\nCHECKS = (RackFull, RackLeans)\n"
    )
    assert b"from jobs.audits.checks.racks import RackLeans" in made["tests/audits/checks/racks/test_rack_leans.py"]


@pytest.mark.parametrize(
    ("name", "domain", "identifier"),
    [
        ("RackLeans", "cages", ""),
        ("RackLeans", "racks", "DCIM-RACK-007"),
        ("RackLeans", "racks", "rack-1"),
        ("RackLeans", "rooms", ""),
        ("Full", "racks", ""),
    ],
)
def test_a_check_that_cannot_be(with_checks, name, domain, identifier):
    before = content(with_checks.root)

    with pytest.raises(DevToolsError):
        scaffold.check(with_checks, name, domain, identifier=identifier)

    assert content(with_checks.root) == before


def test_a_change_uses_the_engine_where_there_is_one(with_checks, repository):
    scaffold.job(with_checks, "change", "Relabel")

    assert b"from ..toolkit.changes import" in (with_checks.root / "jobs/changes/relabel.py").read_bytes()


@pytest.mark.parametrize(
    ("name", "module", "title"),
    [
        ("RackUsage", "rack_usage", "Rack usage"),
        ("IPAudit", "ip_audit", "IP audit"),
        ("VLANs", "vla_ns", "VLA ns"),
        ("Dot1xPorts", "dot_1_x_ports", None),
        ("A", "a", "A"),
    ],
)
def test_modules_and_titles(name, module, title):
    if name in ("VLANs", "Dot1xPorts"):  # no rule knows all abbreviations: they are valid, and can be named otherwise
        assert names.module_name(name).isidentifier()
        return
    assert (names.module_name(name), names.title_of(name)) == (module, title)


def test_the_command(tmp_path, monkeypatch):
    result = CliRunner().invoke(main, ["new", "repository", str(tmp_path / "jobs-of-ours")])
    assert result.exit_code == 0, result.output
    monkeypatch.chdir(tmp_path / "jobs-of-ours")

    result = CliRunner().invoke(main, ["new", "hook", "Tidy"])
    assert result.exit_code == 0, result.output
    assert "new      jobs/receivers/tidy.py" in result.output
    assert "uv run pytest tests/receivers/test_tidy.py" in result.output

    result = CliRunner().invoke(main, ["new", "hook", "Tidy"])
    assert result.exit_code == 1
    assert "There is a Job jobs.receivers.tidy.Tidy already" in result.output


def test_what_is_made_syncs_and_its_tests_are_green(repository):
    """In a Nautobot of its own, as on the day it is made."""
    for kind in KINDS:
        scaffold.job(repository, kind, f"My{kind.capitalize()}")

    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"],
        cwd=repository.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr

    result = CliRunner().invoke(main, ["check", str(repository.root), "--load", "--format", "json"])
    assert result.exit_code == 0, result.output
    assert result.output.count('"jobs.') == 1 + len(KINDS)
