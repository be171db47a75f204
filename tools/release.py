"""Makes a release: version, release notes, commit and tag; and the parts of it that the workflows use.

A version is the same in every pyproject.toml of the repository, since one tag releases all of it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
UV = os.environ.get("UV", "uv")  # uv tells what it runs where it is
BRANCH = "main"
NOTES = "docs/release-notes.md"
# What users get: a change of it is told in the release notes. The rest may have a fragment too.
TOLD = ("jobs/", "app/", "tools/nautobot-dev-tools/src/")
PYTHON = sys.executable
# What must be green before anything is written, and with version and notes written.
BEFORE = (
    (PYTHON, "-m", "invoke", "lock", "--check"),
    (PYTHON, "-m", "invoke", "lint"),
    (PYTHON, "-m", "invoke", "workflows"),
    (PYTHON, "docs/generate.py", "--check"),
    (PYTHON, "-m", "invoke", "test"),
)
AFTER = (
    (UV, "run", "--group", "docs", "mkdocs", "build", "--strict", "--quiet"),
    (PYTHON, "tools/release.py", "build"),
)
Commands = tuple[tuple[str, ...], ...]
_VERSION = re.compile(r'^version = "([^"]+)"$', re.M)


class ReleaseError(Exception):
    """Something to mend before the release, in words."""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Carry out one command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make", help="make the release here, and push nothing").add_argument("version")
    check = commands.add_parser("check", help="say whether what changed since a branch needs a fragment and has one")
    check.add_argument("since")
    notes = commands.add_parser(
        "notes", help="print the notes of a tag, if the repository agrees that this is its version"
    )
    notes.add_argument("tag")
    commands.add_parser("build", help="build the packages into dist/")
    options = parser.parse_args(arguments)
    try:
        if options.command == "make":
            make(root, options.version)
        elif options.command == "check":
            return check_fragment(root, options.since)
        elif options.command == "notes":
            print(notes_of_tag(root, options.tag))
        else:
            build(root)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Failed: {' '.join(error.cmd)}", file=sys.stderr)
        return error.returncode
    return 0


def make(root: Path, text: str, before: Commands = BEFORE, after: Commands = AFTER) -> None:
    """Check, set the version, write the notes, build the packages, commit, tag. Where anything fails, the files are as before.

    Args:
        root: of the repository.
        text: the version.
        before: commands that must succeed before anything is written.
        after: commands that must succeed with version and notes written.
    """
    version = may_release(root, text)
    for command in before:
        run(root, *command)
    try:
        set_version(root, version)
        run(root, PYTHON, "-m", "towncrier", "build", "--yes", "--version", version)
        for command in after:
            run(root, *command)
        run(root, "git", "commit", "--quiet", "--all", "--message", f"Release {version}")
    except BaseException:
        # The working tree was clean, so this undoes what was done here, and nothing else.
        run(root, "git", "reset", "--quiet", "--hard")
        raise
    run(root, "git", "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    print(f"\nCommitted and tagged v{version}; packages in dist/. Look at it (git show), then publish it:")
    print(f"    git push --atomic origin {BRANCH} v{version}")
    print("or take it back:")
    print(f"    git tag --delete v{version} && git reset --hard HEAD~1")


def may_release(root: Path, text: str) -> str:
    """Return the version in its normal form, if this can be released here now.

    Raises:
        ReleaseError: it cannot, and why.
    """
    try:
        version = Version(text)
    except InvalidVersion as error:
        raise ReleaseError(f"{text} is no version; for example: 1.2.0, 1.2.0rc1.") from error
    if (branch := git(root, "branch", "--show-current") or "no branch") != BRANCH:
        raise ReleaseError(f"Releases are made on {BRANCH}; this is {branch}.")
    if changed := git(root, "status", "--porcelain"):
        raise ReleaseError(f"Commit or put away what is not committed:\n{changed}")
    released = [Version(tag[1:]) for tag in git(root, "tag", "--list", "v[0-9]*").split()]
    if released and version <= max(released):
        raise ReleaseError(f"{version} is not newer than the last release, {max(released)}.")
    if not fragments(root):
        raise ReleaseError("There is nothing to tell: changes/ has no fragments.")
    return str(version)


def fragments(root: Path) -> list[Path]:
    """The fragments that wait for the next release."""
    return sorted(path for path in (root / "changes").iterdir() if path.name != "README.md")


def versions(root: Path) -> dict[str, str]:
    """The version in each pyproject.toml, the root's and those of the tools, by its path."""
    found = {}
    for path in (root / "pyproject.toml", *sorted(root.glob("tools/*/pyproject.toml"))):
        if version := _VERSION.search(path.read_text()):
            found[str(path.relative_to(root))] = version.group(1)
    return found


def set_version(root: Path, version: str) -> None:
    """Write the version into each pyproject.toml that has one."""
    for name in versions(root):
        path = root / name
        path.write_text(_VERSION.sub(f'version = "{version}"', path.read_text(), count=1))


def notes_of_tag(root: Path, tag: str) -> str:
    """Return the notes of a release.

    Raises:
        ReleaseError: the files do not say that they are this release.
    """
    wrong = [f"{name} has version {version}" for name, version in versions(root).items() if f"v{version}" != tag]
    if left := fragments(root):
        wrong.append(f"changes/ still has {', '.join(path.name for path in left)}")
    found = re.search(
        rf"^## {re.escape(tag.removeprefix('v'))} \(.*?\)\n(.*?)(?=^## |\Z)", (root / NOTES).read_text(), re.M | re.S
    )
    if found is None or not found.group(1).strip():
        wrong.append(f"{NOTES} says nothing of it")
    if wrong or found is None:
        raise ReleaseError(f"The tag is {tag}, but {'; '.join(wrong)}. Releases are made by `uv run invoke release`.")
    return found.group(1).strip()


def check_fragment(root: Path, since: str) -> int:
    """Let towncrier look for a new fragment if users get something else than at `since`; returns the exit code."""
    changed = git(root, "diff", "--name-only", f"{since}...").split("\n")
    if not any(name.startswith(TOLD) for name in changed):
        print(f"Nothing has changed in {', '.join(TOLD)}: no fragment is needed.")
        return 0
    command = [PYTHON, "-m", "towncrier", "check", "--compare-with", since]
    code = subprocess.run(command, cwd=root, check=False).returncode
    if code:
        print("Say in a file in changes/ what this changes for users; changes/README.md says how.", file=sys.stderr)
    return code


def build(root: Path) -> None:
    """Build wheel and sdist of the App and of the workbench into dist/."""
    shutil.rmtree(root / "dist", ignore_errors=True)
    for folder in (".", "tools/nautobot-dev-tools"):
        run(root, UV, "build", "--quiet", "--out-dir", "dist", folder)


def run(root: Path, *command: str) -> None:
    """Run a command in the repository, visibly; raises if it fails."""
    print(f"$ {' '.join(command)}", flush=True)
    subprocess.run(command, cwd=root, check=True)


def git(root: Path, *arguments: str) -> str:
    """Ask Git; returns what it says, without the last line's end."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.rstrip("\n")


if __name__ == "__main__":
    sys.exit(main())
