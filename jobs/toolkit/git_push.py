"""Files into a Git repository of the user's: one commit, pushed with the credentials of the repository's secrets group."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from nautobot.extras.models import GitRepository

from .remotes import Remote, RemoteError

_SECONDS = 120
_MOST_BYTES = 200 << 20
_TRIES = 3
_WHO = ("-c", "user.name=Nautobot", "-c", "user.email=nautobot@localhost")
# Nothing is checked out, so that nothing in the repository decides what is written where; and no hook is executed.
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "core.fsmonitor=false")


def push(repository: GitRepository, files: Mapping[str, Path], message: Path) -> tuple[str, list[str]]:
    """Write files into the branch that the repository's record follows. Whoever was quicker is waited for.

    Args:
        repository: the record.
        files: by their paths in the repository, which have been made safe.
        message: a file with the message of the commit.

    Returns:
        the commit, "" if nothing is different; and the paths that are.

    Raises:
        RemoteError: it could not be pushed; the message has no credentials.
    """
    remote = Remote(repository, _SECONDS)
    branch = repository.branch
    for left in reversed(range(_TRIES)):
        with TemporaryDirectory() as directory:
            commit, changed = _commit(remote, branch, Path(directory), files, message)
            if not changed:
                return "", []
            try:
                remote.git(*_in(directory), "push", "--quiet", "--", remote.url, f"HEAD:refs/heads/{branch}")
            except RemoteError:
                if not left or remote.head(branch) == _base(remote, directory):
                    raise
            else:
                return commit, changed
    raise AssertionError("unreachable")


def _commit(
    remote: Remote, branch: str, folder: Path, files: Mapping[str, Path], message: Path
) -> tuple[str, list[str]]:
    remote.git(*_SAFE, "init", "--quiet", "--template=", str(folder))
    git = _in(str(folder))
    if head := remote.head(branch):
        remote.fetch(folder, head, _MOST_BYTES)
        remote.git(*git, "update-ref", "HEAD", head)
        remote.git(*git, "read-tree", "HEAD")
    for name, source in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(source, target)
    remote.git(*git, "add", "--force", "--ignore-removal", "--", *sorted({name.partition("/")[0] for name in files}))
    changed = remote.git(*git, "diff", "--cached", "--name-only", "-z").split("\0")
    changed = [name for name in changed if name]
    if changed:
        remote.git(*git, *_WHO, "commit", "--quiet", "--no-verify", "--cleanup=verbatim", "--file", str(message))
    return remote.git(*git, "rev-parse", "HEAD").strip() if changed else "", changed


def _base(remote: Remote, folder: str) -> str:
    """What the commit stands on; "" if it is the first."""
    names = remote.git(*_in(folder), "rev-list", "--parents", "--max-count=1", "HEAD").split()
    return names[1] if len(names) > 1 else ""


def _in(folder: str) -> tuple[str, ...]:
    return (*_SAFE, "-C", folder)
