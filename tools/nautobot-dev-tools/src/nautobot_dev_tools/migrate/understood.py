"""A file that is migrated: its tree, what its names mean, the Jobs in it, and the edits that transformations note.

A transformation looks at `module` and notes edits; `edited()` applies them. Nodes that no edit touches stay the same objects,
so that every node, even of a tree changed many times, can be traced to its line in the file as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from typing import Any

import libcst as cst

from ..source.contracts import Contract, Job
from ..source.modules import Module, canonical
from .imports import with_imports
from .transformation import CERTAIN, DOCS, LIKELY, Change, Outcome, Todo, Transformation
from .tree import Edit, applied, children, dotted, with_comments
from .v1 import LOOKS_LIKE, bases_of_jobs

TODO = "# TODO(migrate): "
Statement = (
    cst.SimpleStatementLine,
    cst.FunctionDef,
    cst.ClassDef,
    cst.If,
    cst.For,
    cst.While,
    cst.With,
    cst.Try,
    cst.TryStar,
    cst.Match,
)


class Understood:
    """A file and all that transformations need to know of it.

    Attributes:
        path: relative to the repository's root, with slashes.
        contract, repository: of the whole repository as it was before the migration.
        source: the core's module: names, constants, classes of the file as it was.
        module: LibCST's tree of the file as it is by now.
        outcome: where changes and TODOs are collected.
        transformation: the one that runs.
        to: the version to migrate to, as numbers.
        jobs: the Jobs among the file's top-level classes, by name.
    """

    def __init__(self, contract: Contract, source: Module, to: tuple[int, int] = (3, 2)) -> None:
        self.to = to
        self.contract = contract
        self.repository = contract.repository
        self.source = source
        self.path = source.file.path
        text = source.file.text
        self.outcome = Outcome(self.path, text, text, source.file.encoding)
        self.module = self._original = cst.parse_module(text)
        self.transformation = Transformation()
        self.names = {**_nested_names(source), **source.names}
        self.jobs = {job.name: job for job in contract.jobs.values() if job.module is source}
        self._parents: dict[cst.CSTNode, cst.CSTNode] | None = None
        self._nodes: list[cst.CSTNode] | None = None
        self._edits: dict[cst.CSTNode, list[Edit]] = {}
        self._origins: dict[cst.CSTNode, cst.CSTNode] = {}
        self._lines: dict[cst.CSTNode, int] | None = None
        self._imports: list[tuple[str, str]] = []
        self._comments: dict[cst.CSTNode, list[str]] = {}

    # Looking

    def walk(self, node: cst.CSTNode | None = None) -> list[cst.CSTNode]:
        """A node of the module (default: the module) and all below it, in the order of the source."""
        if node is None or node is self.module:
            if self._nodes is None:
                self._nodes = _below(self.module)
            return self._nodes
        return _below(node)

    def calls(self, node: cst.CSTNode | None = None) -> Iterator[cst.Call]:
        """The calls below a node, outer before inner."""
        return (each for each in self.walk(node) if isinstance(each, cst.Call))

    def parent(self, node: cst.CSTNode | None) -> cst.CSTNode | None:
        """The node that has this one as a child; None for the module and for nodes that are not in it."""
        if self._parents is None:
            self._parents = {child: each for each in self.walk() for child in children(each)}
        return self._parents.get(node) if node is not None else None

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The parents of a node, nearest first."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    def statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The nearest statement that a node is in or is, which has lines of its own; the module if there is none."""
        for each in (node, *self.ancestors(node)):
            if isinstance(each, Statement):
                return each
        return self.module

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The nearest function that a node is in."""
        return next((each for each in self.ancestors(node) if isinstance(each, cst.FunctionDef)), None)

    def class_of(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The nearest class that a node is in."""
        return next((each for each in self.ancestors(node) if isinstance(each, cst.ClassDef)), None)

    def job_classes(self) -> Iterator[tuple[cst.ClassDef, Job]]:
        """The Jobs that are classes at the top level of this file, with what the contract says of them."""
        for each in self.walk():
            if isinstance(each, cst.ClassDef) and each.name.value in self.jobs and self.class_of(each) is None:
                yield each, self.jobs[each.name.value]

    def own_methods(self, node: cst.CSTNode) -> set[str]:
        """Names of the methods that the repository gives to the class a node is in, its bases' too."""
        owner = self.class_of(node)
        if owner is None:
            return set()
        found: set[str] = set()
        for name in self.contract.ancestors(self.source, ast.ClassDef(owner.name.value, [], [], [], [])):
            if known := self.repository.class_of(name):
                found |= {each.name for each in known[1].body if isinstance(each, ast.FunctionDef)}
        return found

    def is_job(self, node: cst.CSTNode) -> str:
        """Whether an expression is a Job: CERTAIN, LIKELY (a helper's argument with such a name) or ""."""
        text = dotted(node)
        owner = self.class_of(node)
        if text in ("self", "cls") and owner is not None:
            return self.is_job_class(owner)
        name = text.rpartition(".")[2]
        return (
            LIKELY
            if name == "job" or name.endswith("_job") or (name.startswith("job_") and name != "job_result")
            else ""
        )

    def is_job_class(self, node: cst.ClassDef) -> str:
        """Whether a class is a Job or a mixin of one: CERTAIN, LIKELY (it looks like one) or ""."""
        name = node.name.value
        path = f"{self.source.name}.{name}".lstrip(".")
        if name in self.jobs or path in bases_of_jobs(self.contract):
            return CERTAIN
        bases = {dotted(each.value).rpartition(".")[2] for each in node.bases}
        return LIKELY if any(base.endswith(LOOKS_LIKE) for base in bases) else ""

    def qualified(self, node: cst.CSTNode) -> str:
        """The dotted name that ``a.b.c`` stands for, followed through imports of this file and of the repository; "" if it is none.

        Names that are imported inside a function count in the whole file.
        """
        text = dotted(node)
        if not text:
            return ""
        first, dot, rest = text.partition(".")
        return self.repository.followed(canonical(self.names.get(first, first) + dot + rest))

    def line(self, node: cst.CSTNode) -> int:
        """The line of the file as it was where the statement begins that a node, or what it was made from, is in."""
        if self._lines is None:
            self._lines = _lines(self._original, self.source.file.tree)
        for each in (node, *self.ancestors(node)):
            while each in self._origins:
                each = self._origins[each]
            if each in self._lines:
                return self._lines[each]
        return 1

    # Editing

    def edit(self, node: cst.CSTNode, change: Edit, *more: Any) -> None:
        """Note an edit: `change` gets the node, edits inside it already applied, and `more`; it returns what takes its place.

        It may return ``cst.RemoveFromParent()``, or ``cst.FlattenSentinel([...])`` of statements for a statement.
        """
        self._edits.setdefault(node, []).append(partial(_with, change, more))

    def replace(self, node: cst.CSTNode, by: cst.CSTNode) -> None:
        """Note that a node gives way to another; edits inside it are lost."""
        self.edit(node, lambda _: by)

    def remove(self, node: cst.CSTNode) -> None:
        """Note that a statement goes. Comments above it stay; a block that becomes empty gets a ``pass``."""
        self.edit(node, lambda _: cst.RemoveFromParent())

    def need_import(self, module: str, name: str) -> None:
        """Note that ``from module import name`` has to be there."""
        self._imports.append((module, name))

    def changed(self, where: cst.CSTNode | int, message: str, confidence: str = CERTAIN) -> None:
        """Report a change at a node or a line of the file as it was; `confidence` is CERTAIN or LIKELY."""
        line = where if isinstance(where, int) else self.line(where)
        self.outcome.changes.append(Change(line, self.transformation.id, message, confidence))

    def todo(self, node: cst.CSTNode, reason: str, page: str = "") -> None:
        """Leave something to a person: report it, and say so in a comment above the statement, once.

        Args:
            node: what it is about.
            reason: what is to be decided and why; one line, no full stop.
            page: the section of Nautobot's documentation that tells more, if not the transformation's own.
        """
        url = DOCS + page if page else self.transformation.url
        comment = f"{TODO}{reason}, see {url}"
        statement = self.statement(node)
        todo = Todo(self.line(node), self.transformation.id, reason, url)
        if todo not in self.outcome.todos:
            self.outcome.todos.append(todo)
        noted = self._comments.setdefault(statement, [])
        if comment not in noted and comment not in self._comments_above(statement):
            noted.append(comment)

    def _comments_above(self, statement: cst.CSTNode) -> list[str]:
        lines = [*getattr(statement, "leading_lines", ())]
        if (self.module.body and self.module.body[0] is statement) or statement is self.module:
            lines += self.module.header
        return [line.comment.value for line in lines if line.comment]

    def edited(self) -> cst.Module:
        """The module with all edits noted since the last call; also the new `module`."""
        for statement, comments in self._comments.items():
            if comments:
                self.edit(statement, with_comments, tuple(comments))
        module = self.module
        if self._edits:
            touched = {each for node in self._edits for each in (node, *self.ancestors(node))}
            module = applied(module, self._edits, touched, self._origins)
        if self._imports:
            module = with_imports(module, self._imports)
        self._edits, self._comments, self._imports = {}, {}, []
        if module is not self.module:
            self.module, self._parents, self._nodes = module, None, None
        return module


def _below(node: cst.CSTNode) -> list[cst.CSTNode]:
    found = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += reversed(children(each))
    return found


def _with(change: Edit, more: tuple[Any, ...], node: cst.CSTNode) -> Any:
    return change(node, *more)


def _lines(module: cst.Module, tree: ast.Module | None) -> dict[cst.CSTNode, int]:
    """The line of each statement: both trees have the same ones in the same order, and Python's knows lines at no cost."""
    nodes = [each for each in _below(module) if isinstance(each, (cst.BaseSmallStatement, cst.BaseCompoundStatement))]
    found: dict[cst.CSTNode, int] = dict(zip(nodes, _starts(tree), strict=True))
    for each in _below(module):
        if isinstance(each, cst.SimpleStatementLine):
            found[each] = found[each.body[0]]
    return found


def _starts(node: ast.AST | None) -> Iterator[int]:
    for child in ast.iter_child_nodes(node) if node is not None else ():
        if isinstance(child, ast.stmt):
            yield child.lineno
        if not isinstance(child, ast.expr):
            yield from _starts(child)


def _nested_names(source: Module) -> dict[str, str]:
    """What imports inside functions bind, wherever they are."""
    found: dict[str, str] = {}
    for node in ast.walk(source.file.tree or ast.Module([], [])):
        if isinstance(node, ast.Import):
            found.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found
