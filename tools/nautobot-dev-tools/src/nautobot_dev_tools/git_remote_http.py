"""The program ``git-remote-http`` of a git that has none (see `git_program`): lets it clone, fetch and push over http(s), by dulwich.

Git starts it as ``git-remote-http REMOTE URL`` in the repository that GIT_DIR names, and talks to it over standard input and output:
https://git-scm.com/docs/gitremote-helpers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

from dulwich.client import HttpGitClient, HTTPProxyUnauthorized, HTTPUnauthorized, get_transport_and_path
from dulwich.errors import GitProtocolError, NotGitRepository
from dulwich.repo import Repo


def main() -> None:
    """Answer git's commands until it has no more."""
    url = sys.argv[2]
    client, path = get_transport_and_path(url)
    client.pool_manager.headers.update(_headers(url))
    commands = (line.rstrip("\n") for line in sys.stdin)
    listed: dict[bytes, bytes] = {}
    for command in commands:
        name, _, argument = command.partition(" ")
        if name == "capabilities":
            _say("fetch", "push", "option", "")
        elif name == "option":
            _say("unsupported")
        elif name == "list":
            remote = client.get_refs(path)
            listed = {ref: sha for ref, sha in remote.refs.items() if sha and ref != b"HEAD"}
            head = remote.symrefs.get(b"HEAD")
            refs = [f"{sha.decode()} {ref.decode()}" for ref, sha in listed.items()]
            _say(*refs, *([f"@{head.decode()} HEAD"] if head else []), "")
        elif name == "fetch":
            wanted = {line.split()[0].encode() for line in (argument, *_rest_of_batch(commands))}
            with Repo(os.environ["GIT_DIR"]) as repository:
                client.fetch(path, repository, lambda refs, depth=None, wanted=wanted: sorted(wanted))
            _say("")
        elif name == "push":
            for each in (argument, *_rest_of_batch(commands)):
                _say(_push(client, path, each, listed))
            _say("")
        elif not name:
            return
        else:
            sys.exit(f"git-remote-http: {name} is not supported here; install git with your system's package manager")


def _headers(url: str) -> dict[str, str]:
    """What git's settings want to be sent along, such as credentials."""
    command = ["git", "config", "--get-urlmatch", "http.extraHeader", url]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    name, _, value = text.partition(":")
    return {name.strip(): value.strip()} if value else {}


def _push(client: HttpGitClient, path: str, spec: str, listed: Mapping[bytes, bytes]) -> str:
    """Push one ref; returns what git is told of it. Whether it may be moved so, git has asked already, by what was listed."""
    source, _, target = spec.removeprefix("+").partition(":")
    if not source:
        return f"error {target} deleting is not supported here; install git with your system's package manager"
    ref = target.encode()
    commit = subprocess.run(["git", "rev-parse", source], stdout=subprocess.PIPE, check=True).stdout.strip()

    def update(refs: dict[bytes, bytes]) -> dict[bytes, bytes]:
        if refs.get(ref) != listed.get(ref):
            raise GitProtocolError("fetch first")
        return {ref: commit}

    try:
        with Repo(os.environ["GIT_DIR"]) as repository:
            result = client.send_pack(path, update, repository.generate_pack_data)
        why = (result.ref_status or {}).get(ref)
    except GitProtocolError as error:
        why = str(error)
    return f"error {target} {why}" if why else f"ok {target}"


def _rest_of_batch(commands: Iterator[str]) -> Iterator[str]:
    """The arguments of the lines with the same command that follow, up to the empty line."""
    while command := next(commands, ""):
        yield command.partition(" ")[2]


def _say(*lines: str) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except (GitProtocolError, NotGitRepository, HTTPUnauthorized, HTTPProxyUnauthorized) as error:
        sys.exit(f"fatal: unable to access the repository: {str(error) or type(error).__name__}")
