"""The command that starts a Nautobot: garbage is collected as ever once it is up."""

import gc
import os
import subprocess

import pytest
from nautobot_dev_tools.nautobot_server import no_garbage
from nautobot_dev_tools.snapshot import nautobot_server


def test_garbage_is_collected_again_afterwards():
    assert gc.isenabled()
    with no_garbage():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_even_after_an_error():
    with pytest.raises(ValueError, match="no settings"), no_garbage():
        raise ValueError("no settings")
    assert gc.isenabled()


def test_a_running_nautobot_collects(scratch_instance):
    scratch_instance.create()
    code = "import gc; print('collects:', gc.isenabled(), gc.get_freeze_count() > 500_000)"

    said = subprocess.run(
        [*nautobot_server(), "shell", "--interface", "python", "--command", code],
        env={**os.environ, **scratch_instance.environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "collects: True True" in said.stdout, said.stderr
