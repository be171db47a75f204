"""Serves the working tree over Git's smart HTTP protocol, uncommitted changes included, without touching the user's repository.

Nautobot accepts http(s) remotes only. A shadow repository below ``.nautobot/`` has its own objects, index and branch; the working tree is
only read. Needs no more than Python, GitPython and git, so that it also runs in Nautobot's own image: there as
``python -m nautobot_dev_tools.gitserver``.
"""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from .errors import DevToolsError
from .project import STATE, Project

if TYPE_CHECKING:
    import git

BRANCH = "main"
_AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Working tree"), ("EMAIL", "working-tree@localhost"))
}


# The first packet of the protocol: its length, its text; and the packet that ends a list.
_ANNOUNCEMENT = b"001e# service=git-upload-pack\n0000"


@dataclass(frozen=True)
class WorkingTree:
    """The working tree of a project as a Git repository of its own.

    Attributes:
        project: whose root is the working tree.
        elsewhere: the folder of the shadow repository, where it shall not be below the project's state folder.
    """

    project: Project
    elsewhere: Path | None = None

    @property
    def shadow(self) -> Path:
        """The shadow repository."""
        return self.elsewhere or self.project.state / "working-tree.git"

    @property
    def path(self) -> str:
        """Of its URL."""
        return f"/{self.project.slug}.git"

    def commit(self) -> str:
        """Commit the working tree as it is now, unless nothing has changed since the last time; returns the commit's hash.

        Ignored files stay out, by the repository's own rules.

        Raises:
            DevToolsError: Git is missing, or refuses.
        """
        import git  # not above: it refuses to be imported where there is no program git, and `Services` may have yet to fetch one

        try:
            if not (self.shadow / "HEAD").exists():
                self.shadow.mkdir(parents=True, exist_ok=True)
                # A Git hook has a GIT_DIR in its environment, which would make `git init` obey it: the user's own repository.
                init = git.Git(self.shadow).init
                init(
                    "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}", env={"GIT_DIR": str(self.shadow)}
                )
            (self.shadow / "info").mkdir(exist_ok=True)
            run = self._git()
            (self.shadow / "info" / "exclude").write_text(f"/{STATE}/\n{self._excluded_by_the_user()}")
            run.add("--all")
            tree = run.write_tree()
            head = git.Repo(self.shadow).head
            if head.is_valid() and head.commit.tree.hexsha == tree:
                return head.commit.hexsha
            parents = ["-p", head.commit.hexsha] if head.is_valid() else []
            commit = run.commit_tree(tree, *parents, "-m", "The working tree, with what is not committed")
            run.update_ref(f"refs/heads/{BRANCH}", commit)
            return commit
        except git.GitCommandNotFound as error:
            raise DevToolsError(
                "The program git is not installed; Nautobot itself needs it to sync a Git repository."
            ) from error
        except git.GitCommandError as error:
            raise DevToolsError(f"Git could not read the working tree: {error.stderr.strip()}") from error

    def export(self, folder: Path) -> None:
        """Write the files of the last commit below a folder."""
        self._git().checkout_index("--all", f"--prefix={folder}/")

    def files(self) -> list[Path]:
        """The paths of the last commit's files, below the root."""
        return [Path(name) for name in self._git().ls_files("-z").split("\0") if name]

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Commit, then serve over HTTP on a free port of this machine alone for the time of the block; yields the URL."""
        self.commit()
        with self.server("127.0.0.1", 0) as server:
            # The interval is what its end takes.
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="git-http", daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}{self.path}"
            finally:
                server.shutdown()
                thread.join()

    def server(self, host: str, port: int, *, live: bool = False) -> WSGIServer:
        """Return an HTTP server of the shadow repository, not yet serving; with `live`, each fetch gets the working tree as it is then."""
        lock = threading.Lock()

        def app(environ: dict[str, Any], start_response) -> list[bytes]:
            advertise = environ["PATH_INFO"] == f"{self.path}/info/refs"
            if live and advertise:
                with lock:
                    self.commit()
            status, kind, body = self._answer(environ, advertise)
            start_response(status, [("Content-Type", kind), ("Cache-Control", "no-cache")])
            return [body]

        server = _Server((host, port), _Handler)
        server.set_app(app)
        return server

    def _answer(self, environ: dict[str, Any], advertise: bool) -> tuple[str, str, bytes]:
        """Answer one request: status, content type, body. See gitprotocol-http(5)."""
        service = "git-upload-pack"
        if advertise:
            # Nobody may push: what is here is what the worker executes.
            allowed = environ["QUERY_STRING"] == f"service={service}"
        else:
            allowed = environ["PATH_INFO"] == f"{self.path}/{service}" and environ["REQUEST_METHOD"] == "POST"
        if not allowed:
            known = environ["PATH_INFO"].startswith(f"{self.path}/")
            return ("403 Forbidden" if known else "404 Not Found"), "text/plain", b"Fetch only.\n"
        request = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
            request = gzip.decompress(request)
        result = subprocess.run(
            ["git", "upload-pack", "--stateless-rpc", *(["--advertise-refs"] if advertise else []), str(self.shadow)],
            input=request,
            stdout=subprocess.PIPE,
            env={**os.environ, "GIT_PROTOCOL": environ.get("HTTP_GIT_PROTOCOL", "")},
            check=False,
        )
        if result.returncode:
            return "500 Internal Server Error", "text/plain", b"git upload-pack failed.\n"
        if advertise:
            return "200 OK", f"application/x-{service}-advertisement", _ANNOUNCEMENT + result.stdout
        return "200 OK", f"application/x-{service}-result", result.stdout

    def _git(self) -> git.Git:
        """Git, with the shadow's objects and index and the user's working tree."""
        import git

        run = git.Git(self.project.root)
        run.update_environment(
            GIT_DIR=str(self.shadow),
            GIT_WORK_TREE=str(self.project.root),
            GIT_INDEX_FILE=str(self.shadow / "index"),
            **_AUTHOR,
        )
        return run

    def _excluded_by_the_user(self) -> str:
        exclude = self.project.root / ".git" / "info" / "exclude"
        return exclude.read_text() if exclude.is_file() else ""


def files_of(project: Project) -> list[Path]:
    """The paths of a working tree's files as Nautobot would clone them, those not yet committed included; it need not be under Git."""
    with tempfile.TemporaryDirectory() as folder:
        tree = WorkingTree(project, Path(folder))
        tree.commit()
        return tree.files()


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args) -> None:
        """Keep quiet: a line per request says nothing to the user."""


def main() -> None:
    """Serve a working tree until the process is told to end: the whole task of a container."""
    parser = argparse.ArgumentParser(description="Serve a working tree over HTTP; each fetch gets it as it is then.")
    parser.add_argument("--root", type=Path, required=True, help="the working tree; only read")
    parser.add_argument("--name", required=True, help="of the repository; its slug is made from it")
    parser.add_argument("--shadow", type=Path, required=True, help="the folder of the shadow repository")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    tree = WorkingTree(Project(arguments.root, {"name": arguments.name}), arguments.shadow)
    tree.commit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tree.server(arguments.host, arguments.port, live=True) as server:
        print(
            f"Serving {tree.project.root} at http://{arguments.host}:{server.server_address[1]}{tree.path}", flush=True
        )
        server.serve_forever()


if __name__ == "__main__":
    main()
