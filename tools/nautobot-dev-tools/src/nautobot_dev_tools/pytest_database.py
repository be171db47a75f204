"""The fixture by which pytest-django gets its database from the workbench; a module of its own, since it is registered last."""

import pytest

from .loading import create_job_records
from .pytest_plugin import session_key


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker) -> None:
    """Add the Job records: the database itself is there already, a clone of the migrated template."""
    with django_db_blocker.unblock():
        create_job_records(request.config.stash[session_key].jobs)
