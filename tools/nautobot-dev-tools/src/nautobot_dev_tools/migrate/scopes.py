"""Which names a function binds and reads, and where: to know whether a new parameter would change what they mean."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp)


@dataclass
class Names:
    """The names of a function's body.

    Attributes:
        bound: which of its statements (by index) bind a name in the function's own scope.
        nested: names that a scope inside it binds: comprehensions, lambdas, functions; or that are declared global.
        loaded: names that it reads.
    """

    bound: dict[str, list[int]] = field(default_factory=dict)
    nested: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    _inner_loads: set[str] = field(default_factory=set)

    def means_something_outside(self, name: str) -> bool:
        """Whether the body reads a name that it does not bind: a global, an import, a builtin."""
        return name not in self.bound and (name in self.loaded or (name in self._inner_loads - self.nested))


def names_of(text: str) -> Names:
    """The names of the body of the one function in a text."""
    function = ast.parse(text).body[0]
    found = Names()
    for index, statement in enumerate(getattr(function, "body", [])):
        _read(found, statement, index, inner=False)
    return found


def _read(found: Names, node: ast.AST, index: int, *, inner: bool) -> None:
    def bind(name: str | None) -> None:
        if name and inner:
            found.nested.add(name)
        elif name:
            found.bound.setdefault(name, []).append(index)

    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            (found._inner_loads if inner else found.loaded).add(node.id)
        else:
            bind(node.id)
    elif isinstance(node, ast.arg):
        found.nested.add(node.arg)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        found.nested.update(node.names)
    elif isinstance(node, ast.alias):
        bind(node.asname or node.name.split(".")[0])
    elif isinstance(
        node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
    ):
        bind(node.name)
    elif isinstance(node, ast.MatchMapping):
        bind(node.rest)
    inside = inner or isinstance(node, (*_SCOPES, ast.GeneratorExp))
    for child in ast.iter_child_nodes(node):
        _read(found, child, index, inner=inside)
