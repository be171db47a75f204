"""``nautobot-jobs diff``."""

from __future__ import annotations

import os
from datetime import date, datetime, timezone
from pathlib import Path

import click

from ..errors import DevToolsError
from ..project import Project
from ..source.memory import uncollected
from . import allow as allowing
from .change import BREAKING, RISKY
from .compare import compare
from .report import Report, as_json, as_markdown, as_text
from .revision import both_sides

# Beside 0: nothing to fail on; 1: the command could not do its work; 2: it was called wrongly.
EXIT_RISKY, EXIT_BREAKING = 3, 4
TOKEN = "NAUTOBOT_TOKEN"  # noqa: S105 - the variable's name
_FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


@click.command()
@click.argument("base")
@click.argument("head", required=False)
@click.option(
    "--path", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The repository (default: this one)."
)
@click.option("--direct", is_flag=True, help="Compare with BASE itself, not with where HEAD left it.")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save it there; text goes to the terminal as well.",
)
@click.option(
    "--fail-on",
    type=click.Choice([BREAKING, RISKY, "never"]),
    default=BREAKING,
    show_default=True,
    help=f"Exit code {EXIT_BREAKING} where a change is breaking; {EXIT_RISKY} where one is risky.",
)
@click.option(
    "--allow", "allowed", multiple=True, metavar="ID=REASON", help="Accept a change; * fits any text. May be repeated."
)
@click.option(
    "--allow-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="More accepted changes, as YAML."
)
@click.option("--instance", metavar="URL", help=f"Ask this Nautobot what of it is touched, with the token in {TOKEN}.")
@click.option("--slug", help="The repository's slug there (default: any whose Jobs have these class paths).")
def diff(
    base: str,
    head: str | None,
    path: Path | None,
    direct: bool,
    form: str,
    output: Path | None,
    fail_on: str,
    allowed: tuple[str, ...],
    allow_file: Path | None,
    instance: str | None,
    slug: str | None,
) -> None:
    """Say what the changes from BASE to HEAD (default: the working tree) mean for a Nautobot that runs the Jobs."""
    root = path or Project.find().root
    entries = allowing.from_options(allowed) + (allowing.from_file(allow_file) if allow_file else [])
    with uncollected():
        before, after = both_sides(root, base, head, direct=direct)
        changes = compare(before, after)
    entries += allowing.from_revision(after)
    report = Report(before.name, after.name, changes, instance=instance or "")
    report.notes += allowing.apply(report.changes, entries, root, before, _today())
    if instance:
        from .live import Live

        token = os.environ.get(TOKEN)
        if not token:
            raise DevToolsError(f"--instance: put a token of that Nautobot into the environment as {TOKEN}.")
        report.notes += Live(instance, token, slug).note(report.changes, before.jobs)
    report.notes = before.notes + after.notes + report.notes
    text = _FORMATS[form](report)
    if output:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
        text = as_text(report)
    click.echo(text, nl=False)
    raise click.exceptions.Exit(exit_code(report, fail_on))


def exit_code(report: Report, fail_on: str) -> int:
    """The exit code for the changes that nobody has accepted."""
    if fail_on != "never" and report.open(BREAKING):
        return EXIT_BREAKING
    return EXIT_RISKY if fail_on == RISKY and report.open(RISKY) else 0


def _today() -> date:
    return datetime.now(timezone.utc).date()
