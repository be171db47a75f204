"""The command line end to end: a tiny repository, real processes, and nothing of them left.

Each boot of a Nautobot costs seconds; there are three.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests
import yaml
from nautobot_dev_tools import cli
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.instance import TOKEN
from nautobot_dev_tools.processes import Background, wait_until

COMMAND = str(Path(sys.executable).with_name("nautobot-jobs"))
EXERCISES = [
    {
        "job": "jobs.hello.Hello",
        "title": "Say hello",
        "inputs": {"who": "World"},
        "expect": {"findings": 3, "files": ["hello.txt"]},
    },
    {"job": "jobs.hello.Fails", "title": "Find something", "status": "failure"},
]
FAILS = """

class Fails(Job):
    class Meta:
        name = "Fails"
        has_sensitive_variables = False

    def run(self):
        self.fail("found something")
        return {"findings": 1}
"""


class Repository:
    """A repository of Jobs in a folder of its own, and the commands that are run there."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = environment
        self.state = root / ".nautobot"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command as a terminal does: with a process group of its own, which is what Ctrl-C reaches."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end; returns what it said."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=180)
        assert process.returncode == code, output
        return output

    @property
    def url(self) -> str:
        return f"http://localhost:{self.environment['NAUTOBOT_PORT']}"

    def wait_for(self, command: subprocess.Popen[str], *names: str) -> None:
        """Wait until background processes of a command are there."""
        backgrounds = [Background(name, self.state) for name in names]
        wait_until(
            lambda: all(each.process() for each in backgrounds) or command.poll() is not None,
            timeout=60,
            what=", ".join(names),
        )
        assert command.poll() is None, command.stdout.read()

    def processes(self) -> list[str]:
        """Every process on this machine whose command line, environment or folder names the repository."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                told = process.cmdline()
                # Root of a container may not look closer at another user's, such as PostgreSQL's.
                with contextlib.suppress(psutil.AccessDenied):
                    told = [*told, *process.environ().values(), process.cwd()]
                if any(str(self.root) in text for text in told):
                    found.append(" ".join(process.cmdline()))
        return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory, plain_environment, hello):
    root = tmp_path_factory.mktemp("my repository")
    files = hello | {
        "jobs/hello.py": hello["jobs/hello.py"] + FAILS,
        "jobs/__init__.py": hello["jobs/__init__.py"].replace("Hello", "Fails, Hello"),
        "exercises/hello.yml": yaml.safe_dump(EXERCISES),
        "pyproject.toml": '[tool.nautobot-jobs]\nname = "Tiny"\n',
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = Repository(root, plain_environment | {"NAUTOBOT_PORT": str(port), "COLUMNS": "150"})
    yield own
    own.run("destroy")
    assert own.processes() == []
    assert not own.state.exists()


def test_demo(repository, tmp_path):
    output = repository.run("demo", "--json", str(tmp_path / "new" / "demo.json"))

    assert repository.processes() == []
    told = json.loads((tmp_path / "new" / "demo.json").read_text())
    assert told["seconds"] > 0
    hello, fails = told["jobs"]
    documented = "job class_path status expected as_expected seconds queries log_lines findings changes files exception"
    assert set(documented.split()) <= set(hello)
    assert (hello["job"], hello["class_path"]) == ("Tiny hello", "tiny.jobs.hello.Hello")
    assert (hello["status"], hello["expected"], hello["as_expected"]) == ("success", "success", True)
    assert (hello["findings"], hello["changes"], hello["files"]) == (3, None, ["hello.txt"])
    assert (hello["exception"], hello["unexpected"]) == (None, [])
    assert hello["queries"] > 0
    assert hello["log_lines"] >= 1
    assert 0 < hello["seconds"] < 30
    assert (fails["status"], fails["expected"], fails["as_expected"]) == ("failure", "failure", True)
    assert fails["exception"] is None
    assert (repository.state / "reports/demo/Hello/hello.txt").read_text() == "Hello World"
    assert "2 Jobs created" in output
    assert str(repository.state / "reports/demo") in output


def test_ctrl_c_leaves_no_process(repository):
    process = repository.start("demo")
    repository.wait_for(process, "demo-worker", "demo-web")
    assert len(repository.processes()) > 4

    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 130, output
    assert "Interrupted; what this command started is stopped." in output
    assert "Traceback" not in output
    assert repository.processes() == []


def test_impatient_ctrl_c_leaves_no_process_either(repository):
    """Pressed again and again, while things are put away."""
    process = repository.start("start")
    repository.wait_for(process, "worker", "web", "beat", "watch")

    output = None
    while output is None:
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            output, _ = process.communicate(timeout=0.1)

    # The last one may have hit Python itself on its way out.
    assert process.returncode in (130, -signal.SIGINT), output
    assert "Traceback" not in output
    assert repository.processes() == []


def test_start_watch_run_and_stop(repository):
    hello, log = repository.root / "jobs/hello.py", repository.state / "logs/watch.log"
    sound = hello.read_text()

    output = repository.run("start")
    assert repository.url in output
    assert "✓ synced" in output
    headers = {"Authorization": f"Token {TOKEN}"}
    found = requests.get(f"{repository.url}/api/extras/jobs/?name=Tiny hello", headers=headers, timeout=60).json()
    assert [(job["module_name"], job["enabled"]) for job in found["results"]] == [("tiny.jobs.hello", True)]

    hello.write_text(sound.replace("def run(self, *, who):", "def run(self, *, who)"))
    wait_until(lambda: "jobs/hello.py:13: SyntaxError" in log.read_text(), timeout=30, what="The verdict")
    hello.write_text(sound)
    wait_until(lambda: log.read_text().count("✓ synced") == 2, timeout=30, what="The verdict on the mended file")

    output = repository.run("run", "Hello", "--input", "who=Zürich", "--queries")
    assert "Hello Zürich" in output
    assert "success in " in output
    assert "findings: 3" in output
    assert "SQL queries, " in output
    assert (repository.state / "reports/Hello/hello.txt").read_text() == "Hello Zürich"

    status = [line.split() for line in repository.run("status").splitlines()]
    running = {line[2] for line in status if line[1:2] == ["running"]}
    assert running == {"postgres", "redis", "web", "worker", "beat", "watch"}

    # PostgreSQL and Redis go with the watcher, their last user.
    assert "Stopped: web, worker, beat, watch" in repository.run("stop")
    assert repository.processes() == []
    assert "nothing ran" in repository.run("stop")


def test_outside_a_repository(repository, tmp_path):
    elsewhere = Repository(tmp_path, repository.environment)

    assert "No repository of Nautobot Jobs here or above" in elsewhere.run("status", code=1)
    assert not elsewhere.state.exists()


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((), {}),
        (("who=World", "n=3", "yes=true", "none=", "text='3'"), None),
        (("site={name: AMS01, parent__name: EMEA}",), {"site": {"name": "AMS01", "parent__name": "EMEA"}}),
        (("sites=[AMS01, LON01]",), {"sites": ["AMS01", "LON01"]}),
        (("upload=@my file.csv",), {"upload": "@my file.csv"}),
        (("formula=a=b",), {"formula": "a=b"}),
    ],
)
def test_inputs_of_the_command_line(pairs, expected):
    if expected is None:
        expected = {"who": "World", "n": 3, "yes": True, "none": None, "text": "3"}

    assert cli._pairs(pairs) == expected


@pytest.mark.parametrize(("pair", "complaint"), [("who", "give KEY=VALUE"), ("who=[", "the value is no YAML")])
def test_inputs_that_cannot_be_read(pair, complaint):
    with pytest.raises(DevToolsError, match=complaint):
        cli._pairs((pair,))
