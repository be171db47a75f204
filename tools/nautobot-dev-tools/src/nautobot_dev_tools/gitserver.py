"""Serves the working tree over Git's smart HTTP protocol, uncommitted changes included, without touching the user's repository.

Nautobot accepts http(s) remotes only. A shadow repository below ``.nautobot/`` has its own objects, index and branch; the working tree is
only read.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from dulwich.repo import Repo as DulwichRepo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

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


@dataclass(frozen=True)
class WorkingTree:
    """The working tree of a project as a Git repository of its own."""

    project: Project

    @property
    def shadow(self) -> Path:
        """The shadow repository."""
        return self.project.state / "working-tree.git"

    def commit(self) -> str:
        """Commit the working tree as it is now, unless nothing has changed since the last time; returns the commit's hash.

        Ignored files stay out, by the repository's own rules.

        Raises:
            DevToolsError: Git is missing, or refuses.
        """
        import git  # not above: it refuses to be imported where there is no program git, and `Services` may have yet to fetch one

        try:
            if not (self.shadow / "HEAD").exists():
                # Not `git init`: that obeys a GIT_DIR in the environment (a Git hook has one) and would make it the user's own.
                self.shadow.mkdir(parents=True, exist_ok=True)
                DulwichRepo.init_bare(str(self.shadow), default_branch=BRANCH.encode()).close()
            (self.shadow / "info" / "exclude").write_text(f"/{STATE}/\n{self._excluded_by_the_user()}")
            run = self._git()
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

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Commit, then serve over HTTP on a free port of this machine alone for the time of the block; yields the URL."""
        self.commit()
        path = f"/{self.project.slug}.git"
        repository = DulwichRepo(str(self.shadow))
        with _Server(("127.0.0.1", 0), _Handler) as server:
            # Nobody may push: what is here is what the worker executes.
            app = make_wsgi_chain(DictBackend({path: repository}), handlers={b"git-receive-pack": None})
            server.set_app(app)
            # The interval is what its end takes.
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="git-http", daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}{path}"
            finally:
                server.shutdown()
                thread.join()
                repository.close()

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


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args) -> None:
        """Keep quiet: a line per request says nothing to the user."""
