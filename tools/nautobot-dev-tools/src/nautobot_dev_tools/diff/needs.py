"""What a repository asks of whoever installs it: versions of Nautobot and Python, packages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..source.contracts import Job
from .change import BENIGN, BREAKING, RISKY, Change, code, listed
from .revision import Revision, is_of_tests

NAUTOBOT = "nautobot"
_APP_CONFIGS = ("NautobotAppConfig", "NautobotConfig", "PluginConfig")
_VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass
class Needs:
    """What one side asks for.

    Attributes:
        packages: by canonical name what is asked for, as it stands there; Nautobot is one of them.
        python: versions of Python.
        app: `min_version` and `max_version` of the App, if there is one.
        supported: the versions of Nautobot that ``[tool.nautobot-jobs]`` names.
    """

    packages: dict[str, str] = field(default_factory=dict)
    python: str = ""
    app: dict[str, str] | None = None
    supported: list[str] = field(default_factory=list)


def needs_of(revision: Revision) -> Needs:
    """Read what a revision asks for."""
    found = Needs()
    project, poetry = revision.pyproject("project"), revision.pyproject("tool", "poetry", "dependencies")
    lines = [each for each in _list(project.get("dependencies")) if isinstance(each, str)]
    lines += [f"{name}{_of_poetry(value)}" for name, value in poetry.items() if name != "python"]
    lines += revision.texts.get("requirements.txt", "").splitlines()
    for line in lines:
        text = re.sub(r"(^|\s)#.*", "", line).split(" --")[0].rstrip(" \\").strip()
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # an option of pip, an address, or nothing
        found.packages[canonicalize_name(requirement.name)] = str(requirement.specifier)
    found.python = str(project.get("requires-python") or _of_poetry(poetry.get("python", "")))
    found.supported = [str(each) for each in _list(revision.pyproject("tool", "nautobot-jobs").get(NAUTOBOT))]
    for module in revision.contract.repository.modules.values():
        for node in module.classes.values() if not is_of_tests(module.name) else ():
            bases = [revision.contract.repository.qualified(module, base).rpartition(".")[2] for base in node.bases]
            if set(bases) & set(_APP_CONFIGS):
                found.app = found.app or {}
                for statement in node.body:
                    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                        name, value = (
                            statement.targets[0].id,
                            revision.contract.repository.value(module, statement.value),
                        )
                        if name in ("min_version", "max_version") and isinstance(value, str):
                            found.app[name] = value
    return found


def minimums(revision: Revision) -> dict[str, tuple[str, int]]:
    """The Nautobot that single Jobs need, by class path, and the line that says so.

    Said by any call with a version and Jobs in it: ``register_jobs(…, *since("3.1", NewJob))``.
    """
    repository = revision.contract.repository
    found: dict[str, tuple[str, int]] = {}
    for module in {module.name: module for job in revision.jobs.values() for module, _ in job.registered}.values():
        for node in ast.walk(module.file.tree or ast.Module([], [])):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                version = node.args[0].value
                if isinstance(version, str) and _VERSION.fullmatch(version):
                    for argument in node.args[1:]:
                        found[repository.qualified(module, argument)] = version, node.lineno
    return found


def compare_needs(base: Revision, head: Revision) -> Iterator[Change]:
    """The changes of what is asked for."""
    old, new = needs_of(base), needs_of(head)
    raised = "Nautobots that are older no longer run these Jobs. Tell it in the release notes, and upgrade them before they sync."
    stated = [
        ("pyproject.toml", old.packages.get(NAUTOBOT), new.packages.get(NAUTOBOT)),
        ("app-config", _as_range(old.app), _as_range(new.app)),
        ("supported", _as_list(old.supported), _as_list(new.supported)),
    ]
    for subject, was, now in stated:
        yield from _of_range("nautobot", "Nautobot", subject, was, now, raised)
    then = "Where Nautobot runs on an older Python, it cannot load them."
    yield from _of_range("python", "Python", "requires-python", old.python or None, new.python or None, then)
    gone = sorted(old.packages.keys() - new.packages.keys() - {NAUTOBOT})
    for name in sorted(new.packages.keys() - old.packages.keys() - {NAUTOBOT}):
        then = "Install it wherever Nautobot runs, before the sync."
        yield Change(RISKY, "dependency-added", name, f"new dependency {code(name + new.packages[name])}", then)
    for name in sorted((new.packages.keys() & old.packages.keys()) - {NAUTOBOT}):
        if (was := old.packages[name]) != (now := new.packages[name]):
            what = f"dependency {code(name)}: {code(was or 'any version')} → {code(now or 'any version')}"
            yield Change(BENIGN, "dependency-changed", name, what)
    if gone:
        yield Change(BENIGN, "dependency-removed", gone[0], f"dependencies removed: {listed(gone)}")


def compare_minimum(old: Job | None, new: Job, was: str, now: str, line: int) -> Iterator[Change]:
    """The Nautobot that a Job needs for itself."""
    if was == now or old is None:
        return
    what = (
        f"it needs Nautobot {code(now)} now" + (f", not {code(was)}" if was else "")
        if now
        else "it needs no newer Nautobot now"
    )
    if now and (not was or Version(now) > Version(was)):
        then = "On an older one it is as if it were removed: schedules, buttons and hooks fail."
        yield Change(BREAKING, "nautobot-raised", new.path, what, then, old.path)
    else:
        yield Change(BENIGN, "nautobot-lowered", new.path, what, job=old.path)


def _of_range(kind: str, name: str, subject: str, was: str | None, now: str | None, raised: str) -> Iterator[Change]:
    """The ends of the versions that are accepted; None where nothing is said."""
    if was == now:
        return
    if was is None or now is None:  # that it is said is new, or that it is not said
        yield Change(
            BENIGN,
            f"{kind}-range",
            subject,
            f"{name} {code(was or 'unsaid')} → {code(now or 'unsaid')}, says {code(subject)}",
        )
        return
    (low, high), (new_low, new_high) = ends(was or ""), ends(now or "")
    what = f"{name} {code(was or 'any version')} → {code(now or 'any version')}, says {code(subject)}"
    if new_low and (low is None or new_low > low):
        yield Change(BREAKING, f"{kind}-raised", subject, what, raised)
    elif new_high and (high is None or new_high < high):
        yield Change(BREAKING, f"{kind}-limited", subject, what, f"Newer versions of {name} are refused now.")
    else:
        yield Change(BENIGN, f"{kind}-range", subject, what)


def ends(text: str) -> tuple[Version | None, Version | None]:
    """The lowest and the highest version that a specifier names; None where it is open."""
    lowest: list[Version] = []
    highest: list[Version] = []
    try:
        specifiers = list(SpecifierSet(text))
    except InvalidSpecifier:
        return None, None
    for each in specifiers:
        try:
            version = Version(each.version.removesuffix(".*"))
        except InvalidVersion:
            continue
        if each.operator in (">=", ">", "~=", "==", "==="):
            lowest.append(version)
        if each.operator in ("<=", "<", "==", "==="):
            highest.append(version)
    return max(lowest, default=None), min(highest, default=None)


def _as_range(app: dict[str, str] | None) -> str | None:
    if app is None:
        return None
    parts = [f"{sign}{app[name]}" for name, sign in (("min_version", ">="), ("max_version", "<=")) if app.get(name)]
    return ",".join(parts)


def _as_list(versions: list[str]) -> str | None:
    known = [version for version in versions if _VERSION.fullmatch(version)]
    return f">={min(known, key=Version)}" if known else None


def _of_poetry(value: Any) -> str:
    """A version as Poetry writes it, as a specifier: its caret and tilde say where it begins; where it ends is not asked."""
    if isinstance(value, dict):
        value = value.get("version", "")
    text = str(value).strip()
    if text[:1] in ("^", "~") and not text.startswith("~="):
        return f">={text[1:].strip()}"
    if text[:1].isdigit():
        return f"=={text}"
    return "" if text in ("*", "") else text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
