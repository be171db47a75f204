"""LibCST's trees: children, names, and edits that leave everything else the same object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import libcst as cst

Edit = Callable[..., Any]


# Fields that hold layout or punctuation only: nothing in them is ever looked for, and they are most of a tree.
_LAYOUT = frozenset(
    [
        *("lpar", "rpar", "lbrace", "rbrace", "lbracket", "rbracket", "comma", "semicolon", "equal", "dot", "colon"),
        *("leading_lines", "lines_after_decorators", "header", "footer", "indent", "first_colon", "second_colon"),
        *("trailing_whitespace", "whitespace", "leading_whitespace", "trailing_comma", "separator", "relative"),
    ]
)


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = [field.name for field in fields(kind)]
    return tuple(name for name in names if not name.startswith(("_", "whitespace_")) and name not in _LAYOUT)


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes right below one, without those of layout; much quicker than LibCST's own `children`."""
    found = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, (list, tuple)):
            found += [each for each in value if _is_node(type(each))]
        elif value is not None and _is_node(type(value)):
            found.append(value)
    return found


_nodes: dict[type, bool] = {}


def _is_node(kind: type) -> bool:
    """`isinstance` of an abstract class, remembered by type: it is asked for each field of each node."""
    if kind not in _nodes:
        _nodes[kind] = issubclass(kind, cst.CSTNode)
    return _nodes[kind]


def dotted(node: cst.CSTNode) -> str:
    """``a.b.c`` as text; "" if the node is not that."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join([node.value, *reversed(parts)]) if isinstance(node, cst.Name) else ""


def text_of(node: cst.CSTNode) -> str:
    """The source of a node."""
    return cst.Module([]).code_for_node(node)


def string_of(node: cst.CSTNode | None) -> str | None:
    """What a string literal without placeholders says; None if the node is something else."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def with_text(node: cst.SimpleString, text: str) -> cst.SimpleString:
    """A string literal that says something else, which takes no escaping, in the same quotes."""
    return node.with_changes(value=f"{node.prefix}{node.quote}{text}{node.quote}")


def with_comments(node: cst.CSTNode, comments: Sequence[str]) -> cst.CSTNode:
    """A statement (or the module) with comments right above it."""
    lines = [cst.EmptyLine(comment=cst.Comment(comment)) for comment in comments]
    if isinstance(node, cst.Module):
        return node.with_changes(header=[*node.header, *lines])
    return node.with_changes(leading_lines=[*node.leading_lines, *lines])  # type: ignore[attr-defined]


def applied(
    module: cst.Module,
    edits: Mapping[cst.CSTNode, Sequence[Edit]],
    touched: set[cst.CSTNode],
    origins: dict[cst.CSTNode, cst.CSTNode],
) -> cst.Module:
    """The module with edits applied.

    Args:
        module: which.
        edits: what happens to which node.
        touched: these nodes and all above them.
        origins: what nodes were made from; added to.
    """
    done = module.visit(_Edits(edits, touched, origins))
    assert isinstance(done, cst.Module)
    return done


class _Gone(cst.Pass):
    """Stands for a statement that was removed, until its block takes the comments above it."""


class _Edits(cst.CSTTransformer):
    """Rebuilds what lies between the module and the edited nodes, and nothing else."""

    def __init__(
        self,
        edits: Mapping[cst.CSTNode, Sequence[Edit]],
        touched: set[cst.CSTNode],
        origins: dict[cst.CSTNode, cst.CSTNode],
    ) -> None:
        super().__init__()
        self._edits, self._touched, self._origins = edits, touched, origins

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node in self._touched

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        if original_node not in self._touched:
            return original_node
        new: Any = updated_node
        for change in self._edits.get(original_node, ()):
            if isinstance(new, cst.CSTNode):
                new = change(new)
        is_statement = isinstance(original_node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        if is_statement and (
            isinstance(new, cst.RemovalSentinel) or (isinstance(new, cst.SimpleStatementLine) and not new.body)
        ):
            new = cst.SimpleStatementLine([_Gone()], leading_lines=_comments(original_node))
        if isinstance(new, (cst.IndentedBlock, cst.Module)):
            new = _settled(new)
        elif isinstance(new, cst.SimpleStatementSuite) and not new.body:
            new = new.with_changes(body=[cst.Pass()])
        first = new[0] if isinstance(new, cst.FlattenSentinel) and len(new) else new
        if isinstance(first, cst.CSTNode) and first is not original_node:
            self._origins.setdefault(first, original_node)
        return new


def _comments(node: Any) -> list[cst.EmptyLine]:
    """The comments above a statement and, if it is a simple one, at its end."""
    lines = [line for line in node.leading_lines if line.comment]
    if isinstance(node, cst.SimpleStatementLine) and node.trailing_whitespace.comment:
        lines.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
    return lines


def _settled(block: Any) -> Any:
    """A block without its empty statements; the comments above them go to what follows."""
    if not any(_is_empty(each) for each in block.body):
        return block
    body: list[Any] = []
    waiting: list[cst.EmptyLine] = []
    for each in block.body:
        if _is_empty(each):
            waiting += [line for line in each.leading_lines if line.comment]
        elif waiting:
            body.append(each.with_changes(leading_lines=[*waiting, *each.leading_lines]))
            waiting = []
        else:
            body.append(each)
    if not body and isinstance(block, cst.IndentedBlock):
        body, waiting = [cst.SimpleStatementLine([cst.Pass()], leading_lines=waiting)], []
    return block.with_changes(body=body, footer=[*waiting, *block.footer])


def _is_empty(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], _Gone)
