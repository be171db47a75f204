"""What people and CI do with this repository: `uv run invoke --list`.

A thin front over `nautobot-jobs` (see tools/nautobot-dev-tools) and over the linters; nothing is computed here.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from invoke import Collection, Exit, task

ROOT = Path(__file__).parent
LINTED = ["app", "jobs", "tests", "tools", "development", "benchmarks", "docs", "tasks.py"]

BENCHMARKS = [
    "job_start",
    "database_tests",
    "jobs",
    "connection_audit",
    "audits",
    "changes",
    "retention",
    "change_digest",
    "fan_out",
    "bursts",
    "network",
    "fleet",
    "report",
    "plan",
    "start",
    "static_tools",
]
IN_BROWSER = {"report", "plan"}


def execute(*command: str | Path) -> None:
    """Run a command in this terminal; its exit code becomes invoke's.

    On Ctrl-C the command has got the signal too: wait for it to put its processes away instead of killing it.
    """
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT)
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:
            continue
    if code:
        raise Exit(code=code)


def nautobot_jobs(*arguments: str | Path) -> None:
    """Run the workbench's command."""
    execute(sys.executable, "-m", "nautobot_dev_tools", *arguments)


def on(nautobot: str | None) -> list[str]:
    """The workbench's option for another Nautobot than the installed one."""
    return ["--nautobot", nautobot] if nautobot else []


def python(*arguments: str | Path) -> None:
    """Run a module or script with this environment's Python."""
    execute(sys.executable, *arguments)


def in_group(group: str, *command: str | Path) -> None:
    """Run a command with a dependency group that is installed only for those who need it."""
    # uv, which need not be on the PATH, says in UV where it is.
    execute(os.environ.get("UV", "uv"), "run", "--group", group, *command)


@task(help={"json": "save the result as JSON", "nautobot": "with this version, in an environment of its own"})
def demo(_ctx, json=None, nautobot=None):
    """Boot everything, build the example network, sync, execute every Job; ends with a table."""
    nautobot_jobs(*on(nautobot), "demo", *(["--json", json] if json else []))


@task(
    aliases=["tests", "unittest"],
    help={
        "only": "a path, or path::test",
        "args": "more arguments for pytest",
        "nautobot": "with this version (3.0.11, 3.0, newest), in an environment of its own",
    },
)
def test(_ctx, only=None, args="", nautobot=None):
    """Run the tests: all of them on all cores, or some in one process."""
    # One more than cores: a part of the tests waits for processes that they have started.
    processes = str(min(1 + (os.cpu_count() or 1), 8))
    which = [only] if only else ["--numprocesses", processes, "--dist", "loadfile", "--no-loadscope-reorder"]
    nautobot_jobs(*on(nautobot), "python", "-m", "pytest", *which, *shlex.split(args))


@task(
    iterable=["nautobot"],
    help={
        "nautobot": "only this version; may be repeated",
        "all": "the oldest supported version of each line too",
        "json": "save the result as JSON (it is kept as .nautobot/matrix.json anyway)",
    },
)
def matrix(_ctx, nautobot, all=False, json=None):
    """Execute every Job on each supported Nautobot; ends with a table of Jobs by version."""
    each = (part for version in nautobot for part in ("--nautobot", version))
    nautobot_jobs("matrix", *each, *(["--all"] if all else []), *(["--json", json] if json else []))


@task(help={"nautobot": "this version, in an environment of its own"})
def start(_ctx, nautobot=None):
    """Start Nautobot with the example network; watches the working tree and syncs on save."""
    nautobot_jobs(*on(nautobot), "start")


@task
def debug(_ctx):
    """Like start, in the foreground with the logs; Ctrl-C stops all."""
    nautobot_jobs("debug")


@task(help={"nautobot": "this version's"})
def stop(_ctx, nautobot=None):
    """Stop all that start left running."""
    nautobot_jobs(*on(nautobot), "stop")


@task
def restart(_ctx):
    """Stop, then start."""
    nautobot_jobs("stop")
    nautobot_jobs("start")


@task
def destroy(_ctx):
    """Stop, and remove databases, clones and reports."""
    nautobot_jobs("destroy")


@task
def status(_ctx):
    """Say what runs."""
    nautobot_jobs("status")


@task(
    help={
        "name": "web, worker, beat, watch, postgres or redis; a service with --containers",
        "follow": "go on until Ctrl-C",
        "containers": "of what up started",
    }
)
def logs(ctx, name=None, follow=False, containers=False):
    """Show the logs."""
    arguments = [*([name] if name else []), *(["--follow"] if follow else [])]
    if containers:
        _containers(ctx, "logs", *arguments)
    else:
        nautobot_jobs("logs", *arguments)


@task
def sync(_ctx):
    """Sync the working tree as it is, and say what came of it."""
    nautobot_jobs("sync")


@task(
    iterable=["input"],
    help={
        "job": "class name, class path or name",
        "input": "KEY=VALUE, may be repeated",
        "args": "more options of nautobot-jobs run",
    },
)
def run(_ctx, job, input, args=""):
    """Run one Job in the worker."""
    nautobot_jobs("run", job, *(part for pair in input for part in ("--input", pair)), *shlex.split(args))


@task(
    iterable=["input"],
    help={
        "job": "class name, class path or name",
        "input": "KEY=VALUE, may be repeated",
        "devices": "on a network of so many devices, which is built once and kept",
        "explain": "show the database's plans of so many of the slowest SELECTs",
        "args": "more options of nautobot-jobs profile",
    },
)
def profile(_ctx, job, input, devices=None, explain=None, args=""):
    """Profile one Job: time by function, by SQL statement and the line that sent it."""
    options = [("--input", pair) for pair in input]
    options += [(name, value) for name, value in (("--devices", devices), ("--explain", explain)) if value]
    nautobot_jobs("profile", job, *(part for option in options for part in option), *shlex.split(args))


@task(
    iterable=["job"],
    help={
        "dataset": "a pg_dump: plain, custom, .gz, .xz or .zst",
        "job": "only this one; may be repeated",
        "exercises": "execute the exercises of this file instead of each Job once",
        "json": "save the result as JSON",
    },
)
def rehearse(_ctx, dataset, job, exercises=None, json=None):
    """Execute every Job on a copy of your own data; Jobs that write run dry."""
    options = [part for name in job for part in ("--job", name)]
    files = (("--exercises", exercises), ("--json", json))
    options += [part for name, file in files if file for part in (name, Path(file).absolute())]
    nautobot_jobs("rehearse", "--dataset", Path(dataset).absolute(), *options)


def _containers(ctx, command, *arguments, **options):
    """Run a command of the workbench on the containers: options from the command line, else from invoke.yml or INVOKE_CONTAINERS_…."""
    chosen = {name: options.get(name) or value for name, value in ctx.config.containers.items()}
    given = [word for name, value in chosen.items() if value for word in (f"--{name}", str(value))]
    nautobot_jobs("containers", command, *given, *arguments)


_WHICH = {
    "nautobot": "version of Nautobot (default: the installed one)",
    "python": "version of Python, such as 3.12 (default: this one)",
    "database": "postgres or mysql",
}


@task(help=_WHICH)
def build(ctx, nautobot=None, python=None, database=None):
    """Build the image of the containers."""
    _containers(ctx, "build", nautobot=nautobot, python=python, database=database)


@task(help=_WHICH)
def up(ctx, nautobot=None, python=None, database=None):
    """Start Nautobot in containers, with the working tree as a Git repository for it."""
    _containers(ctx, "up", nautobot=nautobot, python=python, database=database)


@task(help={"volumes": "remove the data too"})
def down(ctx, volumes=False):
    """Stop and remove the containers."""
    _containers(ctx, "down", *(["--volumes"] if volumes else []))


@task
def ps(ctx):
    """Show the containers."""
    _containers(ctx, "ps")


@task(name="exec", help={"service": "nautobot, worker, beat, db, redis or git", "command": "what to run there"})
def exec_(ctx, command, service="nautobot"):
    """Run a command in a container."""
    _containers(ctx, "exec", service, *shlex.split(command))


@task(help={"service": "nautobot, worker, beat, db, redis or git"})
def cli(ctx, service="nautobot"):
    """Open a shell in a container."""
    _containers(ctx, "exec", service, "sh")


@task(help=_WHICH | {"json": "save the result as JSON"})
def ci_container(ctx, nautobot=None, python=None, database=None, json=None):
    """From nothing, in containers: add the repository through the REST API, execute every Job, remove everything."""
    save = ["--json", json] if json else []
    _containers(ctx, "ci", *save, nautobot=nautobot, python=python, database=database)


@task
def nbshell(_ctx):
    """Open Nautobot's Python shell."""
    nautobot_jobs("server", "nbshell")


@task(name="shell-plus")
def shell_plus(_ctx):
    """Open django-extensions' Python shell."""
    nautobot_jobs("server", "shell_plus")


@task
def dbshell(_ctx):
    """Open psql on the database."""
    nautobot_jobs("server", "dbshell")


@task
def createsuperuser(_ctx):
    """Create one more administrator."""
    nautobot_jobs("server", "createsuperuser")


@task(name="post-upgrade")
def post_upgrade(_ctx):
    """Do what Nautobot does after an upgrade."""
    nautobot_jobs("server", "post_upgrade")


@task(help={"fix": "correct what can be corrected safely"})
def ruff(_ctx, fix=False):
    """Check style and common errors, and the formatting."""
    python("-m", "ruff", "check", *(["--fix"] if fix else []), *_present())
    python("-m", "ruff", "format", *([] if fix else ["--check"]), *_present())


@task
def pylint(_ctx):
    """Check the Jobs with pylint and its Nautobot rules."""
    python("-m", "pylint", "--rcfile", "pyproject.toml", "jobs")


@task
def mypy(_ctx):
    """Check types in the workbench and the toolkit."""
    python("-m", "mypy")


@task(name="imports")
def imports(_ctx):
    """Check which package may import which."""
    execute(Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml")


@task(help={"fix": "mend what can be mended safely"})
def check(_ctx, fix=False):
    """Check the Jobs by the workbench's rules for any repository of Jobs."""
    nautobot_jobs("check", "--fail-on", "note", *(["--fix"] if fix else []))


@task
def lint(ctx):
    """All checks that need no Nautobot."""
    ruff(ctx)
    imports(ctx)
    mypy(ctx)
    pylint(ctx)
    check(ctx)


@task(name="format", aliases=["autoformat"])
def format_(_ctx):
    """Format the code and correct what can be corrected safely."""
    python("-m", "ruff", "check", "--fix", *_present())
    python("-m", "ruff", "format", *_present())


@task(help={"only": "a path below tests/browser, or path::test", "args": "more arguments for pytest"})
def browser(_ctx, only="tests/browser", args=""):
    """Use a running Nautobot and the reports with a Chromium, as people do."""
    # A Nautobot with all its processes is booted by the tests themselves, not the one of the plugins.
    plugins = ("-p", "no:nautobot_dev_tools", "-p", "no:django", "-p", "no:warnings")
    in_group("browser", "python", "-m", "pytest", *plugins, only, *shlex.split(args))


@task
def pictures(_ctx):
    """Take the documentation's pictures from what `start` left running."""
    in_group("browser", "python", "docs/pictures.py")


@task(help={"serve": "serve them, and build again on save"})
def docs(_ctx, serve=False):
    """Generate the pages of the Jobs and build the documentation."""
    python("docs/generate.py")
    in_group("docs", "mkdocs", *(["serve"] if serve else ["build", "--strict"]))


@task(
    help={
        "verify": "prove that the snapshot equals the migrations, instead of building it",
        "nautobot": "of this version",
    }
)
def snapshot(_ctx, verify=False, nautobot=None):
    """Build the schema snapshot of the installed Nautobot, or verify it (minutes)."""
    nautobot_jobs(*on(nautobot), "snapshot", "verify" if verify else "build")


@task(
    help={
        "only": f"one of them: {', '.join(BENCHMARKS)}",
        "keep": "keep the results in benchmarks/results/, and show them in the documentation",
        "args": "more options for it",
    }
)
def bench(_ctx, only=None, keep=False, args=""):
    """Run the benchmarks; they print tables and write JSON to .nautobot/benchmarks/. `jobs` names what costs more than what is kept."""
    for name in [only] if only else BENCHMARKS:
        command = [f"benchmarks/{name}.py", *(["--keep"] if keep else []), *shlex.split(args)]
        if name in IN_BROWSER:
            in_group("browser", "python", *command)
        else:
            python(*command)
    if keep:
        python("docs/performance.py")


@task(
    help={
        "upgrade": "take the newest versions instead of keeping the pinned ones",
        "check": "say whether the files agree, change nothing",
    }
)
def lock(_ctx, upgrade=False, check=False):
    """Pin all versions: in pyproject.toml, which `uv run` honours, and with hashes in requirements.lock."""
    python("tools/lock.py", *(["--upgrade"] if upgrade else []), *(["--check"] if check else []))


@task(name="pip-audit")
def pip_audit(_ctx):
    """Ask for known vulnerabilities of the pinned packages (needs PyPI itself; a mirror may not know them)."""
    in_group("audit", "python", "tools/audit.py")


@task
def workflows(_ctx):
    """Check GitHub's workflows with actionlint and zizmor."""
    in_group("audit", "actionlint")
    in_group("audit", "zizmor", "--offline", "--quiet", ".github")


@task(
    help={
        "base": "the branch to compare with",
        "output": "save it as Markdown, as the comment of a pull request",
        "instance": "ask this Nautobot what is touched there, with the token in NAUTOBOT_TOKEN",
        "args": "more options of nautobot-jobs diff",
    }
)
def review(_ctx, base="origin/main", output=None, instance=None, args=""):
    """Say what the changes since a branch mean for a Nautobot that runs these Jobs; fails where they are breaking."""
    options = ["--format", "markdown", "--output", output] if output else []
    options += ["--instance", instance] if instance else []
    nautobot_jobs("diff", base, *options, *shlex.split(args))


@task(
    help={
        "check": "only say whether what has changed needs a fragment and has one",
        "since": "the branch to compare with",
    }
)
def changelog(_ctx, check=False, since="origin/main"):
    """Show what the release notes would say now, or check that a change is told in them."""
    if check:
        python("tools/release.py", "check", since)
    else:
        python("-m", "towncrier", "build", "--draft", "--version", "next")


@task(help={"version": "for example 1.2.0"})
def release(_ctx, version):
    """Check, set the version, write the release notes, commit and tag; pushes nothing."""
    python("tools/release.py", "make", version)


def _present() -> list[str]:
    return [name for name in LINTED if (ROOT / name).exists()]


namespace = Collection.from_module(sys.modules[__name__])
namespace.configure(
    {
        "run": {"echo": bool(os.environ.get("CI"))},
        "containers": {"compose": "", "nautobot": "", "python": "", "database": ""},
    }
)
