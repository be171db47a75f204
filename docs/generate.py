"""Writes the pages of the Jobs and README's table from the classes and their exercises, so that documentation cannot lag behind.

`uv run invoke docs` runs it; with ``--check`` it changes nothing and fails where a page is not what it would write.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

import performance
import yaml
from nautobot_dev_tools import exercises
from nautobot_dev_tools.console import step
from nautobot_dev_tools.loading import load_jobs
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import scratch_database

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "jobs"
BEGIN, END = "<!-- jobs: written by `invoke docs` -->", "<!-- end of jobs -->"


def main() -> int:
    """Write or compare all generated text; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is not up to date")
    options = parser.parse_args()
    project = Project.find(ROOT)
    with step("Reading the Jobs from a Nautobot"), scratch_database(project, "docs"):
        texts = generated(load_jobs(ROOT), exercises.load(project))
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text() != text]
    orphans = [path for path in PAGES.glob("*.md") if path not in texts]
    if options.check:
        for path in [*stale, *orphans]:
            print(f"{path.relative_to(ROOT)} is not up to date; run `uv run invoke docs`", file=sys.stderr)
        return 1 if stale or orphans else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path])
    for path in orphans:
        path.unlink()
    print(f"{len(texts)} generated texts, {len(stale)} of them changed, {len(orphans)} removed")
    return 0


def generated(jobs: dict[str, type], declared: list[exercises.Exercise]) -> dict[Path, str]:
    """All generated text by file."""
    ordered = sorted(jobs.values(), key=lambda job: (job.grouping, job.name))
    texts = {page_of(job): page(job, [one for one in declared if one.job == job.class_path]) for job in ordered}
    texts[PAGES / "index.md"] = "# Jobs\n\n" + table(ordered, lambda job: page_of(job).name) + "\n"
    texts[performance.PAGE] = performance.page()
    readme = ROOT / "README.md"
    block = table(ordered, lambda job: str(page_of(job).relative_to(ROOT)))
    texts[readme] = re.sub(
        rf"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{block}\n{END}",
        readme.read_text(),
        flags=re.S,
    )
    return texts


def page_of(job: type) -> Path:
    """The page of a Job."""
    return PAGES / f"{job.__module__.removeprefix('jobs.').replace('.', '-').replace('_', '-')}.md"


def table(jobs: list[type], link: Any) -> str:
    """A table of Jobs, linked to their pages."""
    lines = ["| Group | Job | What it does |", "| --- | --- | --- |"]
    lines += [f"| {job.grouping} | [{job.name}]({link(job)}) | {cell(job.description_first_line)} |" for job in jobs]
    return "\n".join(lines)


def page(job: type, declared: list[exercises.Exercise]) -> str:
    """The page of one Job."""
    return (
        "\n\n".join(
            part
            for part in (
                f"# {job.name}",
                manual(job),
                "## Variables\n\n" + variables(job),
                "## Properties\n\n" + properties(job),
                "\n\n".join(example(one) for one in declared),
            )
            if part
        )
        + "\n"
    )


def manual(job: type) -> str:
    """The docstring; its lines "**Changes:** …", "**Needs:** …" are paragraphs of their own in Markdown."""
    return re.sub(r"(?<!\n)\n(?=\*\*[A-Z])", "\n\n", inspect.cleandoc(job.__doc__ or ""))


def variables(job: type) -> str:
    """The variables as a table."""
    found = job._get_vars()
    if not found:
        return "None."
    lines = ["| Variable | Type | Required | Default | What it means |", "| --- | --- | --- | --- | --- |"]
    for name, variable in found.items():
        attributes = variable.field_attrs
        default = attributes.get("initial")
        lines.append(
            f"| `{name}` | {kind(variable)} | {'yes' if attributes.get('required') else ''} "
            f"| {'' if default in (None, '', False) else f'`{cell(default)}`'} | {cell(attributes.get('help_text', ''))} |"
        )
    return "\n".join(lines)


def kind(variable: Any) -> str:
    """The type of a variable, with its model or choices."""
    name = type(variable).__name__
    if "queryset" in variable.field_attrs:
        return f"{name} ({variable.field_attrs['queryset'].model._meta.label})"
    if "choices" in variable.field_attrs:
        return f"{name} ({', '.join(str(value) for value, _ in variable.field_attrs['choices'])})"
    return name


def properties(job: type) -> str:
    """What an administrator needs to know of a Job."""
    rows = {
        "Class path": f"`<slug of the Git repository>.{job.class_path}`",
        "Changes data": "no" if job.read_only else "yes",
        "Dry run": ("yes, by default" if job.dryrun_default else "yes") if job.supports_dryrun else "no",
        "May be scheduled": "no: its variables may be sensitive" if job.has_sensitive_variables else "yes",
        "Hidden by default": "yes" if job.hidden else "no",
        "Time limits": f"{job.soft_time_limit or 'the default'} s soft, {job.time_limit or 'the default'} s hard",
    }
    return "\n".join(["| Property | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows.items())])


def example(exercise: exercises.Exercise) -> str:
    """One exercise, as a command."""
    text = f"## Example: {exercise.title}\n\n"
    trigger = exercise.button or exercise.hook
    if trigger is not None:
        what = "Pressed on" if exercise.button is not None else "Fired by changing"
        return f"{text}{what}:\n\n```yaml\n{yaml.safe_dump(trigger, sort_keys=False).strip()}\n```\n\nEnds as *{exercise.status}*."
    command = f"uv run nautobot-jobs run {exercise.job.rsplit('.', 1)[-1]}"
    for name, value in exercise.inputs.items():
        plain = value if isinstance(value, str) else json.dumps(value, default=str)
        command += f" \\\n    --input {quoted(f'{name}={plain}')}"
    return f"{text}```shell\n{command}\n```\n\nEnds as *{exercise.status}*."


def quoted(text: str) -> str:
    """A word for the shell."""
    import shlex

    return shlex.quote(text)


def cell(text: Any) -> str:
    """A text as a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


if __name__ == "__main__":
    sys.exit(main())
