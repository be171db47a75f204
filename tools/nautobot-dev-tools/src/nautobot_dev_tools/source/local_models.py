"""Which model the names and expressions of one function stand for: an instance, a queryset or the class, all the same here."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .modules import Module, Repository
from .packages import words

ACTIONS = frozenset(["view", "add", "change", "delete", "run"])
# Methods of managers and querysets that give objects of the same model.
_SAME_MODEL = words(
    "objects all filter exclude get first last earliest latest create get_or_create update_or_create restrict select_related "
    "prefetch_related select_for_update order_by distinct only defer annotate alias reverse union intersection difference using none "
    "iterator in_bulk bulk_create aget afirst without_tree_fields with_tree_fields ancestors descendants children _default_manager "
    "_base_manager"
)
_SAME_OBJECTS = frozenset(["list", "sorted", "tuple", "set", "frozenset", "iter", "reversed", "next", "max", "min"])
_DEEPEST = 30


def model_label(dotted: str) -> str:
    """The label of a model by its dotted name: ``dcim.device`` for ``nautobot.dcim.models.Device``; empty if it is none.

    Models are told by where they live: in a module `models` of their app, and by a capital.
    """
    parts = dotted.split(".")
    if len(parts) < 3 or "models" not in parts[1:-1] or not parts[-1][:1].isupper():
        return ""
    app = parts[parts.index("models", 1) - 1]
    # nautobot.apps.models and django.db.models have base classes and parts of queries.
    return "" if app in ("apps", "db", "core") else f"{app}.{parts[-1].lower()}"


class Models:
    """What is known of the models in one function.

    Attributes:
        nodes: all nodes of the function but its annotations.
    """

    def __init__(self, repository: Repository, module: Module, node: ast.AST, variables: Mapping[str, str]) -> None:
        self._repository, self._module = repository, module
        self._known: dict[str, str] = dict(variables)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._parameters(node.args)
        self.nodes = list(_walk(node))
        for _ in range(2):  # a name may be used above the line that says what it is
            for each in self.nodes:
                self._bind(each)

    def name(self, node: ast.AST) -> str:
        """The dotted name of what is imported or defined at the module's top level; empty for anything else."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id not in self._module.names:
            return ""
        return self._repository.qualified(self._module, node)

    def class_label(self, node: ast.AST) -> str:
        """The label of a model that an expression names, as a class."""
        return model_label(self.name(node)) if isinstance(node, (ast.Name, ast.Attribute)) else ""

    def of(self, node: ast.AST, depth: int = 0) -> str:
        """The label of the model behind an expression; empty if that cannot be told."""
        if depth > _DEEPEST:
            return ""
        if isinstance(node, ast.Name):
            return self._known.get(node.id) or self.class_label(node)
        if isinstance(node, ast.Attribute):
            return self.class_label(node) or (self.of(node.value, depth + 1) if node.attr in _SAME_MODEL else "")
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, (ast.Subscript, ast.Await, ast.Starred, ast.NamedExpr)):
            return self.of(node.value, depth + 1)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.of(node.elt, depth + 1)
        if isinstance(node, ast.IfExp):
            return self.of(node.body, depth + 1) or self.of(node.orelse, depth + 1)
        if isinstance(node, ast.BoolOp):
            return next(filter(None, (self.of(each, depth + 1) for each in node.values)), "")
        return ""

    def _call(self, call: ast.Call, depth: int) -> str:
        func = call.func
        last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if last == "get_model":
            texts = [str(each.value).lower() for each in call.args if isinstance(each, ast.Constant)]
            return ".".join(texts) if ".".join(texts).count(".") == 1 else ""
        if last == "get_user_model":
            return "users.user"
        if isinstance(func, ast.Name) and last in _SAME_OBJECTS:
            return self.of(call.args[0], depth + 1) if call.args else ""
        if label := self.class_label(func):
            return label
        if isinstance(func, ast.Attribute) and (label := self.of(func, depth + 1)):
            return label
        # Such as get_object_or_404(Device, …), or a helper that gives what a user may see of a model.
        named = {label for each in call.args if (label := self.class_label(each))}
        return named.pop() if len(named) == 1 and last not in ("isinstance", "issubclass", "type") else ""

    def _parameters(self, arguments: ast.arguments) -> None:
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if each.annotation is not None:
                self._annotated(each.arg, each.annotation)

    def _annotated(self, name: str, annotation: ast.AST) -> None:
        labels = {label for each in ast.walk(annotation) if (label := self.class_label(each))}
        if len(labels) == 1:
            self._known.setdefault(name, labels.pop())

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._annotated(node.target.id, node.annotation)
            if node.value is not None:
                self._target(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            value = node.iter
            target = node.target
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "enumerate" and value.args:
                value = value.args[0]
                target = target.elts[-1] if isinstance(target, ast.Tuple) and target.elts else target
            self._target(target, value)
        elif isinstance(node, ast.NamedExpr):
            self._target(node.target, node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._target(node.optional_vars, node.context_expr)

    def _target(self, target: ast.AST, value: ast.AST) -> None:
        if isinstance(target, ast.Tuple) and target.elts:
            last = value.func.attr if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else ""
            if last not in ("get_or_create", "update_or_create"):
                return
            target = target.elts[0]
        if isinstance(target, ast.Name) and (label := self.of(value)):
            self._known.setdefault(target.id, label)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, annotations left out, in the order of the text."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        below = [
            child
            for name, value in ast.iter_fields(each)
            if name not in ("annotation", "returns", "type_comment")
            for child in (value if isinstance(value, list) else [value])
            if isinstance(child, ast.AST)
        ]
        waiting += reversed(below)
