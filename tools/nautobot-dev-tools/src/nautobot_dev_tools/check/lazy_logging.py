"""Turns a log call with an f-string into one whose logger formats the message."""

from __future__ import annotations

from typing import Any

import libcst as cst


def as_arguments(call: cst.Call) -> cst.Call:
    """The call with "%s" in its message and the values after it; as it is where the message turns out to be something else."""
    first = call.args[0]
    values: list[Any] = []
    text = _text(first.value, values)
    if text is None or not values:
        return call
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    alone = len(call.args) == 1
    rest = [cst.Arg(value, comma=comma) for value in values]
    rest[-1] = rest[-1].with_changes(comma=first.comma if not alone or _has_comma(first) else cst.MaybeSentinel.DEFAULT)
    if alone:
        rest[-1] = rest[-1].with_changes(whitespace_after_arg=first.whitespace_after_arg)
        first = first.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    return call.with_changes(args=[first.with_changes(value=text, comma=comma), *rest, *call.args[1:]])


def _has_comma(argument: cst.Arg) -> bool:
    return isinstance(argument.comma, cst.Comma)


def _text(node: Any, values: list[Any]) -> Any:
    """The string with placeholders, whose values go into a list; None where that cannot be."""
    if isinstance(node, cst.ConcatenatedString):
        left = _text(node.left, values)
        right = _text(node.right, values)
        return None if left is None or right is None else node.with_changes(left=left, right=right)
    if isinstance(node, cst.SimpleString):
        return node.with_changes(value=node.value.replace("%", "%%"))
    if not isinstance(node, cst.FormattedString):
        return None
    parts = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(part.value.replace("{{", "{").replace("}}", "}").replace("%", "%%"))
        elif not isinstance(part, cst.FormattedStringExpression) or part.format_spec or part.equal:
            return None
        else:
            parts.append(f"%{part.conversion or 's'}")
            values.append(part.expression)
    prefix = node.start.lower().rstrip("\"'").replace("f", "")
    quotes = node.start[len(node.start.rstrip("\"'")) :]
    return cst.SimpleString(f"{prefix}{quotes}{''.join(parts)}{node.end}")
