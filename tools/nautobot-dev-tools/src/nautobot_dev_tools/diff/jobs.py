"""What has become of a Job apart from its variables: its Meta, what it is, what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..source.contracts import BUTTON, HOOK, LIFECYCLE, Job
from ..source.effects import UNKNOWN, Effects, Place
from .change import BENIGN, BREAKING, RISKY, Change, code, listed
from .renames import lines_of

# Meta options whose changes nobody notices but in what the pages look like.
_LOOKS = {"name": "name", "description": "description", "hidden": "hidden", "template_name": "template_name"}
_LOOKS |= {"field_order": "field_order", "console_log_default": "console_log_default"}
# What holds where a Meta says nothing.
_DEFAULTS: dict[str, Any] = {
    "approval_required": False,
    "dryrun_default": False,
    "has_sensitive_variables": True,
    "is_singleton": False,
    "read_only": False,
    "soft_time_limit": 0,
    "time_limit": 0,
    "task_queues": (),
}
_KINDS = {BUTTON: "a job button receiver", HOOK: "a job hook receiver"}
# What Nautobot calls receivers with, all by keyword.
_RECEIVERS = {"receive_job_button": ("obj",), "receive_job_hook": ("change", "action", "changed_object")}


def compare_meta(old: Job, new: Job) -> Iterator[Change]:
    """The changes of a Job's Meta, of its group and of its methods."""
    place = Place(new.module.file.path, (new.own_meta or new.node).lineno)
    was, now = ({**_DEFAULTS, **job.meta} for job in (old, new))

    def change(severity: str, kind: str, option: str, then: str = "", what: str = "") -> Change:
        what = what or f"`{option}` {code(was[option])} → {code(now[option])}"
        return Change(severity, kind, f"{new.path}.Meta.{option}", what, then, old.path, place=place)

    changed = [option for option in _DEFAULTS if was[option] != now[option]]
    for option in changed:
        if option == "has_sensitive_variables":
            if now[option] is False:
                then = (
                    "What users enter is kept in the database from now on, readable for whoever may view job results."
                )
            else:
                then = (
                    "It can no longer be scheduled, nor wait for an approval; schedules that there are become invalid."
                )
            yield change(RISKY, "sensitive-flag", option, then)
        elif option == "read_only":
            if now[option] is True:
                yield change(BENIGN, "read-only", option)
            else:
                yield change(RISKY, "read-only", option, "It says no longer that it leaves the database alone.")
        elif option == "dryrun_default":
            then = "Whoever opens its form and presses Run without looking gets the other. Schedules keep what they were made with."
            yield change(RISKY, "dryrun-default", option, then)
        elif option in ("soft_time_limit", "time_limit"):
            yield change(RISKY, "time-limit", option, _limit(was[option], now[option]))
        elif option == "is_singleton":
            one = "A run fails while another one is not finished."
            yield change(RISKY, "singleton", option, one if now[option] is True else "Runs may overlap from now on.")
        elif option == "task_queues":
            yield _queues(was[option], now[option], change)
        elif option == "approval_required":
            yield change(RISKY, "approval", option, "On Nautobot 2 only; Nautobot 3 has approval workflows instead.")
    looks = [name for option, name in _LOOKS.items() if old.meta.get(option) != new.meta.get(option)]
    if "name" in looks and old.title != new.title:
        looks.remove("name")
        then = "Where it is looked up or constrained by this name (permissions, approval workflows, the REST API), write the new one."
        yield change(BENIGN, "title", "name", then, f"it is called {code(new.title)} now, not {code(old.title)}")
    if looks:
        what = f"other {', '.join(f'`{name}`' for name in looks if name in new.meta or name in old.meta)}"
        yield change(BENIGN, "meta-text", looks[0], what=what)
    if old.group != new.group and old.path == new.path:
        what = f"it is in the group {code(new.group)} now, not {code(old.group)}"
        yield Change(BENIGN, "group", new.path, what, job=old.path, place=place)
    for name in LIFECYCLE[:1] + LIFECYCLE[2:]:
        if (name in old.methods) != (name in new.methods):
            what = f"`{name}()` is {'new' if name in new.methods else 'gone'}"
            yield Change(BENIGN, "lifecycle", f"{new.path}.{name}", what, job=old.path, place=place)


def _limit(was: Any, now: Any) -> str:
    if isinstance(was, (int, float)) and isinstance(now, (int, float)) and now and (not was or now < was):
        return "Runs that have taken longer are stopped now."
    return "Runs may take longer than before, and keep a worker for so long."


def _queues(was: Any, now: Any, change: Any) -> Change:
    if (
        isinstance(was, tuple)
        and isinstance(now, tuple)
        and now
        and was[:1] == now[:1]
        and set(map(repr, was)) <= set(map(repr, now))
    ):
        return change(BENIGN, "queues", "task_queues")
    then = (
        "Without workers for the new queue its runs wait for ever; schedules keep the queue that they were made with."
    )
    return change(RISKY, "queues", "task_queues", then)


def compare_kind(old: Job, new: Job) -> Iterator[Change]:
    """What a Job is: a Job, or what a button or a hook starts; and whether Nautobot can still call it."""
    place = Place(new.module.file.path, new.node.lineno)
    if old.kind != new.kind:
        what = f"it is {_KINDS.get(new.kind, 'a Job')} now, not {_KINDS.get(old.kind, 'a Job')}"
        then = "Schedules, job hooks and job buttons that name it no longer fit. Make a new Job, and keep this one."
        yield Change(BREAKING, "receiver-changed", new.path, what, then, old.path, place=place)
    for name, wanted in _RECEIVERS.items():
        if name in old.methods and old.kind == new.kind:
            problem = _not_callable(new, name, wanted)
            if problem and not _not_callable(old, name, wanted):
                then = f"Nautobot calls it with {', '.join(f'`{each}=`' for each in wanted)}: every run fails."
                yield Change(BREAKING, "receiver-changed", f"{new.path}.{name}", problem, then, old.path, place=place)


def _not_callable(job: Job, name: str, wanted: tuple[str, ...]) -> str:
    if name not in job.methods:
        return f"`{name}()` is gone"
    arguments = job.methods[name][1].args
    plain = [each.arg for each in (*arguments.posonlyargs, *arguments.args)][1:]  # without self
    known = {*plain, *(each.arg for each in arguments.kwonlyargs)} - {each.arg for each in arguments.posonlyargs}
    missing = [each for each in wanted if each not in known and arguments.kwarg is None]
    needed = {*plain[: len(plain) - len(arguments.defaults)]}
    needed |= {
        each.arg for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is None
    }
    if missing:
        return f"`{name}()` takes no {listed(missing)}"
    return f"`{name}()` needs {listed(sorted(needed - set(wanted)))} as well" if needed - set(wanted) else ""


def compare_effects(old: Job, new: Job, was: Effects, now: Effects) -> Iterator[Change]:
    """What a Job does that it did not do before, and the other way round."""

    def change(severity: str, kind: str, subject: str, what: str, then: str = "", place: Place | None = None) -> Change:
        return Change(severity, kind, f"{new.path}.{subject}", what, then, old.path, place=place)

    yield from _writes(new, was, now, change)
    yield from _permissions(was, now, change)
    for package in sorted(now.packages.keys() - was.packages.keys()):
        needed = package in now.needed_at_import
        then = (
            "Each worker and web server has to have it: without it the whole repository does not sync."
            if needed
            else ""
        )
        then = then or "Where it is not installed, this Job fails."
        yield change(RISKY, "package", package, f"it imports {code(package)} now", then, now.packages[package])
    for package in sorted((now.needed_at_import.keys() & was.packages.keys()) - was.needed_at_import.keys()):
        then = "Without it the whole repository does not sync; before, only this Job failed."
        yield change(
            RISKY, "package", package, f"{code(package)} is needed at import now", then, now.needed_at_import[package]
        )
    for kind, before, after, what in (
        ("network", was.network, now.network, "it talks to other systems now"),
        ("process", was.processes, now.processes, "it starts programs now"),
    ):
        for name in sorted(after.keys() - before.keys()):
            words = what if not before else what.removesuffix(" now") + " in another way now"
            yield change(RISKY, kind, name, f"{words}, by {code(name)}", place=after[name])
        if before and not after:
            yield change(BENIGN, f"{kind}-gone", kind, f"it no longer uses {listed(sorted(before))}")


def _writes(new: Job, was: Effects, now: Effects, change: Any) -> Iterator[Change]:
    before, after = set(was.writes), set(now.writes)
    more = sorted(after - before - {UNKNOWN})
    first = now.writes[min(after - before)] if after - before else None
    if after and not before:
        what = f"it writes to the database now: {_models(after)}"
        then = "Its Meta says `read_only`." if new.meta.get("read_only") is True else ""
        yield change(RISKY, "writes", "writes", what, then, first)
    elif more and UNKNOWN in before:
        yield change(
            BENIGN, "writes", "writes", f"as far as can be read it writes to {listed(more)} as well", place=first
        )
    elif more or (UNKNOWN in after and UNKNOWN not in before):
        what = f"it writes to {_models(after - before)} as well"
        yield change(RISKY, "writes", "writes", what, "Who runs it may need further permissions.", first)
    if before and not after:
        yield change(BENIGN, "writes-gone", "writes", "it no longer writes to the database")


def _models(labels: set[str]) -> str:
    known = listed(sorted(labels - {UNKNOWN}))
    other = "models that cannot be told by reading" if UNKNOWN in labels else ""
    return " and ".join(filter(None, (known, other)))


def _permissions(was: Effects, now: Effects, change: Any) -> Iterator[Change]:
    before, after = set(was.permissions), set(now.permissions)
    for name in sorted(after - before):
        if name.startswith(UNKNOWN) and any(_action(name) == _action(each) for each in before):
            continue
        told = f"{UNKNOWN}.{_action(name)}" in before  # it may have been checked, of a model that could not be told
        what = f"it asks for the permission {code(_permission(name))} now"
        then = "Users who lack it are refused, or get less." if not told else ""
        yield change(BENIGN if told else RISKY, "permission", name, what, then, now.permissions[name])
    for name in sorted(before - after):
        if not any(
            _action(name) == _action(each) for each in after if name.startswith(UNKNOWN) or each.startswith(UNKNOWN)
        ):
            what = f"it no longer asks for the permission {code(_permission(name))}"
            yield change(RISKY, "permission-gone", name, what, "See that nobody can do more by it than they may.")


def _action(permission: str) -> str:
    return permission.rpartition(".")[2].partition("_")[0]


def _permission(name: str) -> str:
    return name if not name.startswith(UNKNOWN) else f"{_action(name)} (of a model that cannot be told)"


def same_code(old: Job, new: Job) -> bool:
    """Whether the classes' source is the same but for comments and blanks."""
    try:
        return ast.dump(old.node) == ast.dump(new.node)
    except RecursionError:
        return lines_of(old) == lines_of(new)
