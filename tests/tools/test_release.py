"""Releases, made for real in a small repository: version, notes, commit and tag, and that a failure leaves no trace."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTES = "docs/release-notes.md"
FINE, FAILS = (sys.executable, "-c", ""), (sys.executable, "-c", "raise SystemExit(3)")


@pytest.fixture(scope="module")
def release(script):
    return script("release")


class Repository:
    """A repository with this one's settings for towncrier and two packages, version 0.1.0, not released yet."""

    def __init__(self, root: Path):
        self.root = root
        settings = re.search(r"^\[tool\.towncrier\]\n.*?^\]\n", (ROOT / "pyproject.toml").read_text(), re.M | re.S)
        self.write("pyproject.toml", f'[project]\nname = "one"\nversion = "0.1.0"\n\n{settings.group()}')
        self.write(
            "tools/two/pyproject.toml", '[project]\nname = "two"\nversion = "0.1.0"\ndependencies = ["x==0.1.0"]\n'
        )
        self.write(NOTES, "# Release notes\n\n<!-- releases -->\n")
        self.write("jobs/one.py", "")
        self.write("changes/README.md", "How to.\n")
        self.write("changes/7.added", "Added a *thing*.\n")
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "user.name", "Somebody")
        self.git("config", "user.email", "somebody@example.com")
        self.git("config", "commit.gpgsign", "false")
        self.git("config", "tag.gpgsign", "false")
        self.commit()

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        return (self.root / name).read_text()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Repository:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Repository(tmp_path)


def test_a_release_is_a_commit_and_an_annotated_tag(release, repository):
    release.make(repository.root, "0.1.0", before=[FINE], after=[FINE])

    assert repository.git("status", "--porcelain") == ""
    assert repository.git("cat-file", "-t", "v0.1.0") == "tag"
    assert repository.git("rev-parse", "v0.1.0^{commit}") == repository.git("rev-parse", "HEAD")
    assert repository.git("log", "-1", "--format=%s") == "Release 0.1.0"
    assert [path.name for path in (repository.root / "changes").iterdir()] == ["README.md"]
    assert release.notes_of_tag(repository.root, "v0.1.0") == "### Added\n\n- Added a *thing*. (#7)"


def test_the_next_one_sets_the_version_everywhere_and_stands_above_the_last(release, repository):
    release.make(repository.root, "0.1.0", before=[], after=[])
    repository.write("changes/8.fixed", "Mended it.\n")
    repository.write("changes/+word.added", "Another.\n")
    repository.commit()

    release.make(repository.root, "0.2.0rc1", before=[], after=[])

    assert release.versions(repository.root) == {"pyproject.toml": "0.2.0rc1", "tools/two/pyproject.toml": "0.2.0rc1"}
    assert '"x==0.1.0"' in repository.read("tools/two/pyproject.toml")
    notes = repository.read(NOTES)
    assert notes.startswith("# Release notes\n\n<!-- releases -->\n")
    assert re.findall(r"^## (\S+) \(\d{4}-\d\d-\d\d\)$", notes, re.M) == ["0.2.0rc1", "0.1.0"]
    assert release.notes_of_tag(repository.root, "v0.2.0rc1") == (
        "### Added\n\n- Another.\n\n### Fixed\n\n- Mended it. (#8)"
    )
    assert set(repository.git("diff", "--name-only", "HEAD~1").split()) == {
        "pyproject.toml",
        "tools/two/pyproject.toml",
        NOTES,
        "changes/8.fixed",
        "changes/+word.added",
    }


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_failing_check_leaves_all_as_it_was(release, repository, where):
    head = repository.git("rev-parse", "HEAD")

    with pytest.raises(subprocess.CalledProcessError):
        release.make(repository.root, "0.2.0", **({"before": [], "after": []} | {where: [FAILS]}))

    assert repository.git("rev-parse", "HEAD") == head
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("tag") == ""
    assert repository.read("changes/7.added") == "Added a *thing*.\n"
    assert release.versions(repository.root)["pyproject.toml"] == "0.1.0"


def _dirty(repository):
    repository.write("jobs/one.py", "x = 1\n")


def _branch(repository):
    repository.git("switch", "--quiet", "--create", "other")


def _detached(repository):
    repository.git("switch", "--quiet", "--detach")


def _released(repository):
    repository.git("tag", "v0.10.0")


def _nothing_to_tell(repository):
    repository.git("rm", "--quiet", "changes/7.added")
    repository.commit()


@pytest.mark.parametrize(
    ("version", "prepare", "complaint"),
    [
        ("latest", None, "no version"),
        ("0.9.0", _released, "not newer than .* 0.10.0"),
        ("0.10.0", _released, "not newer"),
        ("0.2.0", _dirty, "jobs/one.py"),
        ("0.2.0", _branch, "this is other"),
        ("0.2.0", _detached, "this is no branch"),
        ("0.2.0", _nothing_to_tell, "no fragments"),
    ],
)
def test_what_cannot_be_released_says_why(release, repository, capsys, version, prepare, complaint):
    if prepare:
        prepare(repository)
    head = repository.git("rev-parse", "HEAD")

    assert release.main(["make", version], repository.root) == 1

    assert re.search(complaint, capsys.readouterr().err)
    assert repository.git("rev-parse", "HEAD") == head


def test_a_tag_that_the_files_do_not_know_is_refused(release, repository, capsys):
    release.make(repository.root, "0.1.0", before=[], after=[])

    assert release.main(["notes", "v0.1.0"], repository.root) == 0
    assert "a *thing*" in capsys.readouterr().out

    assert release.main(["notes", "v0.1.1"], repository.root) == 1
    error = capsys.readouterr().err
    assert "pyproject.toml has version 0.1.0" in error
    assert "tools/two/pyproject.toml has version 0.1.0" in error
    assert f"{NOTES} says nothing" in error

    repository.write("changes/9.fixed", "Late.\n")
    assert release.main(["notes", "v0.1.0"], repository.root) == 1
    assert "9.fixed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["tests/test_one.py", "README.md"], 0),
        (["jobs/two.py"], 1),
        (["app/x/__init__.py"], 1),
        (["tools/nautobot-dev-tools/src/x.py"], 1),
        (["tools/nautobot-dev-tools/tests/test_x.py"], 0),
        (["jobs/two.py", "changes/12.added"], 0),
        (["jobs/two.py", "changes/12.housekeeping"], 0),
        (["jobs/two.py", "changes/12.nonsense"], 1),
        (["jobs/two.py", "changes/README.md"], 1),
        ([NOTES, "jobs/two.py"], 0),  # a release
    ],
)
def test_a_branch_tells_what_it_changes_for_users(release, repository, changed, expected):
    _branch(repository)
    for name in changed:
        repository.write(name, "Something else.\n")
    repository.commit()

    assert release.main(["check", "main"], repository.root) == expected


def test_this_repository_has_one_version_and_sound_fragments(release):
    assert set(release.versions(ROOT)) >= {"pyproject.toml", "tools/nautobot-dev-tools/pyproject.toml"}
    assert len(set(release.versions(ROOT).values())) == 1
    # Strict: a name in changes/ that is no fragment is an error.
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next"]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0


def test_the_workbench_builds(release, tmp_path):
    """The App is built and installed by the tests of the ways to install."""
    command = [release.UV, "build", "--quiet", "--out-dir", str(tmp_path), str(ROOT / "tools/nautobot-dev-tools")]
    subprocess.run(command, check=True)

    version = release.versions(ROOT)["pyproject.toml"]
    assert {path.name for path in tmp_path.iterdir() if path.suffix in (".whl", ".gz")} == {
        f"nautobot_dev_tools-{version}-py3-none-any.whl",
        f"nautobot_dev_tools-{version}.tar.gz",
    }
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), tmp_path / "wheel", "zip")
    assert list((tmp_path / "wheel/nautobot_dev_tools/snapshots").glob("nautobot-*-postgresql.sql.xz"))
