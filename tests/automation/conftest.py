"""A Git repository of Jobs at a real server, whose commits are known, and which may ask for a password."""

import threading
from base64 import b64encode
from contextlib import contextmanager

import pytest
from nautobot_dev_tools.gitserver import WorkingTree
from nautobot_dev_tools.project import Project


class Served:
    """A repository: write files, commit, serve."""

    def __init__(self, root):
        self.project = Project(root)
        self.project.make_state()
        self.tree = WorkingTree(self.project)

    def commit(self, files, tag=None):
        """Commit these files, in addition to those that are there; None deletes one."""
        import git

        for name, text in files.items():
            path = self.project.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        commit = self.tree.commit()
        if tag:
            git.Repo(self.tree.shadow).create_tag(tag, commit)
        return str(commit)

    @contextmanager
    def serve(self, password=None):
        """Serve what was committed; yields the URL and the `Authorization` headers that came."""
        with self.tree.server("127.0.0.1", 0) as server:
            inner, seen = server.get_app(), []

            def app(environ, start_response):
                seen.append(environ.get("HTTP_AUTHORIZATION", ""))
                if password and seen[-1] != f"Basic {b64encode(password.encode()).decode()}":
                    start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
                    return [b""]
                return inner(environ, start_response)

            server.set_app(app)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}{self.tree.path}", seen
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def served(tmp_path):
    root = tmp_path / "repository"
    root.mkdir()
    return Served(root)
