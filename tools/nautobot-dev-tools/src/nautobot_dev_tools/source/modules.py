"""Modules of a repository: what their names stand for, and what they are called."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .files import SourceFile
from .trees import assigned, branches, statements, targets

__all__ = ["JOBS", "JOB_NAMES", "OUTSIDE", "Module", "Repository", "Unknown", "canonical", "source_of", "statements"]

# Where Nautobot's own names come from: all homes of one name mean the same.
_HOMES = ("nautobot.apps.jobs", "nautobot.extras.jobs", "nautobot.core.jobs", "nautobot.core.celery", "nautobot.jobs")
# NetBox's, and what Nautobot 1 had for them: Jobs by another name.
_OLD_HOMES = ("nautobot.extras.scripts", "nautobot.extras.reports", "extras.scripts", "extras.reports")
_OLD_NAMES = {"Script": "Job", "BaseScript": "Job", "Report": "Job"}
JOBS = "nautobot.apps.jobs"
# What a relative import names that climbs out of the repository: a neighbour in Nautobot's folder of clones.
OUTSIDE = "<outside>"
_NOTHING = object()
# A text or list that constants add up to; more is no value of a Job's form.
_LONGEST = 1_000_000


class Unknown:
    """A value that only running the code would tell; `text` is its source."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<{self.text}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(eq=False)
class Module:
    """A module of the repository.

    Attributes:
        name: dotted, from the repository's root: ``jobs.audits.vlans``; empty for the root's own ``__init__.py``.
        file: its file.
        is_package: the file is an ``__init__.py``.
        names: what the names that it binds at its top level stand for, as dotted names: imports, and its own classes,
            functions and variables (these with the module's name before them).
        constants: expressions that top-level variables are bound to, where they are bound once; what is added to a list
            afterwards (`+=`, ``append``, ``extend``) is part of the expression.
        classes: its top-level classes.
        hidden: what a name stood for before a class of the same name was bound to it, such as Job in ``class Job(Job)``.
    """

    name: str
    file: SourceFile
    is_package: bool
    names: dict[str, str] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


class Repository:
    """The modules of a repository of Jobs, by dotted name; those whose files do not parse are in `broken`.

    `roots` are the first parts of these names.
    """

    def __init__(self, files: Mapping[str, SourceFile]) -> None:
        self.files = dict(files)
        self.modules: dict[str, Module] = {}
        self.broken: list[SourceFile] = []
        for path, file in files.items():
            if file.tree is None:
                self.broken.append(file)
                continue
            # A dot in a file's name is none between packages.
            parts = [part.replace(".", "-") for part in path.removesuffix(".py").split("/")]
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            if is_package or name not in self.modules:  # Python takes the package jobs/ before the module jobs.py
                self.modules[name] = Module(name, file, is_package)
        self.roots = {name.split(".")[0] for name in self.modules if name}
        self._bound: set[str] = set()
        for module in self.modules.values():
            self._bind_module(module)

    def inside(self, module: Module, node: ast.AST) -> Module:
        """A module as a function of it sees it: with the names that are imported in there."""
        imports = [each for each in ast.walk(node) if isinstance(each, (ast.Import, ast.ImportFrom))]
        if not imports:
            return module
        own = replace(module, names=dict(module.names), constants=dict(module.constants))
        for each in imports:
            self._bind(own, each, firm=True)
        return own

    def imported(self, module: Module, node: ast.AST) -> list[str]:
        """The dotted names that an import statement asks for, and of ``from x import y`` both x and x.y; of others, none."""
        if isinstance(node, ast.Import):
            return [self.own_name(alias.name) for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            source = self._source(module, node)
            return [each for each in (source, *(f"{source}.{alias.name}".lstrip(".") for alias in node.names)) if each]
        return []

    def _bind_module(self, module: Module) -> None:
        if module.name not in self._bound:
            self._bound.add(module.name)  # before: a cycle of star imports sees what is bound so far, as Python does
            for node, firm in branches(module.file.tree):
                self._bind(module, node, firm)

    def _bind(self, module: Module, node: ast.stmt, firm: bool) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    self._name(module, alias.asname, canonical(self.own_name(alias.name)), firm)
                else:
                    top = alias.name.split(".")[0]
                    self._name(module, top, top, firm)
        elif isinstance(node, ast.ImportFrom):
            source = self._source(module, node)
            for alias in node.names:
                if alias.name == "*":
                    self._bind_all(module, source)
                else:
                    of = canonical(f"{source}.{alias.name}".lstrip("."))
                    self._name(module, alias.asname or alias.name, of, firm)
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if isinstance(node, ast.ClassDef) and (firm or node.name not in module.classes):
                module.classes[node.name] = node
                before = module.names.get(node.name)
                if before and before != _own(module, node.name):
                    module.hidden[node.name] = before
            self._name(module, node.name, _own(module, node.name), firm)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for name, value in assigned(node):
                self._variable(module, name, value, firm)
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    module.constants.pop(target.value.id, None)
        elif isinstance(node, (ast.For, ast.With, ast.Delete)):
            for name in targets(node):
                self._variable(module, name, None, firm)
        else:
            _add(module, node)

    def _name(self, module: Module, name: str, stands_for: str, firm: bool) -> None:
        """Bind a name; what an ``except`` or an ``else`` offers instead counts only where nothing else is bound."""
        if firm or name not in module.names:
            module.names[name] = stands_for
        module.constants.pop(name, None)

    def _variable(self, module: Module, name: str, value: ast.expr | None, firm: bool) -> None:
        own = _own(module, name)
        first = module.names.get(name) != own and (firm or name not in module.names)
        self._name(module, name, own, firm)
        if first and value is not None:
            module.constants[name] = value

    def _source(self, module: Module, node: ast.ImportFrom) -> str:
        if not node.level:
            return self.own_name(node.module or "")
        parts = module.package.split(".") if module.package else []
        up = node.level - 1
        kept = parts[: len(parts) - up] if up <= len(parts) else [OUTSIDE]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _bind_all(self, module: Module, source: str) -> None:
        """What ``from x import *`` brings: Nautobot's names are few and known, the repository's own are read."""
        if source in (*_HOMES, *_OLD_HOMES):
            module.names.update({name: canonical(f"{source}.{name}") for name in JOB_NAMES})
            if source in _OLD_HOMES:
                module.names.update({name: f"{JOBS}.{of}" for name, of in _OLD_NAMES.items()})
        elif source in self.modules and source != module.name:
            other = self.modules[source]
            self._bind_module(other)
            offered = self.value(other, other.constants["__all__"]) if "__all__" in other.constants else None
            for name, of in other.names.items():
                if name in offered if isinstance(offered, tuple) else not name.startswith("_"):
                    module.names[name] = of

    def own_name(self, name: str) -> str:
        """A module's name from the repository's root, where it was imported through the package that Nautobot makes of it."""
        if not name or name in self.modules or name.split(".")[0] in self.roots:
            return name
        rest = name.partition(".")[2]
        return rest if rest in self.modules and rest.split(".")[0] == "jobs" else name

    def qualified(self, module: Module, node: ast.AST) -> str:
        """The dotted name that an expression such as ``jobs.Job`` stands for; empty if it is no name.

        Names that the repository passes on (``from .base import Job``) are followed to where they come from.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        first = module.names.get(node.id, node.id)
        return self.followed(".".join([first, *reversed(parts)]))

    def followed(self, name: str, depth: int = 0) -> str:
        """A dotted name, followed through the repository's own imports to where it is defined."""
        for _ in range(20):
            owner, _, last = name.rpartition(".")
            module = self.modules.get(self.own_name(owner))
            if (
                module is None and "." in owner and depth < 20
            ):  # a module under another name: ``from . import base as b``
                real = self.followed(owner, depth + 1)
                if real != canonical(owner):
                    name = f"{real}.{last}"
                    continue
            target = module.names.get(last) if module else None
            if target is None or target == name:
                return canonical(name)
            name = target
        return canonical(name)

    def class_of(self, name: str) -> tuple[Module, ast.ClassDef] | None:
        """Module and definition of a class of the repository."""
        owner, _, last = self.followed(name).rpartition(".")
        module = self.modules.get(owner)
        return (module, module.classes[last]) if module and last in module.classes else None

    def value(
        self, module: Module, node: ast.AST | None, depth: int = 0, local: Mapping[str, ast.expr] | None = None
    ) -> Any:
        """What an expression is, as far as literals and constants of the repository tell; else `Unknown`.

        Lists become tuples. Names of classes and of what other packages define stay `Unknown`, with the dotted name as text.

        Args:
            module: where it stands.
            node: the expression.
            depth: how many others led to it.
            local: what names are bound to that hide those of the module: attributes of the class that it stands in.
        """
        if node is None:
            return None
        if isinstance(node, ast.Constant):
            return node.value
        known = self._value(module, node, depth, local or {}) if depth <= 20 else _NOTHING
        return Unknown(source_of(module, node)) if known is _NOTHING else known

    def _value(self, module: Module, node: ast.AST, depth: int, local: Mapping[str, ast.expr]) -> Any:
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return self._tuple(module, node.elts, depth, local)
        if isinstance(node, ast.Dict):
            keys = [self.value(module, key, depth + 1, local) for key in node.keys]
            if any(isinstance(key, (Unknown, tuple, dict)) for key in keys) or None in node.keys:
                return _NOTHING
            values = (self.value(module, each, depth + 1, local) for each in node.values)
            return dict(zip(keys, values, strict=True))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(module, node.operand, depth + 1, local)
            return -inner if isinstance(inner, (int, float)) else _NOTHING
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._sum(module, node, depth, local)
        if isinstance(node, ast.Name) and node.id in local:
            bound = local[node.id]
            return _NOTHING if bound is node else self.value(module, bound, depth + 1)
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self.qualified(module, node)
            owner, _, last = name.rpartition(".")
            other = self.modules.get(owner)
            if other and last in other.constants:
                bound = other.constants[last]
                return _NOTHING if bound is node else self.value(other, bound, depth + 1)
            return Unknown(name) if name else _NOTHING
        return _NOTHING

    def _tuple(self, module: Module, nodes: list[ast.expr], depth: int, local: Mapping[str, ast.expr]) -> Any:
        found: list[Any] = []
        for each in nodes:
            value = self.value(module, each.value if isinstance(each, ast.Starred) else each, depth + 1, local)
            if not isinstance(each, ast.Starred):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(value)
            else:
                return _NOTHING
        return tuple(found) if len(found) <= _LONGEST else _NOTHING

    def _sum(self, module: Module, node: ast.BinOp, depth: int, local: Mapping[str, ast.expr]) -> Any:
        """``a + b + c + …``: the tree leans to the left, and may be as deep as a long text has lines."""
        terms: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            terms.append(left.right)
            left = left.left
        total = self.value(module, left, depth + 1, local)
        for term in reversed(terms):
            value = self.value(module, term, depth + 1, local)
            if type(value) is not type(total) or not isinstance(value, (str, tuple, int)):
                return _NOTHING
            total = total + value
            if not isinstance(total, int) and len(total) > _LONGEST:
                return _NOTHING
        return total


def canonical(name: str) -> str:
    """One name for what Nautobot offers in several places."""
    home, _, last = name.rpartition(".")
    if home in _OLD_HOMES:
        last = _OLD_NAMES.get(last, last)
    return f"{JOBS}.{last}" if home in (*_HOMES, *_OLD_HOMES) and last in JOB_NAMES else name


def _add(module: Module, node: ast.stmt) -> None:
    """What is added to a constant list belongs to it; what else is done to a list or dict makes it no constant."""
    added: ast.expr | None = None
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        name = node.target.id
        added = node.value if isinstance(node.op, ast.Add) else None
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call, method = node.value, node.value.func
        if not isinstance(method, ast.Attribute) or not isinstance(method.value, ast.Name):
            return
        name = method.value.id
        if not isinstance(module.constants.get(name), (ast.List, ast.Dict, ast.Set, ast.BinOp)):
            return
        if method.attr == "append" and call.args:
            added = ast.copy_location(ast.List([call.args[0]], ast.Load()), node)
        elif method.attr == "extend" and call.args:
            added = call.args[0]
    else:
        return
    before = module.constants.pop(name, None)
    if before is not None and added is not None:
        module.constants[name] = ast.copy_location(ast.BinOp(before, ast.Add(), added), node)


def _own(module: Module, name: str) -> str:
    return f"{module.name}.{name}" if module.name else name


def source_of(module: Module, node: ast.AST) -> str:
    """The source of an expression, in Python's own formatting where it is not too deep for that."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ast.get_source_segment(module.file.text, node) or type(node).__name__


JOB_NAMES = frozenset(
    [
        "BaseJob",
        "BooleanVar",
        "ChoiceVar",
        "DryRunVar",
        "FileVar",
        "IPAddressVar",
        "IPAddressWithMaskVar",
        "IPNetworkVar",
        "IntegerVar",
        "JSONVar",
        "Job",
        "JobButtonReceiver",
        "JobHookReceiver",
        "MultiChoiceVar",
        "MultiObjectVar",
        "ObjectVar",
        "RunJobTaskFailed",
        "ScriptVariable",
        "StringVar",
        "TextVar",
        "register_jobs",
        "get_job",
        "get_jobs",
        "is_job",
        "is_variable",
        "enqueue_job_hooks",
        "DatabaseFileField",
    ]
)
