"""``nautobot-jobs check``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..console import out
from ..errors import DevToolsError


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--select", multiple=True, metavar="RULES", help="Only these: JOB3, or JOB301,JOB302; may be repeated.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Without these; may be repeated.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option(
    "--format", "kind", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the terminal.")
@click.option(
    "--fail-on",
    type=click.Choice(["note", "warning", "error", "never"]),
    default="error",
    show_default=True,
    help="The lowest severity that makes the exit code 1.",
)
@click.option(
    "--load", "loads", is_flag=True, help="Sync it into a real Nautobot instead: what would be there, what be lost."
)
@click.option("--nautobot", metavar="VERSION", help="With --load, of this version (default: the installed one).")
@click.option("--list", "list_rules", is_flag=True, help="Show the rules, check nothing.")
def check(
    path: Path,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    kind: str,
    output: Path | None,
    fail_on: str,
    loads: bool,
    nautobot: str | None,
    list_rules: bool,
) -> None:
    """Check the repository of Jobs in PATH by its text alone; with --load, by Nautobot's own loader.

    The exit code is 0 where nothing is found, 1 where something is that `--fail-on` counts, 2 where the command or its configuration is wrong.
    """
    from .config import Config
    from .engine import check_folder
    from .output import write
    from .rule import SEVERITIES
    from .rules import RULES

    if list_rules:
        for rule in RULES:
            out.print(f"{rule.id} {rule.severity:7} {rule.name}: {rule.title}", markup=False, soft_wrap=True)
        return
    if loads:
        _load(path, nautobot, kind, output)
        return
    try:
        config = Config.read(path).narrowed(select, ignore)
    except DevToolsError as error:
        raise click.UsageError(str(error)) from error
    report = check_folder(path, config, fix=fix)
    write(report, kind, output)
    if fail_on != "never" and report.worst() >= SEVERITIES.index(fail_on):
        raise click.exceptions.Exit(1)


def _load(path: Path, nautobot: str | None, kind: str, output: Path | None) -> None:
    """``--load``: the exit code is 1 where anything is wrong."""
    from ..load_report import load

    if kind not in ("text", "json"):
        raise click.UsageError(f"--load has no --format {kind}; it has text and json.")
    report = load(path, nautobot=nautobot)
    text = report.as_text() if kind == "text" else json.dumps(report.as_dict(), indent=2)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
    else:
        out.print(text, markup=False, soft_wrap=True)
    if not report.ok:
        raise click.exceptions.Exit(1)
