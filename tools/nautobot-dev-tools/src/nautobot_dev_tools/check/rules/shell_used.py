"""Programs are started without a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

_SHELLS = frozenset(
    ["os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell"]
)


class ShellUsed(Rule):
    """A shell reads `;`, `$(...)` and `|` in what it gets: a device called `r1; rm -rf ~` is a program.

    A list of arguments means what it says, whatever is in it.
    """

    id = "JOB604"
    name = "shell-used"
    severity = ERROR
    title = "A program is started through a shell"
    bad = '''"""Reaches."""

import subprocess


def reaches(host):
    """Whether it answers."""
    return subprocess.run(f"ping -c 1 {host}", shell=True, check=False).returncode == 0
'''
    good = '''"""Reaches."""

import subprocess


def reaches(host):
    """Whether it answers."""
    return subprocess.run(["ping", "-c", "1", "--", host], check=False).returncode == 0
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find ``os.system`` and its like, and ``subprocess`` with ``shell=True``."""
        for code in context.code:
            for call, name in code.calls:
                if name in _SHELLS or (name.startswith("subprocess.") and _has_shell(call)):
                    message = f"{name}() goes through a shell: use subprocess.run() with a list of arguments."
                    yield context.found(code.module, call, message)


def _has_shell(call: ast.Call) -> bool:
    return any(
        each.arg == "shell" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
    )
