"""The pieces that a run() of 1.x is changed by."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst

from .tree import text_of

_WIDTH = 120


def with_keywords(call: cst.Call, names: list[str]) -> cst.Call:
    """A call that passes names on as keyword arguments."""
    new = cst.parse_expression(f"f({', '.join(f'{name}={name}' for name in names)})")
    assert isinstance(new, cst.Call)
    return call.with_changes(args=new.args)


def decorated(function: cst.FunctionDef) -> cst.FunctionDef:
    """A run() that is a transaction."""
    return function.with_changes(
        decorators=[*function.decorators, cst.Decorator(cst.parse_expression("transaction.atomic"))]
    )


def at_start(block: Any, statements: list[str]) -> Any:
    """A body with statements at its start, after the docstring."""
    new: list[Any] = [cst.parse_statement(f"{each}\n") for each in statements]
    if isinstance(block, cst.SimpleStatementSuite):
        return cst.IndentedBlock([*new, cst.SimpleStatementLine(block.body)])
    old = list(block.body)
    at = 1 if cst.FunctionDef(cst.Name("f"), cst.Parameters(), block).get_docstring() is not None else 0
    return block.with_changes(body=[*old[:at], *new, *old[at:]])


def with_variable(block: Any, text: str, after: int | None) -> Any:
    """The body of a class with one more variable: after the statement of that index, else where variables begin."""
    new = cst.parse_statement(text)
    old = list(block.body)
    if after is None:
        after = 0 if _is_docstring(old[0]) else -1
        if isinstance(old[after + 1], (cst.FunctionDef, cst.ClassDef)) and not old[after + 1].leading_lines:
            old[after + 1] = old[after + 1].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        if after == 0:
            new = new.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    return block.with_changes(body=[*old[: after + 1], new, *old[after + 1 :]])


def _is_docstring(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.SimpleStatementLine) or not isinstance(node.body[0], cst.Expr):
        return False
    return isinstance(node.body[0].value, (cst.SimpleString, cst.ConcatenatedString))


def signed(function: cst.FunctionDef, names: list[str], indent: str) -> cst.FunctionDef:
    """The function with other parameters after the first; over several lines if one would be too long."""
    first = function.params.params[0].name.value
    every = [first, *names]
    line = f"def run({', '.join(every)}): pass\n"
    if len(line) + 8 > _WIDTH:
        lines = "".join(f"{indent}{each},\n" for each in every if each != "**data") + "".join(
            f"{indent}{each}\n" for each in every if each == "**data"
        )
        line = f"def run(\n{lines}): pass\n"
    new = cst.parse_statement(line)
    assert isinstance(new, cst.FunctionDef)
    # Comments among the old parameters go above.
    comments = [each.strip() for each in re.findall(r"#[^\n]*", text_of(function.params))]
    return function.with_changes(
        params=new.params,
        whitespace_before_params=new.whitespace_before_params,
        leading_lines=[*function.leading_lines, *(cst.EmptyLine(comment=cst.Comment(each)) for each in comments)],
    )
