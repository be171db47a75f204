"""``nautobot-jobs migrate``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ..console import err, out


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--from", "since", default="1.x", show_default=True, metavar="VERSION", help="The Nautobot it runs on.")
@click.option("--to", default="3.2", show_default=True, metavar="VERSION", help="The Nautobot it shall run on.")
@click.option("--write", "writes", is_flag=True, help="Write the files; without it, nothing is written.")
@click.option("--diff", "shows_diff", is_flag=True, help="Show the changes as a unified diff.")
@click.option("--only", multiple=True, metavar="ID", help="Only this transformation; may be repeated.")
@click.option("--list", "lists", is_flag=True, help="List the transformations, and do nothing else.")
@click.option(
    "--verify",
    "verifies",
    is_flag=True,
    help="Load the result in a real Nautobot: which Jobs register, which forms open.",
)
@click.option("--nautobot", metavar="VERSION", help="With --verify, in this version (default: the installed one).")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--jobs", "processes", type=click.IntRange(min=1), help="Processes (default: one for each CPU).")
def migrate(
    path: Path,
    since: str,
    to: str,
    writes: bool,
    shows_diff: bool,
    only: tuple[str, ...],
    lists: bool,
    verifies: bool,
    nautobot: str | None,
    form: str,
    processes: int | None,
) -> None:
    """Change the Jobs of the repository in PATH to what a newer Nautobot needs.

    What is certain or likely is changed; what needs a person gets a TODO(migrate) comment.
    """
    from .report import as_text
    from .run import between, diff, migrate_folder, write_all
    from .transformations import TRANSFORMATIONS

    chosen = between(TRANSFORMATIONS, since, to)
    unknown = set(only) - {each.id for each in TRANSFORMATIONS}
    if unknown:
        raise click.BadParameter(f"there is no transformation {', '.join(sorted(unknown))}; --list has them all")
    if only:
        chosen = [each for each in chosen if each.id in only]
    if lists:
        for each in chosen:
            out.print(f"{each.id:28} {each.since:4} {each.title}", markup=False, soft_wrap=True)
        return
    done = migrate_folder(path, chosen, to, processes or os.cpu_count() or 1)
    changed = [outcome for _, outcome in sorted(done.outcomes.items()) if outcome.differs]
    if writes:
        write_all(path, changed)
    report = None
    if verifies:
        from ..load_report import verify

        report = verify(path, changed, written=writes, nautobot=nautobot)
    if form == "json":
        result = done.as_dict() | {"written": writes}
        if shows_diff:
            result["diff"] = "".join(diff(outcome) for outcome in changed)
        if report:
            result["verified"] = report.as_dict()
        click.echo(json.dumps(result, indent=2))
    elif form == "html":
        from .page import as_html

        click.echo(as_html(done, chosen, name=path.resolve().name, since=since, to=to, written=writes), nl=False)
        if report:
            err.print(report.as_text(), markup=False, soft_wrap=True)
    else:
        if shows_diff:
            for outcome in changed:
                click.echo(diff(outcome), nl=False)
        out.print(as_text(done), markup=False, soft_wrap=True)
        if report:
            out.print(report.as_text(), markup=False, soft_wrap=True)
        if changed and not writes:
            err.print("Nothing was written; --write does, --diff shows it.", markup=False)
    if report and not report.ok:
        raise click.exceptions.Exit(1)
