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
from nautobot_dev_tools.processes import Background, wait_for_end, wait_until

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

    def processes(self) -> list[str]:
        """Every process on this machine whose command line, environment or folder names the repository."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                told = [*process.cmdline(), *process.environ().values(), process.cwd()]
                if any(str(self.root) in text for text in told):
                    found.append(" ".join(process.cmdline()))
        return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory, plain_environment, module_hello):
    root = tmp_path_factory.mktemp("repository")
    files = module_hello | {
        "jobs/hello.py": module_hello["jobs/hello.py"] + FAILS,
        "jobs/__init__.py": module_hello["jobs/__init__.py"].replace("Hello", "Fails, Hello"),
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
    assert (hello["job"], hello["class_path"]) == ("Hello", "tiny.jobs.hello.Hello")
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


@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_leaves_no_process(repository, times):
    process = repository.start("demo")
    started = [Background(f"demo-{name}", repository.state) for name in ("worker", "web")]
    wait_until(lambda: all(each.process() for each in started), timeout=60, what="Nautobot's processes")
    assert len(repository.processes()) > 4

    output = ""
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        if not output:
            # Whoever is impatient presses again while things are put away.
            output = _read_until(process, "Interrupted" if times == 1 else "✗|Stopping|Interrupted|\n")
    rest, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Interrupted; what this command started is stopped." in output + rest
    assert repository.processes() == []
    assert "Traceback" not in output + rest
