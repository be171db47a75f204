"""What a repository of Jobs promises to whoever runs them: class paths, variables, Meta, lifecycle methods, registration.

All is read from the source; what only running it would tell is `Unknown`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .modules import JOBS, Module, Repository, Unknown, statements

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
        if name == "required" and self.kind == "BooleanVar":
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
            self._registrations(module)

    def registered(self) -> dict[str, Job]:
        """The Jobs that Nautobot would show."""
        return {path: job for path, job in self.jobs.items() if job.registered}

    def ancestors(self, module: Module, node: ast.ClassDef) -> list[str]:
        """Dotted names of a class and all that it inherits from, nearest first, as far as the repository tells."""
        found: list[str] = []
        self._ancestors(f"{module.name}.{node.name}".lstrip("."), found)
        return found

    def _ancestors(self, name: str, found: list[str]) -> None:
        if name in found or len(found) > 200:
            return
        found.append(name)
        if known := self.repository.class_of(name):
            module, node = known
            for base in node.bases:
                if isinstance(base, ast.Subscript):
                    base = base.value
                if of := self.repository.qualified(module, base):
                    self._ancestors(of, found)

    def _job(self, module: Module, node: ast.ClassDef) -> Job | None:
        line = self.ancestors(module, node)
        kinds = [_KINDS[name] for name in line if name in _KINDS]
        if not kinds:
            return None
        kind = next((kind for kind in kinds if kind != JOB), JOB)
        group = self.repository.value(module, module.constants["name"]) if "name" in module.constants else module.name
        bases = [self.repository.qualified(module, base) or ast.unparse(base) for base in node.bases]
        job = Job(line[0], module, node, kind, group, bases)
        job.outside = [name for name in line if name not in _KINDS and self.repository.class_of(name) is None]
        for name in reversed(line):  # the nearest has the last word
            if known := self.repository.class_of(name):
                self._read_class(job, *known)
        return job

    def _read_class(self, job: Job, module: Module, node: ast.ClassDef) -> None:
        for each in statements(node):
            if isinstance(each, ast.FunctionDef):
                job.methods[each.name] = (module, each)
                job.variables.pop(each.name, None)
            elif isinstance(each, ast.ClassDef) and each.name == "Meta":
                self._read_meta(job, module, each, own=node is job.node)
            elif isinstance(each, (ast.Assign, ast.AnnAssign)):
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        job.variables.pop(target.id, None)
                        if isinstance(each.value, ast.Call) and (kind := self._variable_kind(module, each.value.func)):
                            options = self._options(module, kind, each.value)
                            job.variables[target.id] = Variable(target.id, kind, options, each, module)

    def _read_meta(self, job: Job, module: Module, node: ast.ClassDef, *, own: bool) -> None:
        values = dict(self._assigned(module, node))
        if own:
            job.own_meta, job.inherits_meta = node, bool(node.bases)
        # A Meta hides that of the bases; only one that names it as its own base goes on with it.
        job.meta = {**(job.meta if node.bases else {}), **values}

    def _assigned(self, module: Module, node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
        for each in statements(node):
            if isinstance(each, ast.Assign):
                for target in each.targets:
                    if isinstance(target, ast.Name):
                        yield target.id, self.repository.value(module, each.value)
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
                yield each.target.id, self.repository.value(module, each.value)

    def _variable_kind(self, module: Module, func: ast.expr) -> str:
        name = self.repository.qualified(module, func)
        home, _, last = name.rpartition(".")
        if home == JOBS:
            return last if last in VARIABLES else ""
        if known := self.repository.class_of(name):
            line = self.ancestors(*known)
            return name if any(each.removeprefix(f"{JOBS}.") in VARIABLES for each in line) else ""
        return ""

    def _options(self, module: Module, kind: str, call: ast.Call) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                options["**"] = Unknown(ast.unparse(keyword.value))
            else:
                options[keyword.arg] = self.repository.value(module, keyword.value)
        if call.args:
            options["*"] = tuple(self.repository.value(module, each) for each in call.args)
        return options

    # Registration

    def _registrations(self, module: Module) -> None:
        if "register_jobs" not in module.file.text:
            return
        for node in ast.walk(module.file.tree or ast.Module([], [])):
            if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
                continue
            if self.repository.qualified(module, node.func) == f"{JOBS}.register_jobs":
                for argument in node.args:
                    self._register(module, argument, node.lineno)

    def _register(self, module: Module, argument: ast.expr, line: int, depth: int = 0) -> None:
        if isinstance(argument, ast.Starred):
            argument = argument.value
        if isinstance(argument, (ast.List, ast.Tuple)):
            for each in argument.elts:
                self._register(module, each, line, depth)
            return
        if isinstance(argument, ast.Call):  # such as since("3.1", Job): the classes among its arguments
            for each in argument.args:
                if self.repository.qualified(module, each) in self.jobs:
                    self._register(module, each, line, depth)
            return
        if isinstance(argument, (ast.Name, ast.Attribute)) and depth < 10:
            name = self.repository.qualified(module, argument)
            if name in self.jobs:
                self.jobs[name].registered.append((module, line))
                return
            owner, _, last = name.rpartition(".")
            other = self.repository.modules.get(owner)
            if other and isinstance(other.constants.get(last), (ast.List, ast.Tuple)):
                self._register(other, other.constants[last], line, depth + 1)
                return
        self.unclear.append((module, line, ast.unparse(argument)))


def contract_of(files: Any) -> Contract:
    """The contract of the files of `files.in_folder` or `files.in_revision`."""
    return Contract(Repository(files))
