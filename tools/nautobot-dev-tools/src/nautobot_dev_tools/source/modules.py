"""Modules of a repository: what their names stand for, and what they are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .files import SourceFile

# Where Nautobot's own names come from: all homes of one name mean the same.
_HOMES = ("nautobot.apps.jobs", "nautobot.extras.jobs", "nautobot.core.jobs", "nautobot.core.celery", "nautobot.jobs")
# NetBox's, and what Nautobot 1 had for them: Jobs by another name.
_OLD_HOMES = ("nautobot.extras.scripts", "nautobot.extras.reports", "extras.scripts", "extras.reports")
_OLD_NAMES = {"Script": "Job", "BaseScript": "Job", "Report": "Job"}
JOBS = "nautobot.apps.jobs"
_NOTHING = object()


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
        constants: expressions that top-level variables are bound to, where they are bound once.
        classes: its top-level classes.
    """

    name: str
    file: SourceFile
    is_package: bool
    names: dict[str, str] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)

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
            tree = file.tree
            if tree is None:
                self.broken.append(file)
                continue
            parts = path.removesuffix(".py").split("/")
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            self.modules[name] = Module(name, file, is_package)
        self.roots = {name.split(".")[0] for name in self.modules if name}
        for module in self.modules.values():
            for node in statements(module.file.tree):
                self._bind(module, node)

    def inside(self, module: Module, node: ast.AST) -> Module:
        """A module as a function of it sees it: with the names that are imported in there."""
        imports = [each for each in ast.walk(node) if isinstance(each, (ast.Import, ast.ImportFrom))]
        if not imports:
            return module
        own = replace(module, names=dict(module.names))
        for each in imports:
            self._bind(own, each)
        return own

    def imported(self, module: Module, node: ast.AST) -> list[str]:
        """The dotted names that an import statement asks for, and of ``from x import y`` both x and x.y; of others, none."""
        if isinstance(node, ast.Import):
            return [self.own_name(alias.name) for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            source = self._source(module, node)
            return [each for each in (source, *(f"{source}.{alias.name}".lstrip(".") for alias in node.names)) if each]
        return []

    def _bind(self, module: Module, node: ast.stmt) -> None:
        own = f"{module.name}." if module.name else ""
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    module.names[alias.asname] = canonical(alias.name)
                else:
                    top = alias.name.split(".")[0]
                    module.names[top] = top
        elif isinstance(node, ast.ImportFrom):
            source = self._source(module, node)
            for alias in node.names:
                if alias.name == "*":
                    self._bind_all(module, source)
                else:
                    module.names[alias.asname or alias.name] = canonical(f"{source}.{alias.name}".lstrip("."))
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            module.names[node.name] = f"{own}{node.name}"
            if isinstance(node, ast.ClassDef):
                module.classes[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    bound_again = target.id in module.constants
                    module.names[target.id] = f"{own}{target.id}"
                    module.constants[target.id] = ast.Name("__bound_twice__", ast.Load()) if bound_again else node.value

    def _source(self, module: Module, node: ast.ImportFrom) -> str:
        if not node.level:
            return self.own_name(node.module or "")
        parts = module.package.split(".") if module.package else []
        kept = parts[: len(parts) - (node.level - 1)]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _bind_all(self, module: Module, source: str) -> None:
        """What ``from x import *`` brings: Nautobot's names are few and known, the repository's own are read."""
        if source in (*_HOMES, *_OLD_HOMES):
            module.names.update({name: canonical(f"{source}.{name}") for name in JOB_NAMES})
            if source in _OLD_HOMES:
                module.names.update({name: f"{JOBS}.{of}" for name, of in _OLD_NAMES.items()})
        elif source in self.modules and source != module.name:
            other = self.modules[source]
            if not other.names:  # not yet bound, and it cannot wait for this one
                for node in statements(other.file.tree):
                    self._bind(other, node)
            module.names.update({name: of for name, of in other.names.items() if not name.startswith("_")})

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

    def followed(self, name: str) -> str:
        """A dotted name, followed through the repository's own imports to where it is defined."""
        for _ in range(20):
            owner, _, last = name.rpartition(".")
            module = self.modules.get(owner)
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

    def value(self, module: Module, node: ast.AST | None, depth: int = 0) -> Any:
        """What an expression is, as far as literals and constants of the repository tell; else `Unknown`.

        Lists become tuples. Names of classes and of what other packages define stay `Unknown`, with the dotted name as text.
        """
        if node is None:
            return None
        if isinstance(node, ast.Constant):
            return node.value
        known = self._value(module, node, depth) if depth <= 20 else _NOTHING
        return Unknown(ast.unparse(node)) if known is _NOTHING else known

    def _value(self, module: Module, node: ast.AST, depth: int) -> Any:
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return tuple(self.value(module, each, depth + 1) for each in node.elts)
        if isinstance(node, ast.Dict):
            keys = [self.value(module, key, depth + 1) for key in node.keys]
            if any(isinstance(key, (Unknown, tuple, dict)) for key in keys) or None in node.keys:
                return _NOTHING
            return dict(zip(keys, (self.value(module, each, depth + 1) for each in node.values), strict=True))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(module, node.operand, depth + 1)
            return -inner if isinstance(inner, (int, float)) else _NOTHING
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value(module, node.left, depth + 1), self.value(module, node.right, depth + 1)
            same = type(left) is type(right) and isinstance(left, (str, tuple, int))
            return left + right if same else _NOTHING
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self.qualified(module, node)
            owner, _, last = name.rpartition(".")
            other = self.modules.get(owner)
            if other and last in other.constants:
                bound = other.constants[last]
                return _NOTHING if bound is node else self.value(other, bound, depth + 1)
            return Unknown(name) if name else _NOTHING
        return _NOTHING


def canonical(name: str) -> str:
    """One name for what Nautobot offers in several places."""
    home, _, last = name.rpartition(".")
    if home in _OLD_HOMES:
        last = _OLD_NAMES.get(last, last)
    return f"{JOBS}.{last}" if home in (*_HOMES, *_OLD_HOMES) and last in JOB_NAMES else name


def statements(node: ast.AST | None) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported or a class is made: of its branches too, not of its functions."""
    for field_name in ("body", "orelse", "finalbody", "handlers"):
        for each in getattr(node, field_name, ()):
            if isinstance(each, ast.stmt):
                yield each
            if isinstance(each, (ast.If, ast.Try, ast.With, ast.ExceptHandler, ast.For, ast.While)):
                yield from statements(each)


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
