"""``nautobot-jobs diff`` as it is called: revisions, formats, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.diff.command import diff
from nautobot_dev_tools.diff.report import MARKER
from nautobot_dev_tools.errors import DevToolsError


@pytest.fixture
def run(repository, monkeypatch):
    """A function that runs the command in the repository."""

    def command(*arguments, code=0):
        monkeypatch.chdir(repository.root)
        result = CliRunner().invoke(diff, list(arguments))
        if isinstance(result.exception, DevToolsError):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output

    return command


@pytest.fixture
def broken(repository, job):
    """A repository whose Job has lost a variable since its first commit, and gained a limit."""
    repository.commit(job("who = StringVar()"))
    repository.write(job(meta="time_limit = 60"))
    return repository


def test_exit_codes(broken, run):
    assert "2 risky" not in run("HEAD", code=4)
    run("HEAD", "--fail-on", "risky", code=4)
    run("HEAD", "--fail-on", "never")
    accepted = "variable-removed:jobs.example.Example.who=Nobody uses it"
    run("HEAD", "--allow", accepted)
    run("HEAD", "--allow", accepted, "--fail-on", "risky", code=3)
    run("HEAD", "--allow", accepted, "--allow", "time-limit:*=It is long", "--fail-on", "risky")
    run("HEAD", "--fail-on", "sometimes", code=2)


def test_an_allow_file_elsewhere(broken, run, tmp_path):
    path = tmp_path / "allow.yml"
    path.write_text("- {id: 'variable-removed:*', reason: x, until: 2999-01-01}\n")
    run("HEAD", "--allow-file", str(path))


def test_formats(broken, run, tmp_path):
    assert json.loads(run("HEAD", "--format", "json", code=4))["counts"]["breaking"] == 1
    assert run("HEAD", "--format", "markdown", code=4).startswith(MARKER)
    output = tmp_path / "review.md"
    assert "variable-removed:jobs.example.Example.who" in run(
        "HEAD", "--format", "markdown", "--output", str(output), code=4
    )
    assert output.read_text().startswith(MARKER)


def test_two_revisions(broken, run):
    broken.commit()
    broken.git("tag", "v2")
    broken.write({"jobs/example.py": "("})
    assert "1 breaking, 1 risky" in run("HEAD~1", "v2", code=4)
    assert "Nothing changes" in run("v2", "v2")


def test_what_happened_in_base_since_does_not_count(repository, job, run):
    repository.commit(job("who = StringVar()"))
    repository.git("switch", "--quiet", "--create", "feature")
    repository.commit({"README.md": "x"})
    repository.git("switch", "--quiet", "main")
    repository.commit(job("who = StringVar()\nmore = BooleanVar()"))
    repository.git("switch", "--quiet", "feature")

    assert "Nothing changes" in run("main")
    assert "main (as of " in run("main")
    assert "variable `more` is gone" in run("main", "--direct", code=4)


def test_without_a_common_ancestor(repository, job, run):
    repository.commit(job("who = StringVar()"))
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit(job())

    assert "no common ancestor" in run("main", "other", code=4)


def test_a_shallow_clone(repository, job, run, tmp_path, monkeypatch):
    repository.commit(job())
    repository.commit(job("x = BooleanVar()"))
    repository.git("clone", "--quiet", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))

    with pytest.raises(DevToolsError, match="shallow clone, fetch it first"):
        run("HEAD~1", "--path", str(tmp_path / "clone"))


def test_what_is_no_revision(repository, job, run, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))  # whatever lies above
    repository.commit(job())
    for wrong in ("nothing", "--upload-pack=x", "HEAD:jobs", ""):
        with pytest.raises(DevToolsError, match="has no revision"):
            run("--", wrong)
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(DevToolsError, match="no Git repository"):
        run("HEAD", "--path", str(tmp_path / "elsewhere"))


def test_a_repository_below_the_root_of_git(repository, job, run):
    inside = {f"nautobot/{path}": text for path, text in job("who = StringVar()").items()}
    repository.commit(inside | {"nautobot/pyproject.toml": '[project]\ndependencies = ["nautobot"]\n'})
    repository.write({f"nautobot/{path}": text for path, text in job().items()})
    repository.write({"nautobot/pyproject.toml": '[project]\ndependencies = ["nautobot>=3"]\n'})

    found = json.loads(run("HEAD", "--path", str(repository.root / "nautobot"), "--format", "json", code=4))
    assert {each["id"] for each in found["changes"]} == {
        "nautobot-raised:pyproject.toml",
        "variable-removed:jobs.example.Example.who",
    }


def test_an_instance_needs_a_token(broken, run, monkeypatch):
    monkeypatch.delenv("NAUTOBOT_TOKEN", raising=False)
    with pytest.raises(DevToolsError, match="NAUTOBOT_TOKEN"):
        run("HEAD", "--instance", "http://127.0.0.1:1")


def test_nothing_is_executed_or_written(repository, job, run, tmp_path):
    files = job("who = StringVar()")
    files["jobs/example.py"] += f"\nopen({str(tmp_path / 'executed')!r}, 'w')\nraise SystemExit(9)\n"
    repository.commit(files)
    repository.write(job())
    before = repository.git("status", "--porcelain"), repository.git("stash", "list"), repository.git("for-each-ref")

    run("HEAD", code=4)

    assert (
        repository.git("status", "--porcelain"),
        repository.git("stash", "list"),
        repository.git("for-each-ref"),
    ) == before


def test_no_nautobot_is_loaded(broken):
    script = (
        "import sys; sys.argv = ['nautobot-jobs', 'diff', 'HEAD', '--fail-on', 'never']\n"
        "from nautobot_dev_tools.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "loaded = {name.split('.')[0] for name in sys.modules} & {'django', 'nautobot', 'celery', 'requests'}\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=broken.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "variable `who` is gone" in done.stdout


def test_names_that_no_terminal_can_show(repository, job, tmp_path):
    """Of files in another encoding, with line ends, and with what a terminal would obey."""
    text = "from nautobot.apps.jobs import Job, StringVar\nclass Audit(Job):\n    {}\n    def run(self, **data): pass\n"
    names = [b"latin-\xfc.py", b"new\nline.py", b"esc\x1b[31m.py", b"[bold]x`@all`.py", "prüfung.py".encode()]
    (repository.root / "jobs").mkdir()
    for name in names:
        (repository.root / "jobs" / os.fsdecode(name)).write_text(text.format("who = StringVar()"))
    repository.commit()
    for name in names:
        (repository.root / "jobs" / os.fsdecode(name)).write_text(text.format("pass"))
    program = str(Path(sys.executable).with_name("nautobot-jobs"))

    for form in ("text", "markdown", "json"):
        saved = tmp_path / form
        words = [program, "diff", "HEAD", "--fail-on", "never", "--format", form, "--output", str(saved)]
        done = subprocess.run(words, cwd=repository.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "5 breaking" in done.stdout
        assert "\x1b" not in done.stdout + saved.read_text()
        assert all(len(line) < 1000 for line in done.stdout.splitlines())
    assert len(json.loads((tmp_path / "json").read_text())["changes"]) == 5
