"""What rules look at: the repository, its Jobs, and what several rules need, computed once."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from ..source.contracts import Contract, Job
from ..source.effects import Effects, EffectsReader
from ..source.files import SourceFile
from ..source.modules import Module, Repository, statements
from .code import Code
from .rule import Edit, Found

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What Nautobot imports of a Git repository, apart from its root's __init__.py.
ENTRANCES = ("jobs", "custom_validators")


class Call(NamedTuple):
    """A call in a module that Nautobot loads; `name` is the dotted name of what is called, empty where it is no name."""

    module: Module
    node: ast.Call
    name: str


class Context:
    """A repository under examination.

    Attributes:
        repository, contract, files: as the core reads them; all of the repository, tests and tools included.
        settings: what ``[tool.nautobot-jobs]`` of its pyproject.toml says.
    """

    def __init__(self, files: Mapping[str, SourceFile], settings: Mapping[str, Any] | None = None) -> None:
        self.files = dict(files)
        self.repository = Repository(files)
        self.contract = Contract(self.repository)
        self.settings = dict(settings or {})
        self._names_of_classes: dict[str, set[str]] = {}
        self._effects: dict[str, Effects] = {}
        self._code: dict[str, Code] = {}

    # What Nautobot loads

    @cached_property
    def modules(self) -> list[Module]:
        """The modules that Nautobot loads: below ``jobs``, and what these import of the repository.

        Where there is no ``jobs``: the modules with Jobs, and what they import. Tests, tools and the like are not among them.
        """
        first = [name for name in self.repository.modules if not name or name.split(".")[0] in ENTRANCES]
        if not any(first):
            first = [*first, *(job.module.name for job in self.contract.jobs.values())]
        return self._reached(first)

    @cached_property
    def imported(self) -> set[str]:
        """Names of the modules that Nautobot imports for sure: those of packages all the way up, and what these import."""
        modules = self.repository.modules
        packages = {name for name, module in modules.items() if module.is_package}
        return {
            module.name
            for module in self._reached(
                [name for name in modules if name.split(".")[0] == "jobs" and _parents(name) <= packages]
            )
        }

    def is_loaded(self, path: str) -> bool:
        """Whether Nautobot would import a file, even if it does not parse: it lies below ``jobs``, or a module that is loaded imports it."""
        return path in self._loaded_paths or path.split("/")[0].removesuffix(".py") in (*ENTRANCES, "__init__")

    @cached_property
    def _loaded_paths(self) -> set[str]:
        imported = {name.replace(".", "/") for module in self.modules for name in self._imports(module)}
        broken = {
            file.path
            for file in self.repository.broken
            if file.path.removesuffix(".py").removesuffix("/__init__") in imported or not self.repository.modules
        }
        return {module.file.path for module in self.modules} | broken

    def _reached(self, first: list[str]) -> list[Module]:
        modules, reached = self.repository.modules, set[str]()
        while first:
            name = first.pop()
            if name in reached or name not in modules:
                continue
            reached.add(name)
            first.append(name.rpartition(".")[0])
            first += self._imports(modules[name])
        return [module for name, module in modules.items() if name in reached]

    def _imports(self, module: Module) -> Iterator[str]:
        """Names that may be modules of the repository, of the imports at any depth."""
        for node in self.code_of(module).imports:
            yield from self.repository.imported(module, node)

    @cached_property
    def jobs(self) -> list[Job]:
        """The Job classes in these modules, abstract bases too; `contract.registered()` are those that Nautobot shows."""
        loaded = {module.name for module in self.modules}
        return [job for job in self.contract.jobs.values() if job.module.name in loaded]

    def is_base(self, job: Job) -> bool:
        """Whether a class is only a base of other Jobs: it is not registered, and others inherit from it, or its name says so."""
        return not job.registered and (job.path in self._bases or job.name.startswith(("_", "Base", "Abstract")))

    @cached_property
    def _bases(self) -> set[str]:
        lines = (self.contract.ancestors(job.module, job.node)[1:] for job in self.contract.jobs.values())
        return {name for line in lines for name in line}

    def effects(self, job: Job) -> Effects:
        """What a Job writes to, checks, needs and talks to."""
        if job.path not in self._effects:
            self._effects[job.path] = self._effects_reader.of(job)
        return self._effects[job.path]

    @cached_property
    def _effects_reader(self) -> EffectsReader:
        return EffectsReader(self.contract)

    def may_have(self, job: Job, name: str) -> bool:
        """Whether a Job, or a base of it in the repository, binds a name in its class in a way that is no plain variable or method."""
        return name in self._bound[job.path]

    @cached_property
    def _bound(self) -> dict[str, set[str]]:
        lines = {path: self.contract.ancestors(job.module, job.node) for path, job in self.contract.jobs.items()}
        return {path: {name for each in line for name in self._names_of(each)} for path, line in lines.items()}

    def _names_of(self, name: str) -> set[str]:
        if name not in self._names_of_classes:
            known = self.repository.class_of(name)
            self._names_of_classes[name] = bound_names(known[1]) if known else set()
        return self._names_of_classes[name]

    def meta_statements(self, job: Job) -> Iterator[tuple[str, ast.stmt]]:
        """What the class's own Meta assigns: names and statements."""
        for node in statements(job.own_meta):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from ((target.id, node) for target in targets if isinstance(target, ast.Name))

    # The code of these modules

    @cached_property
    def import_time(self) -> list[tuple[Module, ast.AST]]:
        """The nodes that run when Nautobot imports a module: class bodies, decorators and defaults too, no bodies of functions.

        Left out: what stands under ``if TYPE_CHECKING:`` and ``if __name__ == "__main__":``.
        """
        return [(module, node) for module in self.modules for node in run_at_import(module.file.tree)]

    @cached_property
    def code(self) -> list[Code]:
        """The code of these modules: what names stand for, querysets, loops."""
        return [self.code_of(module) for module in self.modules]

    def code_of(self, module: Module) -> Code:
        """The code of any module, tests and tools included."""
        if module.name not in self._code:
            jobs: dict[ast.AST, Job] = {job.node: job for job in self.contract.jobs.values()}
            self._code[module.name] = Code(self.repository, module, jobs)
        return self._code[module.name]

    @cached_property
    def calls(self) -> list[Call]:
        """Every call, in the order of the text within a module."""
        return [Call(code.module, node, name) for code in self.code for node, name in code.calls]

    # What rules return

    def found(self, module: Module, node: ast.AST, message: str, fix: Any = None) -> Found:
        """A finding at a node."""
        line, column = self._start(module.file, node)
        return Found(module.file.path, line, column + 1, message, fix)

    def edit(self, module: Module, node: ast.AST, change: Callable[[Any], Any], kind: str = "") -> Edit:
        """A change of a node; `change` gets the LibCST node and returns the one in its place.

        Args:
            module: the node's.
            node: what to change.
            change: called when the fix is made.
            kind: class in LibCST, where it is called other than in `ast` ("SimpleString" for a Constant).
        """
        return Edit(
            module.file.path,
            kind or _KINDS.get(type(node).__name__, type(node).__name__),
            *self._span(module.file, node),
            change,
        )

    def remove(self, module: Module, node: ast.stmt) -> Edit:
        """The removal of a simple statement, with the comments right above it."""
        return Edit(module.file.path, type(node).__name__, *self._span(module.file, node), None)

    def _start(self, file: SourceFile, node: ast.AST) -> tuple[int, int]:
        return _position(file, getattr(node, "lineno", 1), getattr(node, "col_offset", 0))

    def _span(self, file: SourceFile, node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
        return self._start(file, node), _position(file, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


_KINDS = {"keyword": "Arg", "JoinedStr": "FormattedString", "AsyncFunctionDef": "FunctionDef"}


def _position(file: SourceFile, line: int, offset: int) -> tuple[int, int]:
    """Line and column in characters from 0, of an offset in bytes of UTF-8, which is what `ast` counts."""
    text = file.lines[line - 1] if line <= len(file.lines) else ""
    if line == 1:
        text = text.removeprefix("\ufeff")
    return line, offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))


def bound_names(node: ast.ClassDef) -> set[str]:
    """Names that a class binds, one way or another."""
    names = set()
    for statement in statements(node):
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            names.add(statement.name)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in statement.names}
        else:
            names |= {
                each.id
                for each in ast.walk(statement)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
    return names


def _parents(name: str) -> set[str]:
    """Names of the packages that a module lies in, the root's left out."""
    parts = name.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts))}


def run_at_import(node: ast.AST | None) -> Iterator[ast.AST]:
    """The nodes that run when a module, or a statement, does: no bodies of the functions in it."""
    waiting = deque([node] if node is not None else [])
    while waiting:
        node = waiting.popleft()
        yield node
        if isinstance(node, FUNCTIONS):
            waiting += [*node.decorator_list, *_signature(node)]
        elif isinstance(node, ast.If) and _is_never_imported(node.test):
            waiting += node.orelse
        elif isinstance(node, ast.Lambda):
            waiting += [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
        else:
            waiting += ast.iter_child_nodes(node)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [each.annotation for each in every if each is not None]
    return [
        each for each in (*annotations, node.returns, *arguments.defaults, *arguments.kw_defaults) if each is not None
    ]


def _is_never_imported(test: ast.expr) -> bool:
    if isinstance(test, (ast.Name, ast.Attribute)):
        return (test.id if isinstance(test, ast.Name) else test.attr) == "TYPE_CHECKING"
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
