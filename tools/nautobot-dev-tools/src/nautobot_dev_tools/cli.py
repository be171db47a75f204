"""The console script ``nautobot-jobs``."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import click
import yaml

from .check.command import check
from .console import err, out, step
from .diff.command import diff
from .errors import DevToolsError
from .instance import ADMIN, PASSWORD, Instance
from .migrate.command import migrate
from .new.command import new
from .processes import Background, wait_until
from .project import Project
from .services import Services

_NAMES = ("dev", "demo", "rehearse", "bench", "browser")
_INSTANCES = click.Choice(["dev", "demo", "rehearse"])
_JSON = click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Save the result as JSON."
)

_INPUT = click.option(
    "--input",
    "-i",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help="Value as YAML; objects by name or mapping of lookups; files as @path.",
)
_USER = click.option("--user", "username", help="Who runs it (default: the administrator).")


class _Group(click.Group):
    """Turns the errors that a user can mend into a message and exit code 1, and Ctrl-C into 130."""

    def main(self, *args, **kwargs):
        signal.signal(signal.SIGINT, _interrupted)
        signal.signal(signal.SIGTERM, _interrupted)
        signal.signal(signal.SIGHUP, _interrupted)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # names of files may be in no encoding
                stream.reconfigure(errors="backslashreplace")
        try:
            # Without standalone mode click returns the exit code of Exit, instead of raising it.
            sys.exit(super().main(*args, **{**kwargs, "standalone_mode": False}) or 0)
        except DevToolsError as error:
            err.print("[red]✗[/red]", end=" ")
            err.print(str(error), markup=False, soft_wrap=True)
            sys.exit(1)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            err.print("Interrupted; what this command started is stopped.")
            sys.exit(130)

    def resolve_command(self, ctx, args):
        """Find the command; with --nautobot run it in that version's environment instead, in place of this process."""
        resolved = super().resolve_command(ctx, args)
        wanted = ctx.params.get("nautobot")
        if wanted:
            from .environments import environment

            chosen = environment(Project.find(), wanted)
            if not chosen.here:
                with step(f"Preparing the environment {chosen.name}") as progress:
                    chosen.ensure(progress)
                os.execve(chosen.python, chosen.command(*args), chosen.variables())
        return resolved


def _interrupted(number, frame):
    """Stop once; whoever presses Ctrl-C again while things are put away waits for that."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: err.print("Stopping; a moment, please."))
    raise KeyboardInterrupt


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nautobot-dev-tools")
@click.option(
    "--nautobot",
    metavar="VERSION",
    help="Run the command with this Nautobot, in an environment of its own: 3.0.11, a supported line as 3.0, newest, or an address.",
)
def main(nautobot: str | None) -> None:
    """A workbench for a repository of Nautobot Jobs."""


main.add_command(check)
main.add_command(diff)
main.add_command(migrate)
main.add_command(new)


@main.command()
@_JSON
def demo(json_file: Path | None) -> None:
    """Boot everything, build the sample data, sync, execute every Job by its exercises."""
    from .demo import demo as run_demo

    _exit(run_demo(Project.find(), json_file=json_file))


@main.command()
@click.option("--nautobot", "wanted", multiple=True, metavar="VERSION", help="Only this one; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Every supported version, not only the newest of each line.")
@_JSON
def matrix(wanted: tuple[str, ...], everything: bool, json_file: Path | None) -> None:
    """Execute every Job on each supported Nautobot; ends with a table of Jobs by version."""
    from .matrix import matrix as run_matrix

    _exit(run_matrix(Project.find(), list(wanted), everything=everything, json_file=json_file))


@main.command()
@click.option("--all", "everything", is_flag=True, help="Not only the newest of each line.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON list, for a CI system's matrix.")
def versions(everything: bool, as_json: bool) -> None:
    """List the versions of Nautobot that the repository supports."""
    from .environments import newest_of_lines

    supported = Project.find().supported
    listed = supported if everything else newest_of_lines(supported)
    click.echo(json.dumps(listed) if as_json else "\n".join(listed))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def python(arguments: tuple[str, ...]) -> None:
    """Run Python with ARGUMENTS; with --nautobot before it, that version's: `--nautobot 3.0.11 python -m pytest`."""
    os.execv(sys.executable, [sys.executable, *arguments])


@main.command()
@click.option(
    "--dataset", required=True, type=click.Path(path_type=Path), help="A pg_dump: plain, custom, .gz, .xz or .zst."
)
@click.option("--job", "jobs", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--exercises",
    "own_exercises",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Execute the exercises of this file instead of each Job once.",
)
@_JSON
def rehearse(dataset: Path, jobs: tuple[str, ...], own_exercises: Path | None, json_file: Path | None) -> None:
    """Execute every Job on a copy of your own data; Jobs that write run dry."""
    from .rehearse import rehearse as run_rehearsal

    _exit(run_rehearsal(Project.find(), dataset, jobs, own_exercises=own_exercises, json_file=json_file))


@main.command()
@click.option("--watch/--no-watch", default=True, help="Sync again whenever a file is saved.")
def start(watch: bool) -> None:
    """Start Nautobot with the sample data: web server, worker, beat; sync, and watch for changes."""
    project = Project.find()
    watcher = Background("watch", project.state)
    with Services(project).running() as services:
        instance = Instance(services)
        ran = watcher.process() is not None
        try:
            if not instance.exists():
                from .seed import ensure_seeded_template

                with step("Preparing the database") as progress:
                    instance.create(ensure_seeded_template(services, progress))
            with step(f"Starting Nautobot at {instance.url}"):
                instance.root.mkdir(parents=True, exist_ok=True)
                instance.start_worker()
                instance.start_web()
                instance.start_beat()
                if watch:
                    watcher.start([sys.executable, "-m", "nautobot_dev_tools", "watch"], cwd=project.root)
                instance.wait_for_web()
            if watch:
                with step("Syncing the repository"):
                    wait_until(
                        lambda: " sync" in watcher.log.read_text(),
                        timeout=120,
                        what="The first sync",
                        alive=watcher.ensure_alive,
                    )
                out.print("\n".join(watcher.log.read_text().strip().splitlines()[-4:]), markup=False)
        except BaseException:
            if not ran:
                watcher.stop()
                instance.stop()
            raise
    out.print(
        f"Nautobot: {instance.url}  user {ADMIN}, password {PASSWORD}. Logs: `nautobot-jobs logs`; stop: `nautobot-jobs stop`.",
        markup=False,
    )


@main.command()
def debug() -> None:
    """Like start, in the foreground with the logs; Ctrl-C stops all."""
    project = Project.find()
    from .workbench import booted, sync_or_fail

    with booted(project, "dev", web=True) as bench:
        sync_or_fail(bench)
        subprocess.run(
            ["tail", "-n", "5", "-F", *(str(each.log) for each in (bench.instance.web, bench.instance.worker))],
            check=False,
        )


@main.command()
def stop() -> None:
    """Stop everything that start left running."""
    project = Project.find()
    stopped = []
    with step("Stopping"):
        services = Services(project)
        # Before the watcher, with which the services go: a worker that cannot reach its queue takes long to end.
        for name in _NAMES:
            stopped += Instance(services, name).stop()
        if Background("watch", project.state).stop():
            stopped.append("watch")
        stopped += services.stop_if_unused()
    out.print(f"Stopped: {', '.join(stopped) or 'nothing ran'}.", markup=False)
    if services.postgres.running():
        out.print("PostgreSQL still serves another command, and stops with it.")


@main.command()
def destroy() -> None:
    """Stop everything and remove the state folder: databases, clones, reports, environments of other versions."""
    project = Project.find()
    within = project.environments.glob("*/state") if not project.environment else ()
    with step("Stopping"):
        for one in (project, *(replace(project, environment=state.parent.name) for state in within)):
            services = Services(one)
            for name in _NAMES:
                Instance(services, name).stop()
            Background("watch", one.state).stop()
            services.stop()
    if project.state.exists():
        shutil.rmtree(project.state)
    out.print(f"Removed {project.state}.", markup=False)


@main.command()
def status() -> None:
    """Say what runs."""
    project = Project.find()
    services = Services(project)
    instance = Instance(services)
    rows = [
        ("postgres", services.postgres.running(), services.postgres.log),
        ("redis", services.redis.running(), services.redis.background.log),
    ]
    for name, background in (
        ("web", instance.web),
        ("worker", instance.worker),
        ("beat", instance.beat),
        ("watch", Background("watch", project.state)),
    ):
        rows.append((name, background.process() is not None, background.log))
    for name, running, log in rows:
        out.print(
            f"{'[green]●[/green] running' if running else '[dim]○ stopped[/dim]'}  {name:9} [dim]{log}[/dim]",
            soft_wrap=True,
        )
    if instance.web.process() is not None:
        out.print(instance.url)


@main.command()
@click.argument("name", type=click.Choice(["web", "worker", "beat", "watch", "postgres", "redis"]), required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--lines", "-n", default=40, show_default=True)
def logs(name: str | None, follow: bool, lines: int) -> None:
    """Show the logs of what start left running."""
    project = Project.find()
    services = Services(project)
    instance = Instance(services)
    files = {
        "web": instance.web.log,
        "worker": instance.worker.log,
        "beat": instance.beat.log,
        "watch": Background("watch", project.state).log,
        "postgres": services.postgres.log,
        "redis": services.redis.background.log,
    }
    present = [str(path) for key, path in files.items() if (name in (None, key)) and path.exists()]
    if not present:
        raise DevToolsError("There are no logs yet; `nautobot-jobs start` makes them.")
    subprocess.run(["tail", "-n", str(lines), *(["-F"] if follow else []), *present], check=False)


@main.command(hidden=True)
def watch() -> None:
    """Sync whenever a file is saved; what start runs in the background."""
    from .watch import watch as run_watch

    run_watch(Project.find())


@main.command()
@click.option("--instance", "name", type=_INSTANCES, default="dev", show_default=True)
def sync(name: str) -> None:
    """Sync the working tree as it is, in the worker, and say what came of it."""
    from .watch import report
    from .workbench import booted

    with booted(Project.find(), name) as bench:
        started = time.monotonic()
        verdict = bench.sync()
        report(verdict, time.monotonic() - started)
    _exit(verdict.ok)


@main.command()
@click.argument("job")
@_INPUT
@_USER
@click.option("--queries", is_flag=True, help="Print the number of SQL queries, and the repeated ones.")
@click.option("--sync/--no-sync", "sync_first", default=True, help="Sync the working tree first.")
@click.option("--instance", "name", type=_INSTANCES, default="dev", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where its files go (default: .nautobot/reports/JOB).",
)
def run(
    job: str,
    pairs: tuple[str, ...],
    username: str | None,
    queries: bool,
    sync_first: bool,
    name: str,
    output: Path | None,
) -> None:
    """Run JOB (class name, class path or name) in the worker and show its log, result and files."""
    from . import run as runner
    from .workbench import booted, sync_or_fail

    project = Project.find()
    raw = _pairs(pairs)
    with booted(project, name) as bench:
        if sync_first:
            sync_or_fail(bench)
        job_model = runner.find_job(job)
        job_result = runner.start(job_model, raw, _user(username) or bench.user, folder=Path.cwd())
        outcome = runner.wait(job_result, on_log=_print_log)
        folder = output or project.state / "reports" / job_model.job_class_name
        saved = outcome.save_files(folder)
        good = outcome.status == "success"
        seconds = f" in {outcome.seconds:.2f} s" if outcome.seconds is not None else ""
        out.print(f"[{'green' if good else 'red'}]{outcome.status}[/]{seconds}")
        if outcome.exception:
            out.print(job_result.traceback or outcome.exception, markup=False, soft_wrap=True)
        elif outcome.result is not None:
            out.print(
                yaml.safe_dump({"result": outcome.result}, sort_keys=False).rstrip(), markup=False, soft_wrap=True
            )
        for path in saved:
            out.print(f"file {path}", markup=False, soft_wrap=True)
        if queries:
            _print_queries(outcome.measured)
    _exit(good)


@main.command()
@click.argument("job")
@_INPUT
@_USER
@click.option("--devices", type=click.IntRange(min=1), help="On a network of so many devices, made for it and kept.")
@click.option("--explain", type=int, default=0, metavar="N", help="Plans of its N slowest SELECTs, executed once more.")
@click.option("--instance", "name", type=_INSTANCES, default="dev", show_default=True)
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder (default: .nautobot/profiles/JOB)."
)
def profile(
    job: str,
    pairs: tuple[str, ...],
    username: str | None,
    devices: int | None,
    explain: int,
    name: str,
    output: Path | None,
) -> None:
    """Run JOB in the worker under the profiler: time by function, by SQL statement and the line that sent it."""
    from . import profiling
    from . import run as runner
    from .compat import left_profile
    from .workbench import booted, on_scale, sync_or_fail

    project = Project.find()
    raw = _pairs(pairs)
    with on_scale(project, devices) if devices else booted(project, name) as bench:
        sync_or_fail(bench)
        job_model = runner.find_job(job)
        with step(f"Running {job_model.name} under the profiler"):
            job_result = runner.start(job_model, raw, _user(username) or bench.user, folder=Path.cwd(), profile=True)
            outcome = runner.wait(job_result)
        folder = output or project.state / "profiles" / job_model.job_class_name
        saved = outcome.save_files(folder)
        stats = next((path for path in saved if path.suffix == ".pstats"), None) or left_profile(job_result)
        if stats is not None:
            folder.mkdir(parents=True, exist_ok=True)
            stats = Path(shutil.move(stats, folder / f"{job_model.job_class_name}.pstats"))
        found = profiling.collect(
            job_model.class_path, outcome, stats, bench.instance.root / "git" / bench.instance.project.slug
        )
        if explain:
            with step("Asking the database for its plans"):
                found["plans"] = profiling.explain(found["statements"], explain)
        if outcome.exception:
            out.print(job_result.traceback or outcome.exception, markup=False, soft_wrap=True)
        profiling.show(found, out)
        for path in [*profiling.save(found, folder), *([stats] if stats else [])]:
            out.print(f"file {path}", markup=False, soft_wrap=True)
    _exit(outcome.exception is None)


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--instance", "name", type=_INSTANCES, default="dev", show_default=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def server(name: str, arguments: tuple[str, ...]) -> None:
    """Run nautobot-server with ARGUMENTS (nbshell, dbshell, createsuperuser, …) on the instance's database."""
    from .seed import ensure_seeded_template
    from .services import binary
    from .snapshot import nautobot_server

    project = Project.find()
    with Services(project).running() as services:
        instance = Instance(services, name)
        migrates = arguments[:1] in (("migrate",), ("post_upgrade",))
        if not instance.exists(of_any_version=migrates):
            with step("Preparing the database") as progress:
                instance.create(ensure_seeded_template(services, progress))
        path = f"{binary('psql').parent}{os.pathsep}{os.environ['PATH']}"
        process = subprocess.Popen(
            [*nautobot_server(), *arguments], env={**os.environ, **instance.environment, "PATH": path}
        )
        code = _wait(process)
        if migrates and code == 0:
            instance.mark()
    sys.exit(code)


@main.group()
def snapshot() -> None:
    """Schema snapshots: an empty, migrated database as a small file."""


@snapshot.command("build")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: the package's own folder of snapshots."
)
def snapshot_build(output: Path | None) -> None:
    """Make one for the installed Nautobot by running its real migrations (minutes)."""
    from . import snapshot as snapshots

    target = output or snapshots.SHIPPED / snapshots.file_name(snapshots.nautobot_version())
    with Services(Project.find()).running() as services, step(f"Building {target.name}") as progress:
        snapshots.build(services, target, progress)
    out.print(f"{target} ({target.stat().st_size:,} bytes)", markup=False, soft_wrap=True)


@snapshot.command("verify")
def snapshot_verify() -> None:
    """Prove that the snapshot of the installed Nautobot equals its real migrations (minutes)."""
    from . import snapshot as snapshots

    with (
        Services(Project.find()).running() as services,
        step(f"Verifying the snapshot of Nautobot {snapshots.nautobot_version()}") as progress,
    ):
        differences = snapshots.verify(services, progress)
    for difference in differences[:50]:
        out.print(difference, markup=False, soft_wrap=True)
    out.print("The snapshot equals the migrations." if not differences else f"{len(differences)} differences.")
    _exit(not differences)


def _stack_options(command):
    """The options that say which containers are meant."""
    for option in (
        click.option(
            "--nautobot", envvar="NAUTOBOT_VER", help="Version of Nautobot (default: the one installed here)."
        ),
        click.option("--python", envvar="PYTHON_VER", help="Version of Python, such as 3.12 (default: this one)."),
        click.option(
            "--database",
            envvar="NAUTOBOT_JOBS_DATABASE",
            type=click.Choice(["postgres", "mysql"]),
            default="postgres",
            show_default=True,
        ),
        click.option(
            "--compose", envvar="NAUTOBOT_JOBS_COMPOSE", help="Command of Compose (default: what is there and answers)."
        ),
    ):
        command = option(command)
    return command


def _stack(nautobot: str | None, python: str | None, database: str, compose: str | None):
    from .containers import Stack, find_compose

    project = Project.find()
    chosen = {name: value for name, value in (("nautobot", nautobot), ("python", python)) if value}
    command = find_compose(compose or project.settings.get("compose"))
    return Stack(project, command, database=database, port=project.port, **chosen)


@main.group()
def containers() -> None:
    """The same Nautobot from its official images, with Docker Compose or podman-compose."""


@containers.command("build")
@_stack_options
def containers_build(**options) -> None:
    """Build the image."""
    _exit(_stack(**options).call("build") == 0)


@containers.command("up")
@_stack_options
def containers_up(**options) -> None:
    """Build the image, start everything and wait until it is healthy."""
    stack = _stack(**options)
    log = stack.project.state / "containers" / "compose.log"
    stack.build(log)
    stack.up(log)
    out.print(
        f"Nautobot: {stack.url}  user {ADMIN}, password and API token in {stack.folder / 'creds.env'}",
        markup=False,
        soft_wrap=True,
    )
    out.print(
        f"This working tree, as the URL of a Git repository in it: {stack.repository_url}", markup=False, soft_wrap=True
    )


@containers.command("down")
@_stack_options
@click.option("--volumes", is_flag=True, help="Remove the data too.")
def containers_down(volumes: bool, **options) -> None:
    """Stop and remove the containers."""
    stack = _stack(**options)
    stack.down(stack.project.state / "containers" / "compose.log", volumes=volumes)


@containers.command("ps")
@_stack_options
def containers_ps(**options) -> None:
    """Show the containers."""
    _exit(_stack(**options).call("ps") == 0)


@containers.command("logs")
@_stack_options
@click.argument("service", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--lines", "-n", default=40, show_default=True)
def containers_logs(service: str | None, follow: bool, lines: int, **options) -> None:
    """Show the logs of all services, or of one."""
    arguments = ["--tail", str(lines), *(["--follow"] if follow else []), *([service] if service else [])]
    _exit(_stack(**options).call("logs", *arguments) == 0)


@containers.command("exec", context_settings={"allow_interspersed_args": False})
@_stack_options
@click.argument("service")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def containers_exec(service: str, command: tuple[str, ...], **options) -> None:
    """Run COMMAND in the container of SERVICE; options before SERVICE are this command's own, all after it are COMMAND's."""
    sys.exit(_stack(**options).call("exec", *([] if sys.stdin.isatty() else ["-T"]), service, *command))


@containers.command("ci")
@_stack_options
@_JSON
def containers_ci(json_file: Path | None, **options) -> None:
    """From nothing: start, add the repository through the REST API, execute every Job by its exercises, remove everything."""
    from dataclasses import replace

    from .ci_container import ci_container
    from .containers import free_port, suffix_of_run

    stack = _stack(**options)
    suffix = suffix_of_run(stack.nautobot, stack.database)
    _exit(ci_container(replace(stack, suffix=suffix, port=free_port()), json_file=json_file))


def _pairs(pairs: tuple[str, ...]) -> dict:
    values = {}
    for pair in pairs:
        key, found, text = pair.partition("=")
        if not found:
            raise DevToolsError(f"--input {pair}: give KEY=VALUE.")
        try:
            values[key] = text if text.startswith("@") else yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise DevToolsError(f"--input {pair}: the value is no YAML: {error}") from error
    return values


def _user(username: str | None):
    if username is None:
        return None
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise DevToolsError(f"There is no user {username!r}.")
    return user


_COLOURS = {
    "debug": "dim",
    "info": "blue",
    "success": "green",
    "warning": "yellow",
    "failure": "red",
    "error": "red",
    "critical": "bold red",
}


def _print_log(entry) -> None:
    out.print(f"[{_COLOURS.get(entry.log_level, 'white')}]{entry.log_level:8}[/]", end=" ")
    out.print(
        f"{entry.grouping}: {entry.message}{f' ({entry.log_object})' if entry.log_object else ''}",
        markup=False,
        soft_wrap=True,
    )


def _print_queries(measured: dict) -> None:
    out.print(f"{measured.get('queries', '?')} SQL queries, {measured.get('log_queries', '?')} of them for the job log")
    for count, sql in measured.get("repeated", []):
        out.print(f"{count:6} × {sql[:300]}", markup=False, soft_wrap=True)


def _wait(process: subprocess.Popen) -> int:
    """Wait for an interactive program; Ctrl-C is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def _exit(good: bool) -> None:
    if not good:
        raise click.exceptions.Exit(1)
