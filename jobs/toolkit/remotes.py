"""Git remotes: asked with a limit of time and size, with the credentials that Nautobot would use, which are never told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import unquote, urlsplit, urlunsplit

from nautobot.core.utils.git import GIT_ENVIRONMENT
from nautobot.extras.datasources.git import get_repo_access_url
from nautobot.extras.models import GitRepository

from .access import RefusalError

_TICK = 0.1
_MOST_OUTPUT = 32 << 20


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
            self._environment = {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{urlsplit(self.url).netloc}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
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

    def git(self, *arguments: str, grows: Path | None = None, most: int = 0) -> str:
        """Run git; returns what it wrote.

        Args:
            arguments: of git.
            grows: a folder that it may fill.
            most: with so many bytes.
        """
        environment = {
            **os.environ,
            **GIT_ENVIRONMENT,
            "GIT_ALLOW_PROTOCOL": "http:https",
            "GIT_ASKPASS": "",
            **self._environment,
        }
        end = time.monotonic() + self._seconds
        with TemporaryFile() as output, TemporaryFile() as errors:
            # In a session of its own, so that the program that git starts for HTTP ends with it.
            process = subprocess.Popen(
                ["git", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )
            try:
                while True:
                    try:
                        status = process.wait(timeout=_TICK)
                        break
                    except subprocess.TimeoutExpired:
                        if time.monotonic() > end:
                            raise RemoteError(f"{self.url} took longer than {self._seconds:g} s.") from None
                    if grows is not None and _size(grows) > most:
                        raise RemoteError(f"{self.url} gives more than {most >> 20} MiB.")
                if grows is not None and _size(grows) > most:
                    raise RemoteError(f"{self.url} gives more than {most >> 20} MiB.")
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            output.seek(0)
            errors.seek(0)
            if status:
                raise RemoteError(f"{self.url}: {self._clean(errors.read(4096).decode(errors='replace'))}")
            return output.read(_MOST_OUTPUT).decode(errors="replace")

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "(redacted)")
        text = re.sub(r"//[^/@\s]+@", "//", text)
        return " ".join(text.split()) or "git failed without a word."


def _refuse_option(name: str) -> None:
    if not name or name.startswith("-") or any(char.isspace() for char in name):
        raise RemoteError(f"{name!r} is no name of a branch, a tag or a commit.")


def _size(folder: Path) -> int:
    total = 0
    for path, _, files in os.walk(folder):
        for name in files:
            try:
                total += Path(path, name).lstat().st_size
            except FileNotFoundError:  # git renames what it has fetched
                continue
    return total
