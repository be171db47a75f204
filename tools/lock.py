"""Pins all versions in two places that say the same, since uv.lock is not committed (it records the address of a package registry).

- ``[tool.uv] constraint-dependencies`` in pyproject.toml: every version; ``uv run`` honours it in a fresh clone, where there is no uv.lock
- requirements.lock: every version with its hashes; ``pip install --require-hashes -r requirements.lock``, and what CI compares
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYPROJECT, LOCK = ROOT / "pyproject.toml", ROOT / "requirements.lock"
BEGIN, END = "# pins: written by `invoke lock`", "# end of pins"
EXPORT = ("export", "--quiet", "--all-groups", "--no-emit-workspace", "--no-annotate", "--no-header")


def main() -> int:
    """Write or compare the pins; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    parser.add_argument("--check", action="store_true", help="only say whether the files agree")
    options = parser.parse_args()
    before = PYPROJECT.read_text()
    if options.check:
        return check(before)
    if options.upgrade:
        PYPROJECT.write_text(with_pins(before, []))
        (ROOT / "uv.lock").unlink(missing_ok=True)
    try:
        uv("lock", "--quiet")
        PYPROJECT.write_text(with_pins(before, uv(*EXPORT, "--no-hashes").splitlines()))
        uv("lock", "--quiet")
    except BaseException:
        PYPROJECT.write_text(before)
        raise
    LOCK.write_text(uv(*EXPORT))
    print(f"{len(pins(PYPROJECT.read_text()))} versions pinned")
    return 0


def check(text: str) -> int:
    """Compare pyproject.toml, requirements.lock and what uv resolves to."""
    uv("lock", "--quiet")
    problems = []
    if pins(text) != uv(*EXPORT, "--no-hashes").splitlines():
        problems.append("pyproject.toml does not pin what uv resolves to")
    if not LOCK.exists() or LOCK.read_text() != uv(*EXPORT):
        problems.append("requirements.lock is not what uv exports")
    for problem in problems:
        print(f"{problem}; run `uv run invoke lock`", file=sys.stderr)
    return 1 if problems else 0


def pins(text: str) -> list[str]:
    """The pinned requirements in pyproject.toml's block."""
    block = re.search(rf"{re.escape(BEGIN)}.*?\n(.*?)\n *{re.escape(END)}", text, re.S)
    return [line.strip()[1:-2] for line in block.group(1).splitlines()] if block else []


def with_pins(text: str, requirements: list[str]) -> str:
    """pyproject.toml with these pins in its block."""
    lines = "".join(f"    {quoted(requirement)},\n" for requirement in requirements if requirement)
    return re.sub(
        rf"( *{re.escape(BEGIN)}[^\n]*\n).*?( *{re.escape(END)})",
        lambda found: found.group(1) + lines + found.group(2),
        text,
        flags=re.S,
    )


def quoted(requirement: str) -> str:
    """A TOML string; markers have single quotes."""
    return f'"{requirement}"' if '"' not in requirement else f"'{requirement}'"


def uv(*arguments: str) -> str:
    """Run uv, the one that runs this where it does; returns what it prints."""
    return subprocess.run(
        [os.environ.get("UV", "uv"), *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
