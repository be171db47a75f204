"""What the tests of transformations share: a small repository, migrated."""

from textwrap import dedent

import nautobot
import pytest
from nautobot_dev_tools.migrate.run import Migration, migrate
from nautobot_dev_tools.migrate.transformation import Transformation
from nautobot_dev_tools.source.files import SourceFile
from packaging.version import Version

EXAMPLE = "jobs/example.py"

# What is migrated becomes what Nautobot 3.2 takes and tells of itself; an older one runs the migration all the same.
NEEDS_3_2 = pytest.mark.skipif(Version(nautobot.__version__) < Version("3.2"), reason="asks Nautobot 3.2 itself")


def migrated(files: dict[str, str] | str, *transformations: Transformation, to: str = "3.2") -> Migration:
    """The migration of files, dedented, or of the text of jobs/example.py; a second one changes nothing more.

    Raises:
        AssertionError: the second one does.
    """
    texts = {EXAMPLE: files} if isinstance(files, str) else files
    texts = {path: dedent(text).lstrip("\n") for path, text in texts.items()}
    done = migrate(_read(texts), transformations, to)
    again = migrate(_read(texts | {path: each.after for path, each in done.outcomes.items()}), transformations, to)
    for path, each in again.outcomes.items():
        assert not each.differs, f"a second run changes {path}:\n{each.after}"
    return done


def after(files: dict[str, str] | str, *transformations: Transformation, to: str = "3.2", path: str = EXAMPLE) -> str:
    """The text of one file when it is migrated."""
    done = migrated(files, *transformations, to=to)
    if path in done.outcomes:
        assert not done.outcomes[path].problem, done.outcomes[path].problem
        return done.outcomes[path].after
    return dedent(files if isinstance(files, str) else files[path]).lstrip("\n")


def assert_becomes(before: str, expected: str, *transformations: Transformation, to: str = "3.2") -> None:
    """The text of jobs/example.py becomes what is expected; both are dedented."""
    assert after(before, *transformations, to=to) == dedent(expected).lstrip("\n")


def assert_untouched(before: str, *transformations: Transformation, to: str = "3.2") -> None:
    """Nothing is changed, and nothing left to a person."""
    done = migrated(before, *transformations, to=to)
    assert not done.outcomes, "\n".join(each.after for each in done.outcomes.values())


def _read(texts: dict[str, str]) -> dict[str, SourceFile]:
    return {path: SourceFile.read(path, text.encode()) for path, text in texts.items()}
