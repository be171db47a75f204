"""Fixtures for the workbench's own tests: small projects in temporary folders, beside the repository that the session itself serves."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from nautobot_dev_tools.instance import Instance
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import session_key
from nautobot_dev_tools.services import Services

# Repositories of others, to look at: not even their tests are run.
collect_ignore = ["repositories"]


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """A function that writes files, given as ``path=text`` in a mapping, below the test's folder; returns that folder."""

    def written(files: dict[str, str], root: Path = tmp_path) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return written


@pytest.fixture
def project(tmp_path) -> Project:
    """A project of the test's own, its state folder made."""
    own = Project(tmp_path)
    own.make_state()
    return own


# A repository of Jobs as small as it gets, by file.
HELLO = {
    "__init__.py": "",
    "jobs/__init__.py": (
        "from nautobot.apps.jobs import register_jobs\n\nfrom .hello import Hello\n\nregister_jobs(Hello)\n"
    ),
    "jobs/hello.py": """\
from nautobot.apps.jobs import Job, StringVar

name = "Tiny"


class Hello(Job):
    who = StringVar(description="Whom to greet")

    class Meta:
        name = "Tiny hello"
        has_sensitive_variables = False

    def run(self, *, who):
        self.logger.info("Hello %s", who)
        self.create_file("hello.txt", f"Hello {who}")
        return {"findings": 3}
""",
}


@pytest.fixture(scope="session")
def hello() -> dict[str, str]:
    """The files of a sound small repository with the Job ``jobs.hello.Hello``."""
    return dict(HELLO)


@pytest.fixture(scope="session")
def plain_environment(session_services) -> dict[str, str]:
    """The environment without what this session has set for its own Nautobot: what a person's shell has."""
    ours = re.compile(r"NAUTOBOT_|PG|DJANGO_|PYTEST_|GIT_")
    kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
    # Where bytecode goes to a folder of the workbench's, the small projects share this one instead of compiling Nautobot each.
    return kept | session_services.project.bytecode


@pytest.fixture
def repository_project() -> Project:
    """The repository that the workbench lies in."""
    return Project.find(Path(__file__))


@pytest.fixture(scope="session")
def session_services(request) -> Services:
    """The services that this session itself runs on; databases of one's own may be made there, and must be dropped."""
    return request.config.stash[session_key].instance.services


@pytest.fixture
def scratch_instance(request, session_services):
    """An instance whose database is made by the test, on the session's services; its broker and cache are the session's."""
    number = request.config.stash[session_key].instance.redis_database
    instance = Instance(session_services, "test", database=f"scratch_{os.getpid()}", redis_number=number)
    instance.drop()
    yield instance
    instance.drop()
