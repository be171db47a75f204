"""The program ``git-remote-http`` of a git that has none (see `git_program`): lets it clone and fetch over http(s), by dulwich.

Git starts it as ``git-remote-http REMOTE URL`` in the repository that GIT_DIR names, and talks to it over standard input and output:
https://git-scm.com/docs/gitremote-helpers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from dulwich.client import HTTPProxyUnauthorized, HTTPUnauthorized, get_transport_and_path
from dulwich.errors import GitProtocolError, NotGitRepository
from dulwich.repo import Repo


def main() -> None:
    """Answer git's commands until it has no more."""
    url = sys.argv[2]
    client, path = get_transport_and_path(url)
    commands = (line.rstrip("\n") for line in sys.stdin)
    for command in commands:
        name, _, argument = command.partition(" ")
        if name == "capabilities":
            _say("fetch", "option", "")
        elif name == "option":
            _say("unsupported")
        elif name == "list":
            remote = client.get_refs(path)
            refs = [f"{sha.decode()} {ref.decode()}" for ref, sha in remote.refs.items() if sha and ref != b"HEAD"]
            head = remote.symrefs.get(b"HEAD")
            _say(*refs, *([f"@{head.decode()} HEAD"] if head else []), "")
        elif name == "fetch":
            wanted = {argument.split()[0].encode(), *_rest_of_batch(commands)}
            with Repo(os.environ["GIT_DIR"]) as repository:
                client.fetch(path, repository, lambda refs, depth=None, wanted=wanted: sorted(wanted))
            _say("")
        elif not name:
            return
        else:
            sys.exit(f"git-remote-http: {name} is not supported here; install git with your system's package manager")


def _rest_of_batch(commands: Iterator[str]) -> Iterator[bytes]:
    """The hashes of the ``fetch`` lines that follow, up to the empty line."""
    while command := next(commands, ""):
        yield command.split()[1].encode()


def _say(*lines: str) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except (GitProtocolError, NotGitRepository, HTTPUnauthorized, HTTPProxyUnauthorized) as error:
        sys.exit(f"fatal: unable to access the repository: {str(error) or type(error).__name__}")
