"""Queries: which expressions are querysets, of which model, and which variables hold objects or go through them."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from .code import FIRST, IS, MANAGERS, OBJECT, OBJECTS, OF, Binding, Code

_MODEL = re.compile(r"(^|\.)models\.(\w+\.)*[A-Z]\w*$")
# The models that object permissions are given for; what describes them (statuses, roles, tags) every Job may read.
NETWORK = re.compile(
    r"^(nautobot\.)?(dcim|ipam|circuits|tenancy|virtualization|wireless|cloud|vpn|load_balancers)\.(models\.)?(\w+\.)*[A-Z]\w*$"
)
# Methods of a manager or queryset that return a queryset and ask nothing yet.
LAZY = frozenset(
    [
        *("all", "filter", "exclude", "annotate", "alias", "order_by", "reverse", "distinct", "values", "values_list"),
        *(
            "select_related",
            "prefetch_related",
            "defer",
            "only",
            "using",
            "extra",
            "union",
            "intersection",
            "difference",
        ),
        *("none", "restrict", "get_for_model", "get_queryset", "select_for_update", "dates", "datetimes"),
    ]
)
# Methods that ask the database at once, and those that change it.
READS = frozenset(
    ["get", "first", "last", "count", "exists", "aggregate", "latest", "earliest", "in_bulk", "contains", "explain"]
)
WRITES = frozenset(["create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete"])
# Built-in functions that go through an iterable which they are given.
CONSUMERS = frozenset(
    ["list", "tuple", "set", "frozenset", "dict", "sorted", "len", "bool", "sum", "min", "max", "any", "all"]
)


class Query(NamedTuple):
    """A queryset, or what one gives: ``Device.objects.filter(...).first()``.

    Attributes:
        model: dotted name of the model; what ``get_model`` was given where it comes from there.
        steps: names of what is called or looked up on the manager, in order, with the calls; "[]" for an index or slice.
        given: it is not from a manager, but what the user chose in a MultiObjectVar.
    """

    model: str
    steps: tuple[tuple[str, ast.Call | None], ...]
    given: bool = False

    def has(self, *names: str) -> bool:
        """One of these is among its steps."""
        return any(name in names for name, _ in self.steps)

    @property
    def last(self) -> str:
        """The last step: what the expression gives."""
        return self.steps[-1][0] if self.steps else ""

    @property
    def is_queryset(self) -> bool:
        """It is a queryset: nothing has been asked yet."""
        return bool(self.given or self.steps) and all(name in LAZY for name, _ in self.steps)

    @property
    def gives_objects(self) -> bool:
        """Who goes through it gets objects of the model."""
        steps = [name for name, _ in self.steps if name not in ("iterator", "[]")]
        return (
            bool(self.given or steps)
            and all(name in LAZY for name in steps)
            and not self.has("values", "values_list", "dates", "datetimes")
        )


def model_of(code: Code, node: ast.expr) -> str:
    """Dotted name of the model that an expression stands for; empty where it is none that can be told."""
    name = code.name(node)
    if _MODEL.search(name):
        return name
    value = code.value(node)
    if isinstance(value, ast.Call):
        called = code.name(value.func)
        if called.endswith("get_user_model"):
            return "nautobot.users.models.User"
        if called.endswith("get_model") or (isinstance(value.func, ast.Attribute) and value.func.attr == "get_model"):
            words = [
                each.value for each in value.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            return ".".join(words)
    return ""


def query_of(code: Code, node: ast.AST | None, depth: int = 0) -> Query | None:
    """The query that an expression is; None where it is none that can be told."""
    steps: list[tuple[str, ast.Call | None]] = []
    while node is not None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            steps.append((node.func.attr, node))
            node = node.func.value
        elif isinstance(node, ast.Attribute):
            if node.attr in MANAGERS:
                model = model_of(code, node.value)
                return Query(model, tuple(reversed(steps))) if model else None
            steps.append((node.attr, None))
            node = node.value
        elif isinstance(node, ast.Subscript):
            steps.append(("[]", None))
            node = node.value
        elif isinstance(node, ast.Name) and depth < 5:
            before = _bound_query(code, node, depth + 1)
            return before._replace(steps=(*before.steps, *reversed(steps))) if before else None
        else:
            return None
    return None


def _bound_query(code: Code, node: ast.Name, depth: int) -> Query | None:
    """The query that a variable holds: ``devices = Device.objects.all()``, and ``devices = devices.filter(...)`` after it."""
    first, *others = code.bindings(node) or [Binding()]
    if first.how == OBJECTS:
        query: Query | None = Query(first.model, (), given=True)
    else:
        query = query_of(code, first.what, depth) if first.how == IS else None
    for each in others:
        root = each.what
        steps: list[tuple[str, ast.Call | None]] = []
        while isinstance(root, ast.Call) and isinstance(root.func, ast.Attribute):
            steps.append((root.func.attr, root))
            root = root.func.value
        if query is None or each.how != IS or not isinstance(root, ast.Name) or root.id != node.id:
            return None
        query = query._replace(steps=(*query.steps, *reversed(steps)))
    return query


def instance_of(code: Code, node: ast.AST) -> str:
    """The model that the object in a variable is of; empty where that cannot be told."""
    models = [_instance(code, each) for each in code.bindings(node) if not _is_none(each)]
    return models[0] if models and all(models) else ""


def _instance(code: Code, bound: Binding) -> str:
    if bound.how == OBJECT:
        return bound.model or "a model"
    query = query_of(code, bound.what)
    if bound.how == IS:
        if query:
            return query.model if query.last in ("get", "first", "last", "create", "latest", "earliest") else ""
        return model_of(code, bound.what.func) if isinstance(bound.what, ast.Call) else ""
    if bound.how == FIRST:
        return query.model if query and query.last in ("get_or_create", "update_or_create") else ""
    if bound.how == OF and bound.what is not None:
        query = query_of(code, iterated(bound.what))
        return query.model if query and query.gives_objects else ""
    return ""


def iterated(node: ast.expr) -> ast.expr:
    """What a loop goes through, without what only wraps it: ``enumerate(devices)``, ``list(devices)``."""
    while (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("enumerate", "list", "tuple", "set", "sorted", "reversed", "iter", "tqdm")
        and node.args
    ):
        node = node.args[0]
    return node


def is_bounded(code: Code, target: ast.expr, iterable: ast.expr) -> bool:
    """Whether a loop runs a few times only, whatever the database has: over what the source lists, or over batches of objects."""
    names = (each.id.lower() for each in (*ast.walk(target), *ast.walk(iterable)) if isinstance(each, ast.Name))
    if any(word in _FEW for name in names for word in name.split("_")):
        return True
    iterable = iterated(iterable)
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        if iterable.func.id in ("zip", "product"):
            return any(is_bounded(code, target, each) for each in iterable.args)
        return iterable.func.id in ("range", "batched", "chunked", "islice", "vars", "fields")
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Attribute):
        if iterable.func.attr in ("items", "keys", "values") and not iterable.args:
            return is_bounded(code, target, iterable.func.value)
        return iterable.func.attr in ("batched", "chunked", "islice", "get_models", "split")
    if isinstance(iterable, ast.Subscript):
        return isinstance(iterable.slice, ast.Slice)
    if isinstance(iterable, (ast.Name, ast.Attribute)):
        return _is_listed(code.value(iterable) or code.constant(iterable))
    return _is_listed(iterable)


# Words in names of what comes in batches or is only tried again.
_FEW = frozenset(
    ["batch", "batches", "chunk", "chunks", "page", "pages", "attempt", "attempts", "retry", "retries", "try", "tries"]
)


def _is_listed(node: ast.expr | None) -> bool:
    """Whether the source lists the elements; an empty list is one that is still to be filled."""
    if isinstance(node, ast.Dict):
        return bool(node.keys)
    return isinstance(node, ast.Constant) or (isinstance(node, (ast.Tuple, ast.List, ast.Set)) and bool(node.elts))


def _is_none(bound: Binding) -> bool:
    return bound.how == IS and isinstance(bound.what, ast.Constant) and bound.what.value is None
