"""``nautobot-jobs new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..console import out

if TYPE_CHECKING:
    from .scaffold import Made

_KINDS = {
    "job": "a Job that reads: a list in a file",
    "change": "a Job that changes data: dry run, one transaction, permissions",
    "network": "a Job that talks to devices, many at once",
    "button": "a Job for a button on an object's page",
    "hook": "a Job that Nautobot starts when an object changes",
}


@click.group()
def new() -> None:
    """Make a Job with its test, exercise and registration, or a whole repository, to change into your own.

    What is made passes `check` and its tests. Nothing is ever overwritten.
    """


def _add_kind(kind: str, what: str) -> None:
    @new.command(kind, help=f"Make {what}. NAME is of its class, such as RackUsage.")
    @click.argument("name")
    @click.option("--title", default="", help="What Nautobot calls it (default: made from NAME).")
    @click.option("--folder", metavar="FOLDER", help="Below jobs/, where it shall lie.")
    def command(name: str, title: str, folder: str | None) -> None:
        from ..project import Project
        from . import scaffold

        _tell(scaffold.job(Project.find(), kind, name, title=title, folder=folder))


for _kind, _what in _KINDS.items():
    _add_kind(_kind, _what)


@new.command()
@click.argument("name")
@click.option("--domain", required=True, help="The folder below jobs/audits/checks/.")
@click.option("--title", default="", help="The rule that is broken, in a few words (default: made from NAME).")
@click.option("--id", "identifier", default="", help="Such as DCIM-DEVICE-042 (default: the next of the domain).")
def check(name: str, domain: str, title: str, identifier: str) -> None:
    """Make a check of an audit: one rule about one model. NAME is of its class, such as RackElsewhere."""
    from ..project import Project
    from . import scaffold

    _tell(scaffold.check(Project.find(), name, domain, title=title, identifier=identifier))


@new.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What it is called in Nautobot (default: the folder's name).")
def repository(path: Path, name: str) -> None:
    """Make a repository of Jobs in PATH, which is empty or not there yet."""
    from . import scaffold

    _tell(scaffold.repository(path, name))
    out.print(
        f"Next: cd {path}, git init, uv run nautobot-jobs check, uv run pytest; README.md says more.",
        markup=False,
        soft_wrap=True,
    )


def _tell(made: Made) -> None:
    for path in made.new:
        out.print(f"new      {path}", markup=False, soft_wrap=True)
    for path in made.changed:
        out.print(f"changed  {path}", markup=False, soft_wrap=True)
    out.print(f"Its test: uv run pytest {made.test}", markup=False, soft_wrap=True)
