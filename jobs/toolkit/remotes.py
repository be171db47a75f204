"""Git remotes: asked with a limit of time and size, with the credentials that Nautobot would use, which are never told."""

from __future__ import annotations

import os
import re
import string
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nautobot.core.utils.git import GIT_ENVIRONMENT
from nautobot.extras.datasources.git import get_repo_access_url
from nautobot.extras.models import GitRepository

from .access import RefusalError
from .processes import Ended, LimitError, run


class RemoteError(RefusalError):
    """The remote did not answer as it should; the message has no credentials."""


class Remote:
    """The remote of a Git repository.

    Credentials go to git through its environment, not through its arguments, which every user of the machine can read.

    Args:
        repository: the record of Nautobot's.
        seconds: a command that takes longer is ended.
    """

    def __init__(self, repository: GitRepository, seconds: float) -> None:
        parts = urlsplit(get_repo_access_url(repository))
        if parts.scheme not in ("http", "https"):
            raise RemoteError(f'The remote URL of "{repository}" is not http or https.')
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        self.url = urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
        self._seconds = seconds
        self._environment: dict[str, str] = {}
        self._secrets: list[str] = []
        if parts.username is not None or parts.password is not None:
            name, secret = unquote(parts.username or ""), unquote(parts.password or "")
            basic = b64encode(f"{name}:{secret}".encode()).decode()
            self._secrets = [text for text in (parts.password, secret, basic) if text]
            if not secret:
                self._secrets += [text for text in (parts.username, name) if text]
            # After those that the worker itself may have, such as for a proxy.
            number = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
            self._environment = {
                "GIT_CONFIG_COUNT": str(number + 1),
                f"GIT_CONFIG_KEY_{number}": f"http.{parts.scheme}://{urlsplit(self.url).netloc}/.extraHeader",
                f"GIT_CONFIG_VALUE_{number}": f"Authorization: Basic {basic}",
            }

    def head(self, branch: str) -> str:
        """The commit that a branch or tag is at; "" if there is no such.

        Raises:
            RemoteError: no answer, in time or at all.
        """
        _refuse_option(branch)
        names = [f"refs/heads/{branch}", f"refs/tags/{branch}^{{}}", f"refs/tags/{branch}"]
        lines = self.git("ls-remote", "--", self.url, *names).splitlines()
        found = {name: commit for commit, _, name in (line.partition("\t") for line in lines)}
        return next((found[name] for name in names if name in found), "")

    def fetch(self, folder: Path, commit: str, most_bytes: int) -> None:
        """Fetch a commit, without its history, into a bare repository.

        Raises:
            RemoteError: the remote did not give it, in time, or within so many bytes.
        """
        _refuse_option(commit)
        self.git(
            "-C", str(folder), "fetch", "--depth=1", "--no-tags", "--", self.url, commit, grows=folder, most=most_bytes
        )

    def has(self, folder: Path, commit: str) -> bool:
        """Whether a repository has a commit already."""
        _refuse_option(commit)
        return not self._run("-C", str(folder), "cat-file", "-e", f"{commit}^{{commit}}").status

    def git(self, *arguments: str, grows: Path | None = None, most: int = 0) -> str:
        """Run git; returns what it wrote.

        Args:
            arguments: of git.
            grows: a folder that it may fill,
            most: with so many bytes.

        Raises:
            RemoteError: git failed, took too long or got too much.
        """
        ended = self._run(*arguments, grows=grows, most=most)
        if ended.status:
            raise RemoteError(f"{self.url}: {self._clean(ended.errors)}")
        return ended.output

    def _run(self, *arguments: str, grows: Path | None = None, most: int = 0) -> Ended:
        environment = {
            **os.environ,
            **GIT_ENVIRONMENT,
            "GIT_ALLOW_PROTOCOL": "http:https",
            "GIT_ASKPASS": "",
            **self._environment,
        }
        try:
            return run(["git", *arguments], environment=environment, seconds=self._seconds, grows=grows, most=most)
        except LimitError as error:
            raise RemoteError(f"{self.url} {error}.") from None

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "(redacted)")
        text = re.sub(r"//[^/@\s]+@", "//", text)
        return " ".join(text.split()) or "git failed without a word."


def is_commit(name: str) -> bool:
    """Whether a name may be that of a commit, in full or from its beginning, which remotes do not list."""
    return 4 <= len(name) <= 40 and set(name) <= set(string.hexdigits)


def _refuse_option(name: str) -> None:
    if not name or name.startswith("-") or any(char.isspace() for char in name):
        raise RemoteError(f"{name!r} is no name of a branch, a tag or a commit.")
