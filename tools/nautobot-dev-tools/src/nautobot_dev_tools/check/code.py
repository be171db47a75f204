"""What the code of a module does, for rules about behaviour: its nodes by kind, what surrounds them, what names stand for.

All is computed in one pass over the syntax tree and shared by the rules.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from ..source.contracts import Job
from ..source.modules import Module, Repository, canonical

Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Comprehension = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
# Attributes of a model class that are asked for its objects.
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_Node = TypeVar("_Node", bound=ast.AST)


class Binding(NamedTuple):
    """What a name is bound to.

    Attributes:
        how: IS, the expression; OF, an element of it; FIRST, the first of two that it gives (of ``get_or_create``);
            OBJECT or OBJECTS, what a variable of the Job gives; "" if unclear.
        what: the expression, if there is one.
        model: of OBJECT and OBJECTS, as far as it can be told.
    """

    how: str = ""
    what: ast.expr | None = None
    model: str = ""


IS, OF, FIRST, OBJECT, OBJECTS = "is", "of", "first", "object", "objects"
_UNCLEAR = Binding()


class Code:
    """The code of one module.

    Attributes:
        module: the module.
        jobs: the Jobs by class, of all the repository.
    """

    def __init__(self, repository: Repository, module: Module, jobs: Mapping[ast.AST, Job]) -> None:
        self.repository = repository
        self.module = module
        self.jobs = jobs
        self._by_kind: dict[type, list[ast.AST]] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        # By function (None: the module or a class), what each of its names is bound to.
        self._bound: dict[ast.AST | None, dict[str, list[Binding]]] = {None: {}}
        self._imported: dict[ast.AST, dict[str, str]] = {}
        assert module.file.tree is not None
        self._read(module.file.tree)

    def _read(self, tree: ast.Module) -> None:
        todo: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
        while todo:
            node, scope = todo.pop()
            self._by_kind.setdefault(type(node), []).append(node)
            self._bind(node, scope)
            inner: ast.AST | None = scope
            if isinstance(node, Function):
                inner = node
            children: list[tuple[ast.AST, ast.AST | None]] = []
            for name in node._fields:
                value = getattr(node, name, None)
                # Decorators and default values belong to what is around the function.
                where = scope if name in ("decorator_list", "returns") else inner
                for each in value if isinstance(value, list) else (value,):
                    if isinstance(each, ast.AST) and not isinstance(each, (ast.expr_context, ast.operator, ast.cmpop)):
                        self._parents[each] = node
                        children.append((each, where))
            todo.extend(reversed(children))

    def _bind(self, node: ast.AST, scope: ast.AST | None) -> None:
        names = self._bound.setdefault(scope, {})
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.setdefault(node.id, []).append(self._binding(node))
        elif isinstance(node, ast.arg):
            names.setdefault(node.arg, []).append(self._argument(node, scope))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if scope is not None:
                names.setdefault(node.name, []).append(_UNCLEAR)
        elif isinstance(node, ast.ExceptHandler):
            if node.name:
                names.setdefault(node.name, []).append(_UNCLEAR)
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and scope is not None:
            self._imported.setdefault(scope, {}).update(self._imports(node))

    def _binding(self, node: ast.Name) -> Binding:
        parent = self._parents[node]
        if isinstance(parent, ast.Assign) or (isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value):
            return Binding(IS, parent.value)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return Binding(OF, parent.iter)
        if isinstance(parent, ast.Tuple) and parent.elts[0] is node:
            above = self._parents[parent]
            if isinstance(above, ast.Assign):
                return Binding(FIRST, above.value)
        return _UNCLEAR

    def _argument(self, node: ast.arg, scope: ast.AST | None) -> Binding:
        job = self.jobs.get(self._parents.get(scope) or node) if scope else None
        if job is None or not isinstance(scope, ast.FunctionDef):
            return _UNCLEAR
        if scope.name == "receive_job_button" and node.arg == "obj":
            return Binding(OBJECT)
        if scope.name == "receive_job_hook" and node.arg == "changed_object":
            return Binding(OBJECT)
        variable = job.variables.get(node.arg) if scope.name == "run" else None
        if variable and variable.kind in ("ObjectVar", "MultiObjectVar"):
            model = str(getattr(variable.options.get("model"), "text", ""))
            return Binding(OBJECT if variable.kind == "ObjectVar" else OBJECTS, None, model or "a model")
        return _UNCLEAR

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        """Names that an import binds, with what they stand for."""
        source = self.repository._source(self.module, node) if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if source or isinstance(node, ast.ImportFrom):
                yield alias.asname or alias.name, canonical(f"{source}.{alias.name}".lstrip("."))
            elif alias.asname:
                yield alias.asname, canonical(alias.name)
            else:
                yield alias.name.split(".")[0], alias.name.split(".")[0]

    def of(self, kind: type[_Node]) -> list[_Node]:
        """All nodes of a kind, in the order of the source."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What directly contains a node."""
        return self._parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What contains a node, from the inside out."""
        while (above := self._parents.get(node)) is not None:
            yield above
            node = above

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function or lambda that a node is part of; None at the top of the module or of a class."""
        previous = node
        for above in self.around(node):
            if isinstance(above, Function) and previous not in getattr(above, "decorator_list", ()):
                return above
            previous = above
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class that a node is part of."""
        return next((each for each in self.around(node) if isinstance(each, ast.ClassDef)), None)

    def _scopes(self, node: ast.AST) -> Iterator[ast.AST]:
        yield from (each for each in self.around(node) if isinstance(each, Function))

    def name(self, node: ast.AST) -> str:
        """The dotted name that an expression stands for; empty if it is none, or a local variable hides what it would be."""
        parts: list[str] = []
        root = node
        while isinstance(root, ast.Attribute):
            parts.append(root.attr)
            root = root.value
        if not isinstance(root, ast.Name):
            return ""
        for scope in self._scopes(root):
            imported = self._imported.get(scope, {})
            if root.id in imported:
                return self.repository.followed(".".join([imported[root.id], *reversed(parts)]))
            if root.id in self._bound.get(scope, {}):
                return ""
        return self.repository.qualified(self.module, node)

    def bindings(self, node: ast.AST) -> list[Binding]:
        """What a name is bound to in its function or in the module, in the order of the source."""
        if isinstance(node, ast.Name):
            for scope in (*self._scopes(node), None):
                if (found := self._bound.get(scope, {}).get(node.id)) is not None:
                    return found
        return []

    def value(self, node: ast.AST) -> ast.expr | None:
        """The expression that a variable is bound to, where it is bound exactly once in its function or module."""
        bound = self.bindings(node)
        return bound[0].what if len(bound) == 1 and bound[0].how == IS else None

    @property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """Its import statements, at any depth."""
        return [*self.of(ast.Import), *self.of(ast.ImportFrom)]

    def is_tried(self, node: ast.AST) -> bool:
        """Whether a statement stands in a ``try`` of its own function: who tries knows that it may fail."""
        for above in self.around(node):
            if isinstance(above, ast.Try):
                return True
            if isinstance(above, Function):
                return False
        return False

    def job_around(self, node: ast.AST) -> Job | None:
        """The Job in whose class a node stands."""
        return next((self.jobs[each] for each in self.around(node) if each in self.jobs), None)

    @cached_property
    def calls(self) -> list[tuple[ast.Call, str]]:
        """Its calls, with the dotted name of what is called; empty where it is no name."""
        return [(call, self.name(call.func)) for call in self.of(ast.Call)]

    @cached_property
    def managers(self) -> list[ast.Attribute]:
        """Where models are asked: the ``Device.objects`` in it."""
        return [each for each in self.of(ast.Attribute) if each.attr in MANAGERS]

    def chain(self, node: ast.AST) -> ast.AST:
        """The whole of a chain of calls and lookups that begins with an expression."""
        while (above := self._parents.get(node)) is not None:
            goes_on = isinstance(above, ast.Attribute) or (isinstance(above, ast.Call) and above.func is node)
            if not goes_on and not (isinstance(above, ast.Subscript) and above.value is node):
                break
            node = above
        return node

    def constant(self, node: ast.expr) -> ast.expr | None:
        """The expression that a constant of the repository's modules is bound to."""
        owner, _, last = self.name(node).rpartition(".")
        module = self.repository.modules.get(owner)
        return module.constants.get(last) if module else None

    # Loops

    def loops(self, node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
        """The for loops and comprehensions that run a node again and again: target and iterable, from the inside out.

        Only those of the node's own function count.
        """
        below, in_iterable = node, False
        for above in self.around(node):
            if isinstance(above, Function):
                return
            if isinstance(above, (ast.For, ast.AsyncFor)) and below in above.body:
                yield above.target, above.iter
            elif isinstance(above, ast.comprehension):
                in_iterable = below is above.iter
            elif isinstance(above, Comprehension):
                count = len(above.generators)
                if isinstance(below, ast.comprehension):
                    count = above.generators.index(below) + (not in_iterable)
                yield from ((each.target, each.iter) for each in reversed(above.generators[:count]))
            below = above


def dotted(node: ast.expr) -> str:
    """An expression such as ``self.logger.info`` as it stands there; empty if it is none of names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
