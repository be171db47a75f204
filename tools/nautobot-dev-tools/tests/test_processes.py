"""Background processes and the records by which a later command finds them."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.processes import Background, file_lock, wait_for_end, wait_until

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
# A parent that ends on SIGTERM, as a Celery worker does, and leaves its pool to itself.
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; subprocess.Popen(['sleep', '600']); print('up', flush=True); time.sleep(600)",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def background(tmp_path):
    own = Background("sleeper", tmp_path)
    yield own
    own.stop(patience=1)


def _up(background: Background) -> psutil.Process:
    wait_until(lambda: "up" in background.tail(), timeout=20, what="the process", alive=background.ensure_alive)
    process = background.process()
    assert process is not None
    return process


def test_starts_in_a_session_of_its_own_with_log_environment_and_folder(background, tmp_path):
    code = "import os, time; print('up', os.environ['COLOUR'], os.getcwd(), flush=True); time.sleep(600)"
    background.start([sys.executable, "-c", code], env={"COLOUR": "green"}, cwd=tmp_path)

    process = _up(background)

    assert background.tail() == f"up green {tmp_path}"
    assert os.getsid(process.pid) == process.pid  # Ctrl-C in the terminal does not reach it
    known = json.loads(background.record.read_text())
    assert known["pid"] == process.pid
    assert known["command"][0] == sys.executable


def test_a_second_start_leaves_the_running_one_alone(background):
    background.start(SLEEPER)
    first = _up(background)

    background.start(["false"])

    assert background.process() == first
    assert background.tail() == "up"  # the log was not emptied


def test_a_later_command_finds_and_stops_it(background, tmp_path):
    background.start(SLEEPER)
    process = _up(background)

    assert Background("sleeper", tmp_path).stop() is True

    assert not process.is_running()
    assert not background.record.exists()
    assert background.process() is None
    assert background.stop() is False


def test_stop_takes_the_children_along(background):
    background.start(PARENT)
    (child,) = _up(background).children()

    background.stop()

    assert wait_for_end([child], 0) == []


def test_stop_insists(background):
    background.start(STUBBORN)
    process = _up(background)

    background.stop(patience=0.2)

    assert not process.is_running()


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_temporary_files_of_its_own_go_with_it(background, killed):
    code = "import tempfile, time; print('up', tempfile.mkdtemp(), flush=True); time.sleep(600)"
    background.start([sys.executable, "-c", code], own_temporary=True)
    process = _up(background)
    made = Path(background.tail().split()[1])
    assert made.is_dir()
    if killed:
        process.kill()
        assert wait_for_end([process], 5) == []

    background.stop()

    assert not made.exists()
    assert not made.parent.exists()


def test_a_killed_process_is_not_running_and_can_be_started_again(background):
    background.start(SLEEPER)
    killed = _up(background)
    killed.kill()
    assert wait_for_end([killed], 5) == []

    assert background.process() is None
    background.start(SLEEPER)
    assert _up(background).pid != killed.pid


def test_a_zombie_has_ended(tmp_path):
    """Nobody reaps the child of another process until that one ends; in a container, perhaps never."""
    code = "import subprocess, time; child = subprocess.Popen(['true']); print(child.pid, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        try:
            child = psutil.Process(int(parent.stdout.readline()))

            assert wait_for_end([child], 10) == []
            assert child.status() == psutil.STATUS_ZOMBIE
        finally:
            parent.kill()


def test_wait_for_end_names_those_that_go_on(background):
    background.start(SLEEPER)
    process = _up(background)

    assert wait_for_end([process], 0) == [process]


def test_a_reused_pid_is_not_taken_for_it(background):
    background.record.parent.mkdir(parents=True)
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        created = psutil.Process(stranger.pid).create_time()
        background.record.write_text(json.dumps({"pid": stranger.pid, "created": created - 3600}))

        assert background.process() is None
        assert background.stop() is False
        assert stranger.poll() is None
        assert not background.record.exists()
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{", "{}", '{"pid": 4194304999, "created": 1}'])
def test_a_damaged_record_means_not_running(background, text):
    background.record.parent.mkdir(parents=True)
    background.record.write_text(text)

    assert background.process() is None
    assert background.stop() is False


def test_ensure_alive_shows_the_end_of_the_log(background):
    code = "import sys; print('first line'); [print('line', n) for n in range(40)]; sys.stdout.flush(); sys.exit('no such thing')"
    background.start([sys.executable, "-c", code])

    with pytest.raises(DevToolsError) as caught:
        wait_until(lambda: False, timeout=20, what="never", alive=background.ensure_alive)

    assert "sleeper" in str(caught.value)
    assert str(background.log) in str(caught.value)
    assert "no such thing" in str(caught.value)
    assert "line 39" in str(caught.value)
    assert "first line" not in str(caught.value)


def test_tail_without_a_log(background):
    assert background.tail() == "(no log)"


def test_wait_until_returns_as_soon_as_it_is_ready():
    answers = iter([False, None, 0, "ready"])

    wait_until(lambda: next(answers), timeout=5, what="it", interval=0)

    assert list(answers) == []


def test_wait_until_names_what_and_how_long():
    with pytest.raises(DevToolsError, match=r"The moon was not ready within 0 s\."):
        wait_until(lambda: False, timeout=0, what="The moon", interval=0)


def test_wait_until_ends_when_waiting_has_become_pointless():
    def dead():
        raise DevToolsError("it has died")

    with pytest.raises(DevToolsError, match="it has died"):
        wait_until(lambda: False, timeout=60, what="it", alive=dead)


def test_file_lock_lets_in_one_at_a_time(tmp_path):
    path = tmp_path / "new" / "x.lock"

    with file_lock(path):
        assert not _free(path)

    assert _free(path)


def test_file_lock_is_released_by_an_error(tmp_path):
    path = tmp_path / "x.lock"

    with pytest.raises(ZeroDivisionError), file_lock(path):
        _ = 1 / 0

    assert _free(path)


def _free(path) -> bool:
    with open(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
