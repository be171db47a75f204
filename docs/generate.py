"""Writes the pages of the Jobs, README's table, the table of permissions and those of the tools from what they tell of, so that none can lag behind.

What a run logs and returns is not told but shown: each exercise is executed on the sample data.

`uv run invoke docs` runs it; with ``--check`` it changes nothing and fails where a page is not what it would write.
"""

from __future__ import annotations

import argparse
import inspect
import json
import logging
import re
import shlex
import sys
from pathlib import Path
from typing import Any, NamedTuple

import checks
import performance
import rules
import transformations
import yaml
from nautobot_dev_tools import exercises, manual
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.console import step
from nautobot_dev_tools.diff import kinds
from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import scratch_database

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "jobs"
PICTURES = ROOT / "docs" / "assets"
DIFF = ROOT / "docs" / "tools" / "diff.md"
PERMISSIONS = ROOT / "docs" / "admin" / "permissions.md"
MOST_LOG_LINES = 14
MOST_CHOICES = 12
# What differs from run to run.
VOLATILE = re.compile(
    r"(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?P<time>20\d\d-\d\d-\d\d \d\d:\d\d)|(?P<fingerprint>\b[0-9a-f]{20}\b)"
    r"|(?P<url>http://localhost:\d+)"
)


class Run(NamedTuple):
    """An exercise, and what came of it."""

    exercise: exercises.Exercise
    log: list[str]
    result: Any
    files: list[str]


def main() -> int:
    """Write or compare all generated text; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is not up to date")
    options = parser.parse_args()
    project = Project.find(ROOT)
    with step("Executing the exercises on the sample data"), scratch_database(project, "docs", seeded=True) as instance:
        jobs = load_jobs(ROOT)
        create_job_records(jobs)
        runs = [shown_run(one, jobs[one.job], instance.ensure_admin()) for one in exercises.load(project)]
        texts = generated(jobs, runs)
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text() != text]
    orphans = [path for folder in (PAGES, checks.FOLDER) for path in folder.glob("*.md") if path not in texts]
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


def shown_run(exercise: exercises.Exercise, job: type, user: Any) -> Run:
    """Execute an exercise in this process, and keep what it logged and returned."""
    from nautobot.extras.models import FileProxy, Job

    # As the workbench's worker, and most others.
    logging.getLogger("celery.task").setLevel(logging.INFO)
    # It says of each result that is no text that there is nothing to sanitize in it.
    logging.getLogger("nautobot.core.utils.logging").setLevel(logging.ERROR)
    record = Job.objects.get(module_name=job.__module__, job_class_name=job.__name__)
    result = enqueue_job(record, user, exercises.arguments(exercise, job, user), synchronous=True)
    result.refresh_from_db()
    # Nautobot's own entries are the same for every Job, and name files by what their storage calls them.
    entries = result.job_log_entries.exclude(grouping__in=("initialization", "create_file", "post_run")).order_by(
        "created"
    )
    return Run(
        exercise,
        [
            f"{entry.log_level:8} {entry.grouping}: {entry.message}{f' ({entry.log_object})' if entry.log_object else ''}"
            for entry in entries
        ],
        result.result,
        list(FileProxy.objects.filter(job_result=result).order_by("uploaded_at").values_list("name", flat=True)),
    )


def generated(jobs: dict[str, type], runs: list[Run]) -> dict[Path, str]:
    """All generated text by file."""
    ordered = sorted(jobs.values(), key=lambda job: (job.grouping, job.name))
    texts = {page_of(job): page(job, [run for run in runs if run.exercise.job == job.class_path]) for job in ordered}
    texts[PAGES / "index.md"] = "# Jobs\n\n" + table(ordered, lambda job: page_of(job).name) + "\n"
    texts[performance.PAGE] = performance.page()
    texts[rules.PAGE] = rules.page()
    texts[transformations.PAGE] = transformations.page()
    readme = ROOT / "README.md"
    texts[readme] = between(readme, "jobs", table(ordered, lambda job: str(page_of(job).relative_to(ROOT))))
    site = ROOT / "mkdocs.yml"
    pages = [f"          - {json.dumps(job.name)}: jobs/{page_of(job).name}" for job in ordered]
    with_jobs = between(site, "jobs", "\n".join(pages), "          # {}")
    texts[site] = between(site, "checks", checks.navigation(ordered), "          # {}", text=with_jobs)
    texts |= checks.pages(ordered)
    texts[PERMISSIONS] = between(PERMISSIONS, "permissions", permissions_table(ordered))
    texts[DIFF] = between(DIFF, "kinds", kinds.table())
    return texts


def between(path: Path, name: str, block: str, comment: str = "<!-- {} -->", *, text: str | None = None) -> str:
    """A file's text, or the given one, with the block between the marks of that name written anew; `comment` is how it writes comments."""
    begin, end = comment.format(f"{name}: written by `invoke docs`"), comment.format(f"end of {name}")
    text = path.read_text() if text is None else text
    if begin not in text or end not in text:
        raise SystemExit(f"{path.relative_to(ROOT)} has lost the marks {begin} and {end}")
    return re.sub(rf"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n{block}\n{end}", text, flags=re.S)


def page_of(job: type) -> Path:
    """The page of a Job."""
    return PAGES / f"{job.__module__.removeprefix('jobs.').replace('.', '-').replace('_', '-')}.md"


def table(jobs: list[type], link: Any) -> str:
    """A table of Jobs, linked to their pages."""
    lines = ["| Group | Job | What it does |", "| --- | --- | --- |"]
    lines += [f"| {job.grouping} | [{job.name}]({link(job)}) | {cell(job.description_first_line)} |" for job in jobs]
    return "\n".join(lines)


def page(job: type, runs: list[Run]) -> str:
    """The page of one Job."""
    return (
        "\n\n".join(
            part
            for part in (
                f"# {job.name}",
                description(job),
                checks.section(job),
                "## Variables\n\n" + variables(job),
                "## Permissions\n\n" + permissions(job),
                "## Properties\n\n" + properties(job),
                picture(job),
                "\n\n".join(example(run) for run in runs),
            )
            if part
        )
        + "\n"
    )


def permissions(job: type) -> str:
    """What the user who runs the Job has to be granted."""
    lines = ["| Action | Object type |", "| --- | --- |"]
    lines += [f"| {action} | {of} |" for action, of in granted(job)]
    return "\n".join(lines) + (
        "\n\nWithout any one of them the Job fails and says which is missing. How to grant them: "
        "[Permissions](../admin/permissions.md)."
    )


def granted(job: type) -> list[tuple[str, str]]:
    """Action and object type of each object permission that running the Job takes."""
    from django.apps import apps

    needs = manual.needs(job)
    rows = [("run", f"extras \\| job (`extras.run_job`), for *{job.name}*")]
    for permission in needs.permissions:
        app_label, codename = permission.split(".")
        action, model = codename.split("_", 1)
        rows.append((action, f"{app_label} \\| {apps.get_model(app_label, model)._meta.verbose_name} (`{permission}`)"))
    rows += [(action, "that of the objects of the run") for action in needs.on_objects]
    return rows


def permissions_table(jobs: list[type]) -> str:
    """The permissions of all Jobs."""
    lines = ["| Job | Action | Object type |", "| --- | --- | --- |"]
    for job in jobs:
        for number, (action, of) in enumerate(granted(job)):
            name = "" if number else f"[{job.name}](../jobs/{page_of(job).name})"
            lines.append(f"| {name} | {action} | {of.removesuffix(f', for *{job.name}*')} |")
    return "\n".join(lines)


def picture(job: type) -> str:
    """Its report on the sample data, where `docs/pictures.py` has taken one."""
    path = PICTURES / f"report-{page_of(job).stem}.png"
    return f"## Report\n\n![The report of {job.name}](../assets/{path.name})" if path.exists() else ""


def description(job: type) -> str:
    """The docstring; its lines "**Changes:** …", "**Needs:** …" are paragraphs of their own in Markdown."""
    return re.sub(r"(?<!\n)\n(?=\*\*[A-Z])", "\n\n", inspect.cleandoc(job.__doc__ or ""))


def variables(job: type) -> str:
    """The variables as a table; those of a receiver are filled in by Nautobot."""
    from nautobot.apps.jobs import JobButtonReceiver, JobHookReceiver

    found = {} if issubclass(job, (JobButtonReceiver, JobHookReceiver)) else job._get_vars()
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
        values = [str(value) for value, _ in variable.field_attrs["choices"]]
        shown = (
            values
            if len(values) <= MOST_CHOICES
            else [*values[:MOST_CHOICES], f"and {len(values) - MOST_CHOICES} more"]
        )
        return f"{name} ({', '.join(shown)})"
    return name


def properties(job: type) -> str:
    """What an administrator needs to know of a Job."""
    rows = {
        "Class path": f"`<slug of the Git repository>.{job.class_path}`",
        "Changes data": "no" if job.read_only else "yes",
        "Dry run": ("yes, by default" if job.dryrun_default else "yes") if job.supports_dryrun else "no",
        "May be scheduled": "no: its variables may be sensitive" if job.has_sensitive_variables else "yes",
        "Needs": f"Nautobot {minimum} or newer" if (minimum := vars(job).get("minimum_nautobot")) else "",
        "Hidden by default": "yes" if job.hidden else "no",
        "Time limits": f"{job.soft_time_limit or 'the default'} s soft, {job.time_limit or 'the default'} s hard",
    }
    return "\n".join(
        ["| Property | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows.items() if value)]
    )


def example(run: Run) -> str:
    """One exercise: the command, and what it says."""
    exercise = run.exercise
    trigger = exercise.button or exercise.hook
    if trigger is not None:
        what = "Pressed on" if exercise.button is not None else "Fired by changing"
        shown = f"{what}:\n\n```yaml\n{yaml.safe_dump(trigger, sort_keys=False).strip()}\n```"
    else:
        command = f"uv run nautobot-jobs run {exercise.job.rsplit('.', 1)[-1]}"
        for name, value in exercise.inputs.items():
            command += f" \\\n    --input {shlex.quote(f'{name}={written(value, exercise)}')}"
        shown = f"```shell\n{command}\n```"
    text = f"## Example: {exercise.title}\n\n{shown}\n\nEnds as *{exercise.status}*"
    # A run that fits anybody's data takes any object: which one it was, its log would tell, and it is another each time.
    return f"{text}." if not tells_the_same(exercise) else f"{text}:\n\n{said(run)}"


def tells_the_same(exercise: exercises.Exercise) -> bool:
    """Whether the run is the same each time that the sample data is built anew: it names its objects, or has none."""
    chosen = [*exercise.inputs.values(), *(exercise.button or {}).values(), *(exercise.hook or {}).values()]
    return not any(value == {} or (isinstance(value, list) and {} in value) for value in chosen)


def written(value: Any, exercise: exercises.Exercise) -> str:
    """A value as it is given to --input in the repository's folder."""
    if isinstance(value, str) and value.startswith("@"):
        return f"@{(exercise.source.parent / value[1:]).relative_to(ROOT)}"
    return value if isinstance(value, str) and reads_back(value) else json.dumps(value, default=str)


def reads_back(text: str) -> bool:
    """Does YAML take a text for itself?"""
    try:
        return bool(yaml.safe_load(text) == text)
    except yaml.YAMLError:  # "{{ far.port }}"
        return False


def said(run: Run) -> str:
    """The log, the result and the names of the files of a run, as the workbench prints them."""
    log = run.log
    if len(log) > MOST_LOG_LINES:
        log = [*log[:MOST_LOG_LINES], f"… and {len(log) - MOST_LOG_LINES} more entries"]
    lines = list(log)
    failed = isinstance(run.result, dict) and "exc_type" in run.result
    if run.result is not None and not failed:
        lines += yaml.safe_dump({"result": run.result}, sort_keys=False, allow_unicode=True, width=150).splitlines()
    lines += [f"file {name}" for name in run.files]
    return "```text\n" + VOLATILE.sub(lambda found: f"<{found.lastgroup}>", "\n".join(lines)) + "\n```"


def cell(text: Any) -> str:
    """A text as a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


if __name__ == "__main__":
    sys.exit(main())
