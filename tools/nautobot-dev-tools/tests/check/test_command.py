"""The command: exit codes, paths, what it prints, and what it does not load."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.check.command import check

BAD = {"jobs/__init__.py": '"""Jobs."""\n'}
GOOD = {"__init__.py": '"""Jobs."""\n', **BAD}
NOTED = {
    "__init__.py": "",
    "jobs/__init__.py": '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar, register_jobs


class Greeting(Job):
    """Says hello."""

    who = StringVar()

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, who):
        """Say it."""
        self.logger.info("Hello, %s", who)


register_jobs(Greeting)
''',
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in the test's folder; returns exit code and output."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments):
        result = CliRunner().invoke(check, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return ran


def test_clean(write, run):
    write(GOOD)
    assert run()[0] == 0


def test_findings(write, run):
    write(BAD)
    assert run()[0] == 1
    assert run(".")[0] == 1


@pytest.mark.parametrize(("fail_on", "code"), [("note", 1), ("warning", 0), ("error", 0), ("never", 0)])
def test_what_fails(write, run, fail_on, code):
    write(NOTED)
    assert run("--fail-on", fail_on)[0] == code


def test_never_fails(write, run):
    write(BAD)
    assert run("--fail-on", "never")[0] == 0


@pytest.mark.parametrize("arguments", [["nowhere"], ["--select", "JOB9"], ["--format", "xml"], ["--nonsense"]])
def test_wrong_use(write, run, arguments):
    write(GOOD)
    assert run(*arguments)[0] == 2


def test_a_wrong_configuration(write, run):
    write({**GOOD, "pyproject.toml": "[tool.nautobot-jobs.check]\nselect = 3\n"})
    code, output = run()
    assert code == 2
    assert "pyproject.toml" in output or "[tool.nautobot-jobs.check]" in output


def test_paths_are_told_from_the_current_folder(write, run, tmp_path):
    write(BAD, tmp_path / "ours")
    code, output = run("ours", "--format", "json")
    assert code == 1
    assert [each["path"] for each in json.loads(output)["findings"]] == ["ours/__init__.py"]


def test_fix(write, run, tmp_path):
    write(BAD)
    assert run("--fix")[0] == 0
    assert (tmp_path / "__init__.py").is_file()


def test_list(write, run):
    code, output = run("--list")
    assert code == 0
    assert output.count("JOB") > 40
    assert "root-init-missing" in output


def test_the_code_is_not_run_and_nautobot_not_loaded(write, tmp_path):
    write(
        {
            **GOOD,
            "jobs/__init__.py": "from pathlib import Path\nPath(__file__).with_name('ran').touch()\nraise SystemExit(7)\n",
        }
    )
    script = (
        "import sys; sys.argv[1:] = ['check', sys.argv[1], '--format', 'json']\n"
        "from nautobot_dev_tools.cli import main\n"
        "try:\n    main()\nfinally:\n    print('django' in sys.modules, 'nautobot' in sys.modules, 'libcst' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("False False False\n"), done.stderr
    assert not (tmp_path / "jobs" / "ran").exists()
