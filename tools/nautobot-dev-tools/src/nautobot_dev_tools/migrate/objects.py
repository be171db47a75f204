"""Which model the expressions of a file are objects of, or querysets, or the class itself: as far as one function tells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import libcst as cst

from ..source.contracts import Job
from ..source.modules import Unknown
from .models import model_named, step
from .tree import children, dotted, string_of
from .understood import Understood

# Methods of managers and querysets after which it is still about the same model.
SAME = frozenset(
    {
        *("alias", "all", "ancestors", "annotate", "create", "defer", "descendants", "difference", "distinct"),
        *("earliest", "exclude", "filter", "first", "get", "get_queryset", "intersection", "iterator", "last"),
        *("latest", "none", "only", "order_by", "prefetch_related", "restrict", "reverse", "select_for_update"),
        *("select_related", "string_search", "union", "unrestricted", "using"),
        *("with_tree_fields", "without_tree_fields"),
    }
)
_PAIRS = frozenset({"get_or_create", "update_or_create"})
_COLLECTIONS = frozenset({"list", "set", "tuple", "sorted", "reversed", "iter", "next"})
_OBJECT_VARIABLES = frozenset({"ObjectVar", "MultiObjectVar"})
_SCOPES = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})
_BINDING = frozenset(
    {
        *(cst.AnnAssign, cst.Assign, cst.AugAssign, cst.ClassDef, cst.CompFor, cst.ExceptHandler, cst.For),
        *(cst.FunctionDef, cst.NamedExpr, cst.Param, cst.WithItem),
    }
)

Kind = Literal["value", "first", "param", "other"]


class Binding(NamedTuple):
    """What a name is bound to in a scope: a value (or an item of it), the first of a pair, a parameter, or something else."""

    kind: Kind
    node: cst.CSTNode


class Objects:
    """The models of the expressions of a file as it is now.

    Attributes:
        nodes: all nodes of the module, in the order of the source.
    """

    def __init__(self, file: Understood) -> None:
        self.file = file
        self.nodes: list[cst.CSTNode] = []
        self._scopes: dict[cst.CSTNode, dict[str, list[Binding]]] = {}
        self._scope_of: dict[cst.CSTNode, list[cst.CSTNode]] = {}
        self._models: dict[cst.CSTNode, str] = {}
        self._busy: set[cst.CSTNode] = set()
        self._of_type: dict[type, list[cst.CSTNode]] = {}
        self._visit(file.module, [file.module])
        for node in self.nodes:
            self._of_type.setdefault(type(node), []).append(node)

    def of_type(self, *types: type[cst.CSTNode]) -> Iterator[Any]:
        """The nodes that are exactly of one of some types, those of one type in the order of the source."""
        for each in types:
            yield from self._of_type.get(each, ())

    def model_of(self, node: cst.CSTNode, depth: int = 0) -> str:
        """The model of an expression: of the class itself, a manager, a queryset, an object, a list of them; "" if it cannot be told.

        Models that are gone have their old name: ``Site``.
        """
        if node not in self._models:
            if depth > 15 or node in self._busy:
                return ""
            self._busy.add(node)
            self._models[node] = self._model_of(node, depth + 1)
            self._busy.discard(node)
        return self._models[node]

    def binds(self, node: cst.Name) -> bool:
        """Whether a name is a variable, a parameter or a definition of the file, where it stands; imports do not count."""
        return bool(self._bindings(node))

    def values_of(self, node: cst.Name) -> list[cst.CSTNode]:
        """All that a name is assigned where it stands; empty if it is bound in other ways, too."""
        found = self._bindings(node)
        return [each.node for each in found] if all(each.kind == "value" for each in found) else []

    def _model_of(self, node: cst.CSTNode, depth: int) -> str:
        if isinstance(node, cst.Name):
            return self._of_name(node, depth)
        if isinstance(node, cst.Attribute):
            if named := self._class_named(node):
                return named
            before = self.model_of(node.value, depth)
            if not before or node.attr.value == "objects":
                return before
            return step(before, node.attr.value).model
        if isinstance(node, cst.Call):
            return self._of_call(node, depth)
        if isinstance(node, cst.Subscript):
            key = node.slice[0].slice
            if isinstance(key, cst.Index) and (name := string_of(key.value)) is not None:
                return self._of_data(node.value, name)
            return self.model_of(node.value, depth)
        if isinstance(node, cst.IfExp):
            return self._same([node.body, node.orelse], depth)
        if isinstance(node, cst.BooleanOperation):
            return self._same([node.left, node.right], depth)
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitAnd, cst.BitOr)):
            return self._same([node.left, node.right], depth)
        if isinstance(node, (cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.NamedExpr)):
            return self.model_of(node.value if isinstance(node, cst.NamedExpr) else node.elt, depth)
        return ""

    def _of_call(self, node: cst.Call, depth: int) -> str:
        func = node.func
        if isinstance(func, cst.Attribute):
            name = func.attr.value
            if name == "get" and node.args and node.args[0].keyword is None:
                key = string_of(node.args[0].value)
                return self._of_data(func.value, key) if key is not None else self.model_of(func.value, depth)
            if name in SAME or name in _PAIRS:
                return self.model_of(func.value, depth)
            return self._class_named(func)
        if isinstance(func, cst.Name):
            if func.value in _COLLECTIONS and node.args:
                return self.model_of(node.args[0].value, depth)
            if func.value in ("get_object_or_404", "get_list_or_404") and node.args:
                return self.model_of(node.args[0].value, depth)
            if func.value == "get_user_model":
                return "User"
            return self._class_named(func) if not self._bindings(func) else ""
        return ""

    def _of_data(self, node: cst.CSTNode, name: str) -> str:
        """The model of ``data["name"]`` in a run() as of 1.x."""
        function, job = self._run(node)
        if function is None or job is None or not isinstance(node, cst.Name):
            return ""
        names = [each.name.value for each in function.params.params]
        if names[1:2] == [node.value] and node.value not in job.variables:
            return _model_of_variable(job, name)
        return ""

    def _run(self, node: cst.CSTNode) -> tuple[cst.FunctionDef | None, Job | None]:
        function = self.file.function(node)
        owner = self.file.class_of(function) if function is not None and function.name.value == "run" else None
        return function, self.file.jobs.get(owner.name.value) if owner is not None else None

    def _of_name(self, node: cst.Name, depth: int) -> str:
        found = self._bindings(node)
        if not found:
            return self._class_named(node)
        # What a name is bound to by way of itself (``devices = devices.filter(...)``) says nothing new.
        models = {self._of_binding(each, depth) for each in found if not _is_same(each.node, node.value)}
        return models.pop() if len(models) == 1 else ""

    def _of_binding(self, binding: Binding, depth: int) -> str:
        node = binding.node
        if binding.kind == "value":
            return self.model_of(node, depth)
        if binding.kind == "first" and isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            return self.model_of(node, depth) if node.func.attr.value in _PAIRS else ""
        if binding.kind == "param" and isinstance(node, cst.Param):
            if node.annotation is not None:
                return self._annotated(node.annotation.annotation)
            function, job = self._run(node)
            if job is not None and self.file.parent(node) is getattr(function, "params", None):
                return _model_of_variable(job, node.name.value)
        return ""

    def _annotated(self, node: cst.CSTNode) -> str:
        if isinstance(node, cst.Subscript):
            inner = [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]
            return self._annotated(inner[0]) if len(inner) == 1 else ""
        if isinstance(node, cst.BinaryOperation):  # Device | None
            found = {self._annotated(node.left), self._annotated(node.right)} - {""}
            return found.pop() if len(found) == 1 else ""
        return self._class_named(node)

    def _class_named(self, node: cst.CSTNode) -> str:
        name = dotted(node)
        return model_named(self.file.qualified(node)) if name else ""

    def _same(self, nodes: list[cst.BaseExpression], depth: int) -> str:
        found = {self.model_of(each, depth) for each in nodes if dotted(each) != "None"}
        return found.pop() if len(found) == 1 else ""

    # Scopes

    def _bindings(self, node: cst.Name) -> list[Binding]:
        """What a name is bound to in the nearest scope that binds it; classes count only for what is right in them."""
        scopes = self._scope_of.get(node, [])
        for index, scope in enumerate(scopes):
            if isinstance(scope, cst.ClassDef) and index:
                continue
            if found := self._scopes.get(scope, {}).get(node.value):
                return found
        return []

    def _visit(self, node: cst.CSTNode, scopes: list[cst.CSTNode]) -> None:
        kind = type(node)  # comparing types is much quicker than isinstance(), of which nodes have one of their own
        self.nodes.append(node)
        if kind is cst.Name:
            self._scope_of[node] = scopes
            return
        if kind in _BINDING:
            self._note(node, scopes[0])
        if kind in _SCOPES:
            inner = [node, *scopes]
            body = getattr(node, "body", None)
            for child in children(node):
                self._visit(child, inner if child is body or type(child) is cst.Parameters else scopes)
            return
        for child in children(node):
            self._visit(child, scopes)

    def _note(self, node: cst.CSTNode, scope: cst.CSTNode) -> None:
        if isinstance(node, cst.Assign):
            for target in node.targets:
                self._target(target.target, node.value, scope)
        elif isinstance(node, (cst.AnnAssign, cst.NamedExpr)):
            if node.value is not None:
                self._target(node.target, node.value, scope)
        elif isinstance(node, (cst.For, cst.CompFor)):
            self._target(node.target, node.iter, scope)
        elif isinstance(node, cst.Param):
            self._bind(node.name.value, Binding("param", node), scope)
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._bind(node.name.value, Binding("other", node), scope)
        elif isinstance(node, cst.AugAssign):
            self._target(node.target, node.value, scope)
        elif isinstance(node, (cst.WithItem, cst.ExceptHandler)):
            named = node.asname if isinstance(node, cst.WithItem) else node.name
            if named is not None:
                self._target(named.name, node, scope)

    def _target(self, target: cst.CSTNode, value: cst.CSTNode, scope: cst.CSTNode) -> None:
        if isinstance(target, cst.Name):
            self._bind(target.value, Binding("value", value), scope)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for index, element in enumerate(target.elements):
                if isinstance(element.value, cst.Name):
                    kind: Kind = "first" if index == 0 else "other"
                    self._bind(element.value.value, Binding(kind, value), scope)

    def _bind(self, name: str, binding: Binding, scope: cst.CSTNode) -> None:
        self._scopes.setdefault(scope, {}).setdefault(name, []).append(binding)


def _is_same(node: cst.CSTNode, name: str) -> bool:
    """Whether an expression is a queryset made from the variable of a name."""
    while True:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in SAME:
            node = node.func.value
        elif isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Slice):
            node = node.value
        else:
            return isinstance(node, cst.Name) and node.value == name


def _model_of_variable(job: Job, name: str) -> str:
    variable = job.variables.get(name)
    if variable is None or variable.kind not in _OBJECT_VARIABLES:
        return ""
    model = variable.options.get("model")
    return model_named(model.text) if isinstance(model, Unknown) else ""


@lru_cache(maxsize=1)
def _objects(file: Understood, module: cst.Module) -> Objects:
    return Objects(file)


def objects_of(file: Understood) -> Objects:
    """The models of a file as it is by now."""
    return _objects(file, file.module)
