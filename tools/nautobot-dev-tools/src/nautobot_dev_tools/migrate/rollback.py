"""Rolling back at the end of a run(): before each of its returns, and where its body ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .tree import children, text_of
from .understood import Understood

_PLAIN = (cst.Name, cst.SimpleString, cst.Integer, cst.Float)


def can_roll_back(file: Understood, function: cst.FunctionDef) -> bool:
    """Whether statements before each return do it: none returns from within another transaction or a ``try`` with ``finally``."""
    for each in returns(function):
        for above in file.ancestors(each):
            if above is function:
                break
            if isinstance(above, cst.With) and any("atomic" in text_of(item) for item in above.items):
                return False
            if isinstance(above, cst.Try) and above.finalbody:
                return False
    return not any(isinstance(each, cst.Yield) for each in file.walk(function))


def roll_back(file: Understood, function: cst.FunctionDef, statement: str) -> None:
    """Note the edits: `statement` is put before each return and at the end of the body."""
    for each in returns(function):
        line = file.parent(each)
        assert line is not None
        file.edit(line, _before_return, statement, _free_name(file, function))
    last = function.body.body[-1]
    ends = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], (cst.Return, cst.Raise))
    if not ends:
        file.edit(function.body, _at_end, statement)


def returns(node: cst.CSTNode) -> Iterator[cst.Return]:
    """The returns of a function, not of those inside it."""
    for child in children(node):
        if isinstance(child, cst.Return):
            yield child
        elif not isinstance(child, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
            yield from returns(child)


def _free_name(file: Understood, function: cst.FunctionDef) -> str:
    used = {each.value for each in file.walk(function) if isinstance(each, cst.Name)}
    return next(name for name in ("result", "returned", "returned_value") if name not in used)


def _before_return(line: Any, statement: str, name: str) -> Any:
    """The return, on a line or alone after a colon, with the statement before it; what it computes is computed first."""
    ending: cst.Return = line.body[-1]
    before: list[Any] = [*line.body[:-1]]
    value = ending.value
    if value is not None and not isinstance(value, _PLAIN):
        before.append(cst.Assign([cst.AssignTarget(cst.Name(name))], value))
        ending = cst.Return(cst.Name(name))
    new: list[Any] = [
        cst.SimpleStatementLine([each.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for each in before
    ]
    new.append(cst.parse_statement(statement))
    trailing = line.trailing_whitespace
    if isinstance(line, cst.SimpleStatementSuite):
        header = trailing if trailing.comment else cst.TrailingWhitespace()
        return cst.IndentedBlock([*new, cst.SimpleStatementLine([ending])], header=header)
    new[0] = new[0].with_changes(leading_lines=line.leading_lines)
    return cst.FlattenSentinel([*new, cst.SimpleStatementLine([ending], trailing_whitespace=trailing)])


def _at_end(block: Any, statement: str) -> Any:
    new = cst.parse_statement(statement)
    if isinstance(block, cst.SimpleStatementSuite):
        return cst.IndentedBlock([cst.SimpleStatementLine(block.body), new])
    return block.with_changes(body=[*block.body, new])
