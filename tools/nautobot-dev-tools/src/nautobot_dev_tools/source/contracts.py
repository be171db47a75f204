"""What a repository of Jobs promises to whoever runs them: class paths, variables, Meta, lifecycle methods, registration.

All is read from the source; what only running it would tell is `Unknown`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from .modules import JOBS, Module, Repository, Unknown, source_of
from .registration import read_registrations
from .trees import assigned, statements

JOB, BUTTON, HOOK = "job", "button", "hook"
_KINDS = {
    f"{JOBS}.Job": JOB,
    f"{JOBS}.BaseJob": JOB,
    f"{JOBS}.JobButtonReceiver": BUTTON,
    f"{JOBS}.JobHookReceiver": HOOK,
}
VARIABLES = frozenset(
    [
        "StringVar",
        "TextVar",
        "IntegerVar",
        "BooleanVar",
        "DryRunVar",
        "ChoiceVar",
        "MultiChoiceVar",
        "ObjectVar",
        "MultiObjectVar",
        "FileVar",
        "IPAddressVar",
        "IPAddressWithMaskVar",
        "IPNetworkVar",
        "JSONVar",
        "ScriptVariable",
    ]
)
LIFECYCLE = ("before_start", "run", "on_success", "on_retry", "on_failure", "after_return")
# What a variable has where nothing is stated.
_DEFAULTS = {"required": True, "default": None, "label": "", "description": ""}


@dataclass(eq=False)
class Variable:
    """A variable of a Job's form.

    Attributes:
        kind: name of its class in ``nautobot.apps.jobs``, or the dotted name of a subclass that the repository makes.
        options: what it is given, by keyword; what is not stated is absent.
        node, module: where it is written; the Job may inherit it.
    """

    name: str
    kind: str
    options: dict[str, Any]
    node: ast.stmt
    module: Module

    def option(self, name: str) -> Any:
        """An option, or what Nautobot takes if it is not stated."""
        if name == "required" and self.kind in ("BooleanVar", "DryRunVar"):
            return False
        return self.options.get(name, _DEFAULTS.get(name))


@dataclass(eq=False)
class Job:
    """A Job class of the repository, whether registered or only a base of others.

    Attributes:
        path: class path from the repository's root (``jobs.audits.vlans.VLANAudit``): Nautobot puts the slug before it.
        kind: JOB, BUTTON or HOOK.
        group: the UI's group: what the module binds `name` to, or the module's name.
        bases: dotted names of its direct bases.
        meta: what its Meta says, inherited or not.
        own_meta: the Meta that the class itself has, if any.
        inherits_meta: its own Meta names another as its base.
        variables: by name, in the order of the form where `field_order` is not stated: inherited ones first.
        methods: lifecycle and receive methods, own or inherited from the repository's classes, by name, with their module.
        outside: dotted names of ancestors that the repository does not define, Nautobot's left out.
        unclear: its attributes that may be variables or not: what they are bound to is made by code that must be run.
        registered: where ``register_jobs()`` names it: module and line, once for each time.
    """

    path: str
    module: Module
    node: ast.ClassDef
    kind: str
    group: Any
    bases: list[str]
    meta: dict[str, Any] = field(default_factory=dict)
    own_meta: ast.ClassDef | None = None
    inherits_meta: bool = False
    variables: dict[str, Variable] = field(default_factory=dict)
    methods: dict[str, tuple[Module, ast.FunctionDef]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    unclear: dict[str, ast.stmt] = field(default_factory=dict)
    registered: list[tuple[Module, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The class's name."""
        return self.node.name

    @property
    def title(self) -> Any:
        """What the UI calls it."""
        return self.meta.get("name", self.name)

    @property
    def doc(self) -> str:
        """Its docstring."""
        return ast.get_docstring(self.node) or ""


class Contract:
    """The Jobs of a repository.

    Attributes:
        repository: where they are from.
        jobs: every class that is a Job, by class path.
        unclear: arguments of ``register_jobs()`` that are no names of classes that can be told: module, line and source.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.jobs: dict[str, Job] = {}
        self.unclear: list[tuple[Module, int, str]] = []
        self._lines: dict[str, list[str]] = {}
        for module in repository.modules.values():
            for node in module.classes.values():
                if job := self._job(module, node):
                    self.jobs[job.path] = job
        for module in repository.modules.values():
            read_registrations(self, module)

    def registered(self) -> dict[str, Job]:
        """The Jobs that Nautobot would show."""
        return {path: job for path, job in self.jobs.items() if job.registered}

    def ancestors(self, module: Module, node: ast.ClassDef) -> list[str]:
        """Dotted names of a class and all that it inherits from, in Python's order, as far as the repository tells."""
        return self._line(f"{module.name}.{node.name}".lstrip("."))

    def _line(self, name: str, depth: int = 0) -> list[str]:
        if name not in self._lines and depth <= 100:
            self._lines[name] = [name]  # what a class that is its own ancestor finds
            known = self.repository.class_of(name)
            lines = [self._line(base, depth + 1) for base in (self._bases(*known) if known else [])]
            merged = _merged([*lines, [line[0] for line in lines]])
            self._lines[name] = [name, *(each for each in merged if each != name)]
        return self._lines.get(name, [name])

    def _bases(self, module: Module, node: ast.ClassDef) -> list[str]:
        """Dotted names of the direct bases; those that are no names are left out."""
        found = []
        for base in node.bases:
            if isinstance(base, ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name) and base.id == node.name and node.name in module.hidden:
                found.append(self.repository.followed(module.hidden[node.name]))  # class Job(Job)
            elif of := self.repository.qualified(module, base):
                found.append(of)
        return found

    def _job(self, module: Module, node: ast.ClassDef, *, is_one: bool = False) -> Job | None:
        """A class as a Job, if its ancestors say that it is one; `is_one`: whatever they say."""
        line = self.ancestors(module, node)
        kinds = [_KINDS[name] for name in line if name in _KINDS]
        if not kinds and not is_one:
            return None
        kind = next((kind for kind in kinds if kind != JOB), JOB)
        group = self.repository.value(module, ast.Name("name", ast.Load())) if "name" in module.names else module.name
        bases = [self.repository.qualified(module, base) or source_of(module, base) for base in node.bases]
        job = Job(line[0], module, node, kind, group, bases)
        job.outside = [name for name in line if name not in _KINDS and self.repository.class_of(name) is None]
        for name in reversed(line):  # the nearest has the last word
            if known := self.repository.class_of(name):
                self._read_class(job, *known)
        return job

    def _read_class(self, job: Job, module: Module, node: ast.ClassDef) -> None:
        local: dict[str, ast.expr] = {}
        for each in statements(node):
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
                job.variables.pop(each.name, None)
                if isinstance(each, ast.FunctionDef):
                    job.methods[each.name] = (module, each)
            elif isinstance(each, ast.ClassDef) and each.name == "Meta":
                job.meta = self._meta(module, each)
                if node is job.node:
                    job.own_meta, job.inherits_meta = each, any(map(_is_inherited, each.bases))
            for name, value in assigned(each):
                job.methods.pop(name, None)
                if name == "Meta" and value is not None:
                    job.meta = self._meta_named(module, value)
                elif made := self._variable(module, value, local):
                    # A variable that another replaces leaves its place in the form to that.
                    job.variables[name] = Variable(name, *made, each, module)
                    job.unclear.pop(name, None)
                else:
                    job.variables.pop(name, None)
                    job.unclear.pop(name, None)
                    if value is None or isinstance(value, ast.Call):
                        job.unclear[name] = each
                if value is not None:
                    local[name] = value

    def _meta(self, module: Module, node: ast.ClassDef, depth: int = 0) -> dict[str, Any]:
        """What a Meta says. It hides that of the Job's bases; only one that names another as its own base goes on with it."""
        values: dict[str, Any] = {}
        for base in reversed(node.bases):
            values |= self._meta_named(module, base, depth + 1)
        local: dict[str, ast.expr] = {}
        for each in statements(node):
            for name, value in assigned(each):
                values[name] = Unknown(name) if value is None else self.repository.value(module, value, local=local)
                if value is not None:
                    local[name] = value
        return values

    def _meta_named(self, module: Module, node: ast.expr, depth: int = 0) -> dict[str, Any]:
        """What the Meta says that an expression names: a class by itself, or ``Other.Meta``."""
        if depth > 20:
            return {}
        if known := self.repository.class_of(self.repository.qualified(module, node)):
            return self._meta(*known, depth)
        if not isinstance(node, ast.Attribute) or node.attr != "Meta":
            return {}
        known = self.repository.class_of(self.repository.qualified(module, node.value))
        for name in self.ancestors(*known) if known else ():
            if of := self.repository.class_of(name):
                for each in statements(of[1]):
                    if isinstance(each, ast.ClassDef) and each.name == "Meta":
                        return self._meta(of[0], each, depth)
        return {}

    def _variable(
        self, module: Module, node: ast.expr | None, local: dict[str, ast.expr], depth: int = 0
    ) -> tuple[str, dict[str, Any]] | None:
        """Kind and options of the variable that an expression makes or names; None if it is none, or cannot be told."""
        if depth > 10:
            return None
        if isinstance(node, ast.Call):
            if kind := self._variable_kind(module, node.func):
                return kind, self._options(module, node, local)
            return self._made_by(module, node, depth)
        if isinstance(node, ast.Name) and node.id in local:
            return self._variable(module, local[node.id], {}, depth + 1)
        if isinstance(node, (ast.Name, ast.Attribute)):
            owner, _, last = self.repository.qualified(module, node).rpartition(".")
            if (other := self.repository.modules.get(owner)) and last in other.constants:
                return self._variable(other, other.constants[last], {}, depth + 1)
            for name in self.ancestors(*known) if (known := self.repository.class_of(owner)) else ():
                if of := self.repository.class_of(name):
                    bound = {name: value for each in statements(of[1]) for name, value in assigned(each) if value}
                    if last in bound:
                        return self._variable(of[0], bound[last], bound, depth + 1)
        return None

    def _made_by(self, module: Module, node: ast.Call, depth: int) -> tuple[str, dict[str, Any]] | None:
        """A variable that a function of the repository returns: its options are those that do not depend on its arguments."""
        owner, _, last = self.repository.qualified(module, node.func).rpartition(".")
        if not (other := self.repository.modules.get(owner)):
            return None
        for each in statements(other.file.tree):
            if isinstance(each, ast.FunctionDef) and each.name == last:
                returned = [one.value for one in statements(each) if isinstance(one, ast.Return)]
                return self._variable(other, returned[0], {}, depth + 1) if len(returned) == 1 else None
        return None

    def _variable_kind(self, module: Module, func: ast.expr) -> str:
        name = self.repository.qualified(module, func)
        home, _, last = name.rpartition(".")
        if home == JOBS:
            return last if last in VARIABLES else ""
        if known := self.repository.class_of(name):
            line = self.ancestors(*known)
            return name if any(each.removeprefix(f"{JOBS}.") in VARIABLES for each in line) else ""
        return ""

    def _options(self, module: Module, call: ast.Call, local: dict[str, ast.expr]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                known = self.repository.value(module, keyword.value, local=local)
                if isinstance(known, dict) and all(isinstance(key, str) for key in known):
                    options |= known
                else:
                    options["**"] = Unknown(source_of(module, keyword.value))
            else:
                options[keyword.arg] = self.repository.value(module, keyword.value, local=local)
        if call.args:
            options["*"] = tuple(self.repository.value(module, each, local=local) for each in call.args)
        return options

    def registered_job(self, name: str) -> Job | None:
        """The Job of this name: a class that is registered is one, whatever is known of bases that others define."""
        if (
            name not in self.jobs
            and (known := self.repository.class_of(name))
            and (job := self._job(*known, is_one=True))
        ):
            if not job.outside:
                return None
            self.jobs[job.path] = job
        return self.jobs.get(name)


def _merged(lines: list[list[str]]) -> list[str]:
    """Python's order of ancestors (C3): each before its own, and bases in the order in which they are stated."""
    found: list[str] = []
    while lines := [line for line in lines if line]:
        later = set(chain.from_iterable(line[1:] for line in lines))
        # Where there is none, Python refuses the class; any order is as good.
        first = next((line[0] for line in lines if line[0] not in later), lines[0][0])
        found.append(first)
        lines = [[each for each in line if each != first] for line in lines]
    return found


def _is_inherited(base: ast.expr) -> bool:
    return not (isinstance(base, ast.Name) and base.id == "object")


def contract_of(files: Any) -> Contract:
    """The contract of the files of `files.in_folder` or `files.in_revision`."""
    return Contract(Repository(files))
